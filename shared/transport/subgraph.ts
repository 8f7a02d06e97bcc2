import type { DocumentNode, ExecutionResult } from "graphql";

/** What a call to a subgraph carries besides its operation. */
export interface CallContext {
  /** Ties log lines, answers and errors of one request together. */
  readonly requestId: string;
  /** The namespace in which the caller knows citizens by id; `city` for the city's own staff. */
  readonly audience: string;
  /** Aborted when nobody waits for the answer any more, or its deadline has passed. */
  readonly signal?: AbortSignal;
}

/** Why calls are aborted whose client has gone. What is missing in the answer then is no fault of a subgraph. */
export class ClientHungUp extends Error {
  override readonly name = "AbortError";
}

export interface SubgraphCall {
  readonly query: string;
  /** The parsed query, where the caller keeps it; identity of the object is what caches go by. */
  readonly document?: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly context: CallContext;
}

/** UP: answers. DEGRADED: answers some. DOWN: answers none. */
export type Health = "UP" | "DEGRADED" | "DOWN";

/**
 * A subgraph as the gateway sees it, wherever it runs. `execute` never rejects: a failure is
 * `{ data: null, errors: [...] }` with an error of the catalogue.
 */
export interface Subgraph {
  readonly name: string;
  /** The published SDL: what composition reads and `_service.sdl` answers. */
  readonly sdl: string;
  execute(call: SubgraphCall): Promise<ExecutionResult>;
  health(signal?: AbortSignal): Promise<Health>;
  close(): Promise<void>;
}

/** What identity decides for wrappers: may this caller see these persons' rows? */
export interface Grants {
  /** One answer per record (`<department>:<local key>`), in the order asked. Rejects when it cannot decide: fail closed. */
  grants(records: readonly string[], context: CallContext): Promise<readonly boolean[]>;
}
