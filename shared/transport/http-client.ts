import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";
import { Pool } from "undici";
import { CivigraphError } from "../errors.ts";
import type { Signer } from "./signature.ts";
import { ClientHungUp } from "./subgraph.ts";

export interface HttpClientOptions {
  /** Of the subgraph's GraphQL; other paths are given with each request. */
  readonly url: string;
  /** Department name for messages. */
  readonly department: string;
  /** Signs every request; without it they go out unsigned, as to a subgraph that is not ours. */
  readonly signer?: Signer;
  /** Milliseconds until an answer must be complete. */
  readonly timeout?: number;
  /** Bytes of the largest answer that is read. */
  readonly maxAnswer?: number;
  readonly connections?: number;
  readonly log?: (event: string, details: Readonly<Record<string, string>>) => void;
}

export interface HttpClient {
  /**
   * Posts JSON and answers the parsed JSON of whatever status. Rejects with `SUBGRAPH_UNAVAILABLE`, `SUBGRAPH_TIMEOUT`
   * or `SUBGRAPH_INVALID_ANSWER`, whose messages name the department and no address.
   */
  post(path: string, body: unknown, options?: { signal?: AbortSignal; repeatable?: boolean }): Promise<unknown>;
  get(path: string, options?: { signal?: AbortSignal }): Promise<unknown>;
  /** Path and query of `url`. */
  readonly path: string;
  close(): Promise<void>;
}

const defaults = { timeout: 15_000, maxAnswer: 64 * 1024 * 1024, connections: 64 };

/** Calls in a row that must fail before a subgraph is left alone, and for how long, in milliseconds. */
const breaker = { failures: 8, pause: 2_000 };

/** A pool of connections to one subgraph, with a deadline for each call, a size limit and a breaker. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { department, signer, log } = options;
  const { timeout, maxAnswer, connections } = { ...defaults, ...withoutUndefined(options) };
  const url = new URL(options.url);
  const pool = new Pool(url.origin, { connections, connect: { timeout: Math.min(timeout, 3_000) } });
  const policy = createBreaker();

  async function once(method: "GET" | "POST", path: string, body: string, signal: AbortSignal): Promise<unknown> {
    const response = await pool.request({
      method,
      path,
      signal,
      headers: {
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...(method === "POST" ? { "content-type": "application/json" } : {}),
        ...signer?.({ method, path, body }),
      },
      ...(method === "POST" ? { body } : {}),
    });
    const text = await readUpTo(response.body, maxAnswer, department);
    if (response.statusCode === 401 && signer) {
      log?.("subgraph.signature.refused", { department });
      throw new CivigraphError("SUBGRAPH_UNAVAILABLE", { department });
    }
    try {
      return JSON.parse(text);
    } catch (cause) {
      // What stands between (a proxy's page of 502) speaks no JSON.
      throw new CivigraphError(
        response.statusCode >= 500 ? "SUBGRAPH_UNAVAILABLE" : "SUBGRAPH_INVALID_ANSWER",
        {
          department,
        },
        { cause },
      );
    }
  }

  async function call(method: "GET" | "POST", path: string, body: string, repeatable: boolean, outer?: AbortSignal) {
    const deadline = createDeadline(timeout, outer);
    try {
      return await policy.execute(async () => {
        try {
          return await once(method, path, body, deadline.signal);
        } catch (error) {
          if (outer?.reason instanceof ClientHungUp) throw outer.reason;
          if (deadline.signal.aborted || !neverArrived(error, repeatable)) throw error;
          return await once(method, path, body, deadline.signal);
        }
      });
    } catch (error) {
      if (error instanceof CivigraphError) throw error;
      const code = deadline.signal.aborted ? "SUBGRAPH_TIMEOUT" : "SUBGRAPH_UNAVAILABLE";
      if (!(error instanceof BrokenCircuitError || error instanceof ClientHungUp))
        log?.("subgraph.call.failed", { department, code, error: codeOf(error) });
      throw new CivigraphError(code, { department }, { cause: error });
    } finally {
      deadline.end();
    }
  }

  return {
    path: url.pathname + url.search,
    post: (path, body, { signal, repeatable = true } = {}) =>
      call("POST", path, JSON.stringify(body), repeatable, signal),
    get: (path, { signal } = {}) => call("GET", path, "", true, signal),
    close: () => pool.close(),
  };
}

function createBreaker(): CircuitBreakerPolicy {
  // An answer that cannot be used, or that nobody waits for, says nothing about whether the next one can be. Where it is
  // the one that tries whether the subgraph is back, it has not said so either: what is no failure would end the pause.
  const failures = handleWhen((error) => {
    if (error instanceof ClientHungUp) return policy.state === CircuitState.HalfOpen;
    return !(error instanceof CivigraphError && error.code === "SUBGRAPH_INVALID_ANSWER");
  });
  const policy = circuitBreaker(failures, {
    halfOpenAfter: breaker.pause,
    breaker: new ConsecutiveBreaker(breaker.failures),
  });
  return policy;
}

/** AbortSignal.any keeps its sources alive on Node 20, so the two are joined by hand. */
function createDeadline(timeout: number, outer?: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(abort, timeout);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    },
  };
}

async function readUpTo(body: AsyncIterable<Buffer>, limit: number, department: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new CivigraphError("SUBGRAPH_INVALID_ANSWER", { department });
    chunks.push(chunk);
  }
  return (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString("utf8");
}

const noConnection = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT", "EPIPE"]);
/** A kept connection that the other side closed just now: whether the request arrived is unknown. */
const brokenConnection = new Set(["UND_ERR_SOCKET", "ECONNRESET"]);

function neverArrived(error: unknown, repeatable: boolean): boolean {
  const code = codeOf(error);
  return noConnection.has(code) || (repeatable && brokenConnection.has(code));
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" ? error.code : error.constructor.name;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
