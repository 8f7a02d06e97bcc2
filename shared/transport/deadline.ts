import type { ExecutionResult } from "graphql";
import { CivigraphError } from "../errors.ts";
import type { Subgraph } from "./subgraph.ts";

export interface DeadlineOptions {
  /** Milliseconds that a call may take; it is given up at most `interval` later. */
  readonly timeout: number;
  /** Name of the department as people know it; the subgraph's name by default. */
  readonly displayName?: string;
}

/** Milliseconds between two looks at what is running: one timer for all calls costs less than one for each. */
const interval = 100;

interface Running {
  readonly due: number;
  giveUp(): void;
}

/**
 * Wraps a subgraph of this process so that one call cannot hold the whole answer: after `timeout` the call's signal is
 * aborted and the answer is `SUBGRAPH_TIMEOUT`, so that its fields alone are missing. HTTP subgraphs have their own.
 */
export function withDeadline(subgraph: Subgraph, { timeout, displayName }: DeadlineOptions): Subgraph {
  const department = displayName ?? subgraph.name;
  const running = new Set<Running>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    for (const call of running) if (call.due <= now) call.giveUp();
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    name: subgraph.name,
    sdl: subgraph.sdl,
    health: (signal) => subgraph.health(signal),
    close: () => subgraph.close(),
    execute(call) {
      const outer = call.context.signal;
      const controller = new AbortController();
      const abort = () => controller.abort();
      if (outer?.aborted) abort();
      outer?.addEventListener("abort", abort, { once: true });
      timer ??= setInterval(look, interval).unref();
      return new Promise<ExecutionResult>((resolve, reject) => {
        const entry: Running = {
          due: performance.now() + timeout,
          giveUp() {
            end();
            abort();
            resolve({ data: null, errors: [new CivigraphError("SUBGRAPH_TIMEOUT", { department }).toGraphQLError()] });
          },
        };
        const end = () => {
          running.delete(entry);
          outer?.removeEventListener("abort", abort);
        };
        running.add(entry);
        subgraph
          .execute({ ...call, context: { ...call.context, signal: controller.signal } })
          .finally(end)
          .then(resolve, reject);
      });
    },
  };
}
