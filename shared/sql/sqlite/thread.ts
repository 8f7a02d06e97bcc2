import { Worker } from "node:worker_threads";
import type { RawRow } from "../raw.ts";
import { type Answer, boundOf, type Cell, type Start, type Statement } from "./messages.ts";

/** Statements of one database, run one after the other in a worker thread. */
export interface Thread {
  run(sql: string, parameters: readonly Cell[], timeoutMs: number, signal?: AbortSignal): Promise<readonly RawRow[]>;
  /** Lets the thread end; statements that it has not answered are run by the next. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

interface Pending {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly Cell[];
  readonly timeoutMs: number;
  readonly resolve: (rows: readonly RawRow[]) => void;
  readonly reject: (error: Error) => void;
  abandoned: boolean;
}

/** An aborted statement may end by itself within this time, before its thread is ended. */
const graceMs = 100;
const watchEveryMs = 25;
/**
 * A thread ends itself when its current statement does: `terminate()` in the middle of one can crash the process in the
 * driver. Until then it burns a core: no third one is started beside two such threads.
 */
const mostEnding = 2;
/** Numbers are given anew when there are so many; the thread forgets what a number stood for when its text comes. */
const mostTexts = 2_000;
/** How long closing waits for the thread. */
const closeMs = 1_000;

interface Running {
  readonly worker: Worker;
  readonly stop: Int32Array;
  readonly ended: Promise<void>;
  /** Numbers of the texts that it was sent. */
  readonly texts: Map<string, number>;
  /** False until its first message: starting is no statement's time. */
  isUp: boolean;
}

/** `fail` makes the error that callers see. The thread starts with the first statement. */
export function createThread(start: Omit<Start, "stop">, fail: (cause: unknown) => Error): Thread {
  let running: Running | undefined;
  let ending = 0;
  let closed = false;
  let lastId = 0;
  let outbox: Pending[] = [];
  let headSince = 0;
  let watch: NodeJS.Timeout | undefined;
  /** In the order in which the thread runs them: the first is the one that is running. */
  const pending = new Map<number, Pending>();

  function send(asked: Pending) {
    if (outbox.push(asked) === 1) setImmediate(flush);
  }

  /** The statements of one turn of the event loop go in one message. */
  function flush() {
    const batch = outbox.filter(({ id }) => pending.has(id));
    outbox = [];
    if (batch.length === 0) return;
    if (!running && ending >= mostEnding)
      return rejectAll(new Error("statements that were given up are still running"));
    running ??= startWorker();
    const { worker, texts } = running;
    worker.postMessage(JSON.stringify(batch.map((asked) => messageOf(asked, texts))));
    if (watch) return;
    worker.ref();
    watch = setInterval(check, watchEveryMs);
  }

  function startWorker(): Running {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { ...start, stop } satisfies Start,
      execArgv: [],
    });
    const isCurrent = () => running?.worker === worker;
    worker.on("message", (answers: string) => {
      if (!running || !isCurrent()) return;
      running.isUp = true;
      receive(JSON.parse(answers));
    });
    worker.on("error", (error) => {
      if (isCurrent()) rejectAll(error);
    });
    const ended = new Promise<void>((resolve) => {
      worker.on("exit", () => {
        if (isCurrent()) rejectAll(new Error("the database thread ended"));
        resolve();
      });
    });
    return { worker, stop, ended, texts: new Map(), isUp: false };
  }

  function receive(answers: readonly Answer[]) {
    headSince = performance.now();
    for (const [id, rows, error, special] of answers) {
      const asked = pending.get(id);
      if (!asked) continue;
      pending.delete(id);
      if (rows) asked.resolve(special ? rows.map((row) => row.map(boundOf)) : (rows as readonly RawRow[]));
      else asked.reject(fail(Object.assign(new Error(error?.message), { code: error?.code })));
    }
  }

  /** Nothing is asked: neither thread nor timer keep the process alive. */
  function rest() {
    clearInterval(watch);
    watch = undefined;
    running?.worker.unref();
  }

  function check() {
    const head = pending.values().next().value;
    // Not at once with the last answer: on a busy connection the next statement is about to come.
    if (!head) return rest();
    if (!running?.isUp) return;
    const runningMs = performance.now() - headSince;
    if (head.abandoned ? runningMs < graceMs : runningMs < head.timeoutMs) return;
    pending.delete(head.id);
    head.reject(fail(new Error("the statement took too long")));
    restart();
  }

  function restart(): void {
    endWorker();
    headSince = performance.now();
    const waiting = [...pending.values()].filter(({ abandoned }) => !abandoned);
    pending.clear();
    outbox = [];
    if (waiting.length === 0) rest();
    for (const asked of waiting) {
      pending.set(asked.id, asked);
      send(asked);
    }
  }

  function endWorker(): Promise<void> {
    const old = running;
    running = undefined;
    if (!old) return Promise.resolve();
    ending += 1;
    Atomics.store(old.stop, 0, 1);
    old.worker.postMessage("[]");
    old.worker.unref();
    return old.ended.finally(() => {
      ending -= 1;
    });
  }

  function rejectAll(cause: Error) {
    running = undefined;
    const asked = [...pending.values()];
    pending.clear();
    rest();
    for (const { reject } of asked) reject(fail(cause));
  }

  return {
    run(sql, parameters, timeoutMs, signal) {
      if (closed) return Promise.reject(fail(new Error("the connection is closed")));
      if (signal?.aborted) return Promise.reject(fail(signal.reason));
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const asked: Pending = {
          id,
          sql,
          parameters,
          timeoutMs,
          resolve(rows) {
            signal?.removeEventListener("abort", abandon);
            resolve(rows);
          },
          reject(error) {
            signal?.removeEventListener("abort", abandon);
            reject(error);
          },
          abandoned: false,
        };
        const abandon = () => {
          asked.abandoned = true;
          if (outbox.includes(asked)) pending.delete(id);
          if (asked === pending.values().next().value) headSince = performance.now();
          asked.reject(fail(signal?.reason));
        };
        signal?.addEventListener("abort", abandon, { once: true });
        if (pending.size === 0) headSince = performance.now();
        pending.set(id, asked);
        send(asked);
      });
    },
    async restart() {
      restart();
    },
    async close() {
      closed = true;
      const ended = endWorker();
      rejectAll(new Error("the connection is closed"));
      // The timer also keeps the process up until then: the thread itself no longer does.
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, closeMs);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
    },
  };
}

function messageOf({ id, sql, parameters }: Pending, texts: Map<string, number>): Statement {
  const known = texts.get(sql);
  if (known !== undefined) return [id, known, parameters];
  if (texts.size === mostTexts) texts.clear();
  texts.set(sql, texts.size);
  return [id, texts.size - 1, parameters, sql];
}
