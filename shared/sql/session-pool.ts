import { Pool } from "tarn";
import { CivigraphError } from "../errors.ts";
import type { CatalogueTable, ConnectOptions, ReadConnection, SelectOptions } from "./dialect.ts";
import type { Parameter, RawRow } from "./raw.ts";

/**
 * One log-in to a database server, set up to read only. It runs one statement at a time: no driver's queue ever holds
 * two, so none can hand one department's statement to another's session.
 */
export interface Session {
  /** False once it is of no more use: its connection is gone, or what the server keeps for it is out of date. */
  readonly alive: boolean;
  run(sql: string, parameters: readonly Parameter[]): Promise<readonly RawRow[]>;
  /** Stops the statement that is running, over a connection of its own. */
  cancel(): Promise<void>;
  /** Ends the connection, however it stands; never rejects. */
  close(): Promise<void>;
}

/** What an engine brings to its pool. */
export interface Sessions {
  /** Connects and makes the session read-only; rejects with whatever the driver says. */
  open(): Promise<Session>;
  /** The cheapest statement there is. */
  readonly ping: string;
  catalogue(
    select: (sql: string, parameters: readonly Parameter[]) => Promise<readonly RawRow[]>,
    tables?: readonly string[],
  ): Promise<readonly CatalogueTable[]>;
  /** Most sessions at a time. */
  readonly most: number;
}

/** How long a server gets to take note of a cancelled statement before its session is ended all the same. */
const cancelMs = 2_000;
const idleMs = 30_000;
/** A server that does not even accept a connection by then is not there. */
const openMs = 10_000;

/**
 * Statements over a pool that starts empty. A session that was lost while it lay idle costs nobody an answer: the
 * statement is asked once more on a new one, for reading twice harms nothing.
 */
export function createPooledConnection(sessions: Sessions, options: ConnectOptions): ReadConnection {
  const endings = new Set<(cause: Error) => void>();
  const opened = new WeakMap<Session, number>();
  /** Sessions opened before this moment are not trusted: one of them was found lost. */
  let suspectBefore = 0;
  let closed = false;
  let pool = createPool();

  function createPool(): Pool<Session> {
    return new Pool<Session>({
      async create() {
        const session = await sessions.open();
        opened.set(session, performance.now());
        return session;
      },
      validate: (session) => session.alive && (opened.get(session) ?? 0) >= suspectBefore,
      destroy: (session) => session.close(),
      min: 0,
      max: sessions.most,
      idleTimeoutMillis: idleMs,
      createTimeoutMillis: openMs,
      createRetryIntervalMillis: 20,
      acquireTimeoutMillis: 2 ** 31 - 1,
      propagateCreateError: true,
    });
  }

  async function select(sql: string, parameters: readonly Parameter[], given: SelectOptions = {}) {
    try {
      if (closed) throw new Ended("CONNECTION_CLOSED");
      given.signal?.throwIfAborted();
      return await untilEnded(given, (ending) => ask(sql, parameters, ending));
    } catch (cause) {
      throw new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: options.department }, { cause });
    }
  }

  /** Runs `work` until the caller gives up, the time is over, or the connection is closed, whichever is first. */
  async function untilEnded<T>({ signal, timeoutMs }: SelectOptions, work: (ending: Promise<never>) => Promise<T>) {
    const limit = timeoutMs ?? options.timeoutMs ?? 10_000;
    let end: (cause: Error) => void = () => {};
    const ending = new Promise<never>((_, reject) => {
      end = reject;
    });
    ending.catch(() => {});
    const timer = setTimeout(() => end(new Ended("STATEMENT_TOO_LONG")), limit);
    const abort = () => end(new Ended("CALLER_GAVE_UP"));
    signal?.addEventListener("abort", abort, { once: true });
    endings.add(end);
    try {
      return await work(ending);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      endings.delete(end);
    }
  }

  async function ask(sql: string, parameters: readonly Parameter[], ending: Promise<never>) {
    for (;;) {
      const from = pool;
      const since = performance.now();
      const session = await acquire(from, ending);
      const fresh = (opened.get(session) ?? 0) >= since;
      try {
        return await runOn(session, from, sql, parameters, ending);
      } catch (error) {
        if (error instanceof GivenUp) throw error.cause;
        if (!session.alive) suspectBefore = performance.now();
        if (session.alive || fresh) throw error;
      }
    }
  }

  async function acquire(from: Pool<Session>, ending: Promise<never>): Promise<Session> {
    const asked = from.acquire();
    try {
      return await Promise.race([asked.promise, ending]);
    } catch (error) {
      asked.abort();
      // It may have come in the meantime.
      asked.promise.then(
        (session) => from.release(session),
        () => {},
      );
      throw error;
    }
  }

  async function runOn(
    session: Session,
    from: Pool<Session>,
    sql: string,
    parameters: readonly Parameter[],
    ending: Promise<never>,
  ): Promise<readonly RawRow[]> {
    const given = ending.catch((cause: unknown): never => {
      throw new GivenUp(cause);
    });
    try {
      const rows = await Promise.race([session.run(sql, parameters), given]);
      from.release(session);
      return rows;
    } catch (error) {
      if (error instanceof GivenUp) void giveUp(session, from);
      else from.release(session);
      throw error;
    }
  }

  /** A cancellation can come late and hit the next statement, so its session is not used again. */
  async function giveUp(session: Session, from: Pool<Session>): Promise<void> {
    const stopped = await within(cancelMs, session.cancel());
    if (!stopped) suspectBefore = performance.now();
    await session.close();
    from.release(session);
  }

  return {
    select,
    catalogue: (tables) => sessions.catalogue((sql, parameters) => select(sql, parameters), tables),
    async ping(signal) {
      await select(sessions.ping, [], signal ? { signal } : {});
    },
    async reopen() {
      const old = pool;
      pool = createPool();
      await old.destroy();
    },
    async close() {
      closed = true;
      for (const end of endings) end(new Ended("CONNECTION_CLOSED"));
      await pool.destroy();
    },
  };
}

/** Ended on this side; the log has the code. */
class Ended extends Error {
  readonly code: keyof typeof endingTexts;

  constructor(code: keyof typeof endingTexts) {
    super(endingTexts[code]);
    this.code = code;
  }
}

const endingTexts = {
  CALLER_GAVE_UP: "the caller gave up",
  CONNECTION_CLOSED: "the connection is closed",
  STATEMENT_TOO_LONG: "the statement took too long",
} as const;

/** The statement was not refused; whoever asked gave it up, for this cause. */
class GivenUp extends Error {
  constructor(cause: unknown) {
    super("given up", { cause });
  }
}

async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
