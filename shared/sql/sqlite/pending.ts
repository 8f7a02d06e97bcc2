import type { RawRow } from "../raw.ts";
import type { Cell, DatabaseFile } from "./messages.ts";

/** A database file that a thread reads. */
export interface Reader {
  readonly file: DatabaseFile;
  /** Makes the error that callers see. */
  fail(cause: unknown): Error;
}

/** A statement, from when it is asked until it is answered or given up. */
export interface Pending {
  readonly id: number;
  readonly reader: Reader;
  /** Null closes the file. */
  readonly sql: string | null;
  readonly parameters: readonly Cell[];
  readonly timeoutMs: number;
  readonly resolve: (rows: readonly RawRow[]) => void;
  readonly reject: (error: Error) => void;
  /** The statements that end with the same signal. */
  readonly together: Set<Pending> | undefined;
  abandoned: boolean;
  /** When it began to wait in its thread. */
  since: number;
  /** Where it waits. */
  thread: { abandon(asked: Pending): void } | undefined;
}

export function answered(asked: Pending, rows: readonly RawRow[]): void {
  asked.together?.delete(asked);
  asked.resolve(rows);
}

export function failed(asked: Pending, cause: unknown): void {
  asked.together?.delete(asked);
  asked.reject(asked.reader.fail(cause));
}

/** Nobody waits for it any more. */
export function abandon(asked: Pending, cause: unknown): void {
  asked.abandoned = true;
  asked.thread?.abandon(asked);
  failed(asked, cause);
}

/** One listener a signal: a request has dozens of statements, and to listen costs more than to ask. */
const bySignal = new WeakMap<AbortSignal, Set<Pending>>();

export function statementsOf(signal: AbortSignal): Set<Pending> {
  const known = bySignal.get(signal);
  if (known) return known;
  const statements = new Set<Pending>();
  bySignal.set(signal, statements);
  const end = () => {
    for (const asked of statements) abandon(asked, signal.reason);
  };
  signal.addEventListener("abort", end, { once: true });
  return statements;
}
