import { Worker } from "node:worker_threads";
import type { RawRow } from "../raw.ts";
import { type Answer, boundOf, type Cell, messageOf, type SentTexts, type Start } from "./messages.ts";
import { abandon, answered, failed, type Pending, type Reader, statementsOf } from "./pending.ts";

/** Statements, run one after the other in a worker thread. */
export interface Thread {
  run(
    reader: Reader,
    sql: string,
    parameters: readonly Cell[],
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<readonly RawRow[]>;
  /** Takes over a statement that waited in another thread. */
  take(asked: Pending): void;
  /** Closes the file behind what was asked of it; the next statement opens it anew. */
  forget(reader: Reader): Promise<void>;
  /** Fails what was asked of this file, and closes it. */
  leave(reader: Reader): Promise<void>;
  /** Lets the thread end; statements that it has not answered are run by the next. */
  restart(): void;
  close(): Promise<void>;
}

export interface ThreadOptions {
  /** Of a thread that several files share: the thread of its own to which a file moves that holds the others up. */
  readonly moveOut?: (reader: Reader) => Thread;
}

/** An aborted statement may end by itself within this time, before its thread is ended. */
const graceMs = 100;
const watchEveryMs = 25;
/**
 * A thread ends itself when its current statement does: `terminate()` in the middle of one can crash the process in the
 * driver. Until then it burns a core: no third one is started beside two such threads.
 */
const mostEnding = 2;
/** A file whose statements let those of others wait longer gets a thread of its own. */
const heldUpMs = 250;
/** How long closing waits for the thread. */
const closeMs = 1_000;

interface Running {
  readonly worker: Worker;
  readonly stop: Int32Array;
  readonly ended: Promise<void>;
  readonly texts: SentTexts;
  /** False until its first message: starting is no statement's time. */
  isUp: boolean;
}

let lastId = 0;

/** The thread starts with the first statement. */
export function createThread({ moveOut }: ThreadOptions = {}): Thread {
  let running: Running | undefined;
  let ending = 0;
  let outbox: Pending[] = [];
  let headSince = 0;
  /** Whose statements were first whenever the watch looked, and since when. */
  let busy: { readonly reader: Reader; readonly since: number } | undefined;
  let looked = 0;
  let watch: NodeJS.Timeout | undefined;
  /** In the order in which the thread runs them: the first is the one that is running. */
  const pending = new Map<number, Pending>();

  const waiting = {
    abandon(asked: Pending) {
      if (outbox.includes(asked)) pending.delete(asked.id);
      if (asked === pending.values().next().value) headSince = performance.now();
    },
  };

  function take(asked: Pending) {
    asked.thread = waiting;
    asked.since = performance.now();
    if (pending.size === 0) headSince = asked.since;
    pending.set(asked.id, asked);
    if (outbox.push(asked) === 1) setImmediate(flush);
  }

  /** The statements of one turn of the event loop go in one message. */
  function flush() {
    const batch = outbox.filter(({ id }) => pending.has(id));
    outbox = [];
    if (batch.length === 0) return;
    if (!running && !moveOut && ending >= mostEnding)
      return rejectAll(new Error("statements that were given up are still running"));
    running ??= startWorker();
    const { worker, texts } = running;
    worker.postMessage(JSON.stringify(batch.map((asked) => messageOf(asked, asked.reader.file, texts))));
    if (watch) return;
    worker.ref();
    watch = setInterval(check, watchEveryMs);
  }

  function startWorker(): Running {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { stop } satisfies Start,
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
    return { worker, stop, ended, texts: { numbers: new Map(), count: 0 }, isUp: false };
  }

  function receive(answers: readonly Answer[]) {
    headSince = performance.now();
    for (const [id, rows, error, special] of answers) {
      const asked = pending.get(id);
      if (!asked) continue;
      pending.delete(id);
      if (rows) answered(asked, special ? rows.map((row) => row.map(boundOf)) : (rows as readonly RawRow[]));
      else failed(asked, Object.assign(new Error(error?.message), { code: error?.code }));
    }
  }

  /** Nothing is asked: neither thread nor timer keep the process alive. */
  function rest() {
    clearInterval(watch);
    watch = undefined;
    busy = undefined;
    running?.worker.unref();
  }

  function check() {
    const head = pending.values().next().value;
    // Not at once with the last answer: on a busy connection the next statement is about to come.
    if (!head) return rest();
    if (!running?.isUp) return;
    const now = performance.now();
    const runningMs = now - headSince;
    // A look that comes late says that this thread was busy: answers may lie here unread, and nobody else is to blame.
    const isLate = now - looked > 2 * watchEveryMs;
    looked = now;
    if (isLate || busy?.reader !== head.reader) busy = { reader: head.reader, since: isLate ? now : headSince };
    const over = head.abandoned ? runningMs >= graceMs : runningMs >= head.timeoutMs;
    if (over) {
      pending.delete(head.id);
      failed(head, new Error("the statement took too long"));
    }
    if (over || (now - busy.since >= heldUpMs && holdsUpOthers(head, now))) startAnew(head.reader);
  }

  /** One long statement and many short ones hold up the other files alike. */
  function holdsUpOthers({ reader }: Pending, now: number): boolean {
    if (!moveOut) return false;
    return [...pending.values()].some((other) => other.reader !== reader && now - other.since >= heldUpMs);
  }

  /** The statements that wait are run by another thread; those of a file that held up others by one of its own. */
  function startAnew(heldUpBy?: Reader): void {
    endWorker();
    headSince = performance.now();
    const left = [...pending.values()].filter(({ abandoned }) => !abandoned);
    pending.clear();
    outbox = [];
    if (left.length === 0) rest();
    const own = heldUpBy && moveOut?.(heldUpBy);
    for (const asked of left) {
      if (own && asked.reader === heldUpBy) own.take(asked);
      else take(asked);
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
    for (const each of asked) failed(each, cause);
  }

  function ask(
    reader: Reader,
    sql: string | null,
    parameters: readonly Cell[],
    timeoutMs: number,
    signal?: AbortSignal,
  ) {
    if (signal?.aborted) return Promise.reject(reader.fail(signal.reason));
    lastId += 1;
    const id = lastId;
    return new Promise<readonly RawRow[]>((resolve, reject) => {
      const together = signal && statementsOf(signal);
      const asked: Pending = {
        id,
        reader,
        sql,
        parameters,
        timeoutMs,
        resolve,
        reject,
        together,
        abandoned: false,
        since: 0,
        thread: undefined,
      };
      together?.add(asked);
      take(asked);
    });
  }

  async function forget(reader: Reader): Promise<void> {
    if (running) await ask(reader, null, [], closeMs);
  }

  return {
    take,
    run: ask,
    forget,
    async leave(reader) {
      const left = [...pending.values()].filter((asked) => asked.reader === reader);
      for (const asked of left) abandon(asked, new Error("the connection is closed"));
      // A statement that is still running may take longer than closing waits.
      await forget(reader).catch(() => {});
    },
    restart: () => startAnew(),
    async close() {
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
