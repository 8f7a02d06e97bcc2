import type { RawRow } from "../raw.ts";
import type { Cell, DatabaseFile } from "./messages.ts";
import type { Reader } from "./pending.ts";
import { createThread, type Thread } from "./thread.ts";

/** A database file, and the thread that reads it. */
export interface Database {
  run(sql: string, parameters: readonly Cell[], timeoutMs: number, signal?: AbortSignal): Promise<readonly RawRow[]>;
  /** The next statement opens the file anew. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/**
 * All files of this process are read by one thread, since each message to another one costs more than most statements.
 * A file whose statement takes so long that others wait for it gets a thread of its own, and keeps it.
 */
const shared = createThread({
  moveOut(reader) {
    const own = owns.get(reader) ?? createThread();
    owns.set(reader, own);
    return own;
  },
});
const owns = new WeakMap<Reader, Thread>();
let lastNumber = 0;

/** `fail` makes the error that callers see. The file is opened with the first statement. */
export function createDatabase(path: string, schemas: readonly string[], fail: (cause: unknown) => Error): Database {
  lastNumber += 1;
  const file: DatabaseFile = { number: lastNumber, path, schemas };
  const reader: Reader = { file, fail };
  let closed = false;

  return {
    run(sql, parameters, timeoutMs, signal) {
      if (closed) return Promise.reject(fail(new Error("the connection is closed")));
      return (owns.get(reader) ?? shared).run(reader, sql, parameters, timeoutMs, signal);
    },
    async reopen() {
      const own = owns.get(reader);
      if (own) own.restart();
      else await shared.forget(reader);
    },
    async close() {
      closed = true;
      // In this order: leaving can move the file to a thread of its own.
      await shared.leave(reader);
      await owns.get(reader)?.close();
    },
  };
}
