import { z } from "zod";
import type { OnboardingPhase } from "../../subgraphs/identity/registry.ts";
import type { Config } from "../config.ts";
import { type Journal, journal, journalFile } from "./journal.ts";

/** In the order in which a department goes through them. */
export const phaseNames = ["SANDBOX", "SHADOW", "READ_ONLY", "LIVE", "RETIRED"] as const satisfies OnboardingPhase[];

const changeForm = z.object({
  department: z.string(),
  /** The phase before; of a department that had no entry, the one that it was in all the same. */
  from: z.enum(phaseNames),
  to: z.enum(phaseNames),
  /** RFC 3339, UTC. */
  at: z.iso.datetime(),
  actor: z.string(),
  reason: z.string(),
});

/** Who moved a department from one phase to another, when and why. */
export type PhaseChange = z.output<typeof changeForm>;

/** Where every department stands on its way into the citizen view. */
export interface Phases {
  of(department: string): OnboardingPhase;
  /** The departments of which a change was recorded; their folders may be gone. */
  recorded(): readonly string[];
  /** The changes of one department, the oldest first. */
  history(department: string): readonly PhaseChange[];
}

type RegistryConfig = Pick<Config, "dataDirectory" | "firstPhase">;

/**
 * Reads what `civigraph phase` recorded in `registry/phases.jsonl` of the data folder. A department without a record is
 * in the phase that CIVIGRAPH_FIRST_PHASE names.
 */
export function readPhases(config: RegistryConfig): Phases {
  const changes = journalOf(config).entries();
  const latest = new Map(changes.map(({ department, to }) => [department, to]));
  return {
    of: (department) => latest.get(department) ?? config.firstPhase,
    recorded: () => [...latest.keys()],
    history: (department) => changes.filter((change) => change.department === department),
  };
}

/** Adds a change to the record. */
export function recordPhase(config: RegistryConfig, change: PhaseChange): void {
  journalOf(config).add(change);
}

/** The file that holds the record. */
export function phasesFile({ dataDirectory }: Pick<Config, "dataDirectory">): string {
  return journalFile(dataDirectory, "phases.jsonl");
}

function journalOf({ dataDirectory }: RegistryConfig): Journal<PhaseChange> {
  return journal(dataDirectory, "phases.jsonl", changeForm);
}
