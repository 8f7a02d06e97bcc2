import type { PersonFeed } from "../../shared/department/person-feed.ts";
import type { Health } from "../../shared/transport/subgraph.ts";

/** A department as identity knows it. */
export interface RegisteredDepartment {
  /** Kebab-case, e.g. `social-services`. */
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: { readonly id: string; readonly name: string };
  /** `socialServicesKeys`: the hidden field of Citizen that carries its local keys. */
  readonly keysField: string;
  readonly phase?: OnboardingPhase;
  readonly feed: PersonFeed;
  health(signal?: AbortSignal): Promise<Health>;
}

/** False for a department in SHADOW: its records are linked and compared, and nobody is shown anything of them. */
export function isShown({ phase }: Pick<RegisteredDepartment, "phase">): boolean {
  return phase !== "SHADOW";
}

export type OnboardingPhase = "SANDBOX" | "SHADOW" | "READ_ONLY" | "LIVE" | "RETIRED";
