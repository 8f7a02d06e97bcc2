import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Health, Subgraph } from "../../shared/transport/subgraph.ts";
import type { GatewayExecutor, GatewayRequest } from "../execution/index.ts";

/** What the HTTP side serves: an executor, and what is said about the subgraphs behind it. */
export interface ServedGraph {
  readonly schema: GraphQLSchema;
  execute(request: GatewayRequest): Promise<ExecutionResult>;
  /** Health by subgraph name. Never rejects. */
  health(signal?: AbortSignal): Promise<ReadonlyMap<string, Health>>;
  /** True over subgraphs that are not ours: their clients see what these say of their errors. */
  readonly passesErrors?: boolean;
}

/** An executor with the health of the subgraphs behind it. */
export function servedGraph(executor: GatewayExecutor, subgraphs: ReadonlyMap<string, Subgraph>): ServedGraph {
  return {
    schema: executor.schema,
    execute: (request) => executor.execute(request),
    async health(signal) {
      const answers = [...subgraphs].map(
        async ([name, subgraph]): Promise<[string, Health]> => [
          name,
          await Promise.race([subgraph.health(signal).catch(() => "DOWN" as const), downOnAbort(signal)]),
        ],
      );
      return new Map(await Promise.all(answers));
    },
  };
}

function downOnAbort(signal: AbortSignal | undefined): Promise<Health> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve("DOWN"), { once: true }));
}

/** The graph once there is one, and until then what it waits for. */
export class Serving {
  #graph: ServedGraph | undefined;
  #waitingFor: string;

  constructor(waitingFor: string) {
    this.#waitingFor = waitingFor;
  }

  get graph(): ServedGraph | undefined {
    return this.#graph;
  }

  get waitingFor(): string {
    return this.#waitingFor;
  }

  /** Says what start-up is busy with, in words for people: "the demo city". */
  waitFor(what: string): void {
    this.#waitingFor = what;
  }

  /** From now on requests are answered from this graph. */
  serve(graph: ServedGraph): void {
    this.#graph = graph;
  }

  /** Requests are refused again, because the process ends. */
  stop(): void {
    this.#graph = undefined;
    this.#waitingFor = "nothing: it is shutting down";
  }
}
