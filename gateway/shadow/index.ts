import { setTimeout } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Subgraph } from "../../shared/transport/subgraph.ts";
import { type ProbeOptions, type ProbeResult, probe, type ShadowDepartment } from "./probe.ts";

export interface ShadowOptions extends Omit<ProbeOptions, "signal"> {
  readonly departments: readonly ShadowDepartment[];
  readonly log: (event: string, details: Readonly<Record<string, string>>) => void;
}

export interface Shadows {
  /** The subgraph, whose citizens are looked up in the departments in SHADOW after each answer. */
  observed(subgraph: Subgraph): Subgraph;
  /** Stops looking, and writes down what was counted. */
  close(): Promise<void>;
}

/** Citizens that are looked up at a time. */
const citizensAtOnce = 20;
/** Citizens that wait to be looked up, at most: whoever comes when there are more is left out. */
const mostWaiting = 200;
/** A citizen is looked up again after ten minutes, in milliseconds. */
const again = 600_000;
/** What is under way when it closes is given so long, in milliseconds. */
const closingMs = 2_000;
/** Between two lines in the log, in milliseconds. */
const reportEvery = 60_000;

/**
 * Asks departments in SHADOW about the citizens that clients are shown: in the background, one lot after the other, so
 * that nobody waits for them. What they answer is shown to nobody: it is compared with what clients see, and counted in
 * the log, once a minute, without any value.
 */
export function watchShadows({ departments, log, ...options }: ShadowOptions): Shadows {
  if (departments.length === 0) return { observed: (subgraph) => subgraph, close: async () => {} };
  const waiting = new Set<string>();
  const seen = new LRUCache<string, true>({ max: 50_000, ttl: again });
  const tallies = new Map(departments.map(({ model }) => [model.id, new Tally()]));
  const closing = new AbortController();
  let working: Promise<void> | undefined;
  const timer = setInterval(report, reportEvery).unref();

  function enqueue(representations: unknown): void {
    if (!Array.isArray(representations) || closing.signal.aborted) return;
    for (const each of representations) {
      const { __typename, ref } = each as { readonly __typename?: unknown; readonly ref?: unknown };
      if (__typename !== "Citizen" || typeof ref !== "string" || seen.has(ref) || waiting.size >= mostWaiting) continue;
      seen.set(ref, true);
      waiting.add(ref);
    }
    if (waiting.size > 0) working ??= work().finally(() => (working = undefined));
  }

  async function work(): Promise<void> {
    while (waiting.size > 0 && !closing.signal.aborted) {
      // Clients' own questions that came in meanwhile go first.
      await new Promise((resolve) => setImmediate(resolve));
      const refs = [...waiting].slice(0, citizensAtOnce);
      for (const ref of refs) waiting.delete(ref);
      for (const department of departments) {
        const result = await probe(refs, department, { ...options, signal: closing.signal }).catch(() => failed);
        tallies.get(department.model.id)?.add(result);
      }
    }
  }

  function report(): void {
    for (const [department, tally] of tallies) {
      const counts = tally.take();
      if (counts) log("shadow", { department, ...counts });
    }
  }

  return {
    observed: (subgraph) => ({
      ...subgraph,
      async execute(call) {
        const answer = await subgraph.execute(call);
        enqueue(call.variables?.representations);
        return answer;
      },
    }),
    async close() {
      clearInterval(timer);
      // What is under way is counted, too, if it comes soon; what waits is not asked any more.
      waiting.clear();
      await Promise.race([working, setTimeout(closingMs, undefined, { ref: false })]);
      closing.abort();
      await working;
      report();
    },
  };
}

const failed: ProbeResult = { citizens: 0, records: 0, failures: 1, unreadable: 0, differing: {}, milliseconds: 0 };

/** Sums of one department since the last line in the log. */
class Tally {
  private probes = 0;
  private slowest = 0;
  private milliseconds = 0;
  private counts = new Map<string, number>();

  add({ milliseconds, differing, ...counts }: ProbeResult): void {
    this.probes += 1;
    this.milliseconds += milliseconds;
    this.slowest = Math.max(this.slowest, milliseconds);
    const named = Object.entries(differing).map(([attribute, count]) => [`differs in ${attribute}`, count] as const);
    for (const [name, count] of [...Object.entries(counts), ...named]) {
      this.counts.set(name, (this.counts.get(name) ?? 0) + count);
    }
  }

  /** Undefined where nothing was asked. */
  take(): Readonly<Record<string, string>> | undefined {
    if (this.probes === 0) return undefined;
    const mean = Math.round(this.milliseconds / this.probes);
    const counts = Object.fromEntries(Array.from(this.counts, ([name, count]) => [name, String(count)]));
    const taken = { ...counts, "mean ms": String(mean), "slowest ms": String(Math.round(this.slowest)) };
    this.probes = 0;
    this.slowest = 0;
    this.milliseconds = 0;
    this.counts = new Map();
    return taken;
  }
}
