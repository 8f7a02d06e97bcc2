import type { ExecutionResult } from "graphql";
import { CivigraphError } from "../errors.ts";
import type { Subgraph } from "./subgraph.ts";

/** Milliseconds between two looks at what is running: one timer for all calls costs less than one for each. */
const interval = 100;
/** Calls of one request that begin within so many milliseconds have one signal: one for each costs more than the call. */
const together = 50;

/** Calls of one request to subgraphs of this process. When they are given up, all that still run are. */
interface Group {
  readonly began: number;
  readonly signal: AbortSignal;
  readonly calls: Set<() => void>;
  readonly abort: () => void;
}

/**
 * Makes wraps for the subgraphs of this process, so that one call cannot hold the whole answer: `timeout` milliseconds
 * after it began, its signal is aborted and the answer is `SUBGRAPH_TIMEOUT`, so that its fields alone are missing. It is
 * given up at most `together` and `interval` later. HTTP subgraphs have deadlines of their own.
 */
export function createDeadline(timeout: number): (subgraph: Subgraph, displayName?: string) => Subgraph {
  const running = new Set<Group>();
  const byRequest = new WeakMap<AbortSignal, Group>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const latest = performance.now() - timeout - together;
    for (const group of running) {
      if (group.began > latest) continue;
      for (const giveUp of group.calls) giveUp();
      group.abort();
    }
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  function groupOf(request: AbortSignal | undefined): Group {
    const now = performance.now();
    const known = request && byRequest.get(request);
    if (known && now - known.began <= together && known.calls.size > 0) return known;
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (request?.aborted) abort();
    request?.addEventListener("abort", abort, { once: true });
    const group: Group = { began: now, signal: controller.signal, calls: new Set(), abort };
    running.add(group);
    if (request) byRequest.set(request, group);
    timer ??= setInterval(look, interval).unref();
    return group;
  }

  return (subgraph, displayName = subgraph.name) => ({
    name: subgraph.name,
    sdl: subgraph.sdl,
    health: (signal) => subgraph.health(signal),
    close: () => subgraph.close(),
    execute(call) {
      const { signal: request } = call.context;
      const group = groupOf(request);
      return new Promise<ExecutionResult>((resolve, reject) => {
        const end = () => {
          group.calls.delete(giveUp);
          if (group.calls.size > 0) return;
          running.delete(group);
          request?.removeEventListener("abort", group.abort);
        };
        const giveUp = () => {
          end();
          const error = new CivigraphError("SUBGRAPH_TIMEOUT", { department: displayName });
          resolve({ data: null, errors: [error.toGraphQLError()] });
        };
        group.calls.add(giveUp);
        subgraph.execute({ ...call, context: { ...call.context, signal: group.signal } }).then(
          (answer) => {
            end();
            resolve(answer);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      });
    },
  });
}
