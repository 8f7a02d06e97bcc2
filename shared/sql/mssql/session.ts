import type { Socket } from "node:net";
import type { Connection, ConnectionConfiguration, ConnectionOptions } from "tedious";
import type { Parameter, RawRow } from "../raw.ts";
import type { Session } from "../session-pool.ts";
import { connectForEncryption } from "./encrypted-login.ts";
import { type Binder, binderOf, type ColumnFacts, type Reader, readerOf } from "./values.ts";

type Driver = typeof import("tedious");

export interface Target {
  readonly server: string;
  readonly login: { readonly user: string; readonly password: string; readonly domain?: string };
  readonly options: ConnectionOptions;
}

/** A served read waits this long for rows that a writer holds, at most. */
const lockMs = 2_000;
const connectMs = 5_000;

/**
 * Logs in. The driver is loaded by the first session of the process.
 *
 * It is `tedious`, the driver under `mssql` and under knex's client for SQL Server, and not one of the two: knex's client
 * hands one department's statements to another's connection; `mssql` brings a pool of its own, which would keep
 * sessions that `session-pool.ts` has to know to cancel and to distrust, logs in once more to try a new pool out, and
 * makes an object by column names of each row. `mssql` is what loads the demo city into a server.
 */
export async function openSession({ server, login, options }: Target): Promise<Session> {
  const driver = await import("tedious");
  const { domain, user, password } = login;
  const config: ConnectionConfiguration = {
    server,
    authentication:
      domain === undefined
        ? { type: "default", options: { userName: user, password } }
        : { type: "ntlm", options: { userName: user, password, domain } },
    options: {
      ...options,
      appName: "civigraph",
      connectTimeout: connectMs,
      // The pool watches the time, and sends the attention.
      requestTimeout: 0,
      cancelTimeout: connectMs,
      maxRetriesOnTransientErrors: 0,
      lowerCaseGuids: true,
      useUTC: true,
      // With `strict`, TLS comes before everything else.
      ...(options.encrypt === true ? { connector: connectForEncryption as () => Promise<Socket> } : {}),
    },
  };
  const connection = new driver.Connection(config);
  const bind = binderOf(driver.TYPES);
  let alive = true;
  let running: Promise<unknown> = Promise.resolve();
  const lost = () => {
    alive = false;
  };
  connection.on("error", lost);
  connection.on("end", lost);
  const close = async () => {
    alive = false;
    connection.close();
  };

  try {
    await connected(connection);
    await begin(connection, driver, bind);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get alive() {
      return alive;
    },
    async run(sql, parameters) {
      const answer = execute(connection, driver, sql, parameters, bind);
      running = answer.catch(() => {});
      try {
        return await answer;
      } catch (error) {
        if (endsSession(error)) alive = false;
        throw error;
      }
    },
    async cancel() {
      connection.cancel();
      await running;
    },
    close,
  };
}

/**
 * Reads that hold up no writer: of a snapshot where the database keeps row versions, else of what is committed. Where
 * a reader and a writer of the department's own software lock each other out, the reader gives way.
 */
async function begin(connection: Connection, driver: Driver, bind: Binder): Promise<void> {
  const late = setTimeout(() => connection.close(), connectMs);
  try {
    const [[state = 0] = []] = await execute(connection, driver, versions, [], bind);
    const level = state === 1 ? "SNAPSHOT" : "READ COMMITTED";
    const text = `SET TRANSACTION ISOLATION LEVEL ${level}; SET LOCK_TIMEOUT ${lockMs}; SET DEADLOCK_PRIORITY LOW`;
    await execute(connection, driver, text, [], bind, "batch");
  } finally {
    clearTimeout(late);
  }
}

const versions = "SELECT snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()";

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

/** What a session is set to in a procedure's call ends with the call: settings go as a batch. */
function execute(
  connection: Connection,
  { Request }: Driver,
  sql: string,
  parameters: readonly Parameter[],
  bind: Binder,
  as: "call" | "batch" = "call",
): Promise<readonly RawRow[]> {
  return new Promise((resolve, reject) => {
    const rows: RawRow[] = [];
    let readers: readonly Reader[] = [];
    const request = new Request(sql, (error) => (error ? reject(error) : resolve(rows)));
    request.on("columnMetadata", (columns) => {
      readers = (columns as readonly ColumnFacts[]).map(readerOf);
    });
    request.on("row", (cells: readonly { readonly value: unknown }[]) => {
      rows.push(cells.map(({ value }, index) => (value === null ? null : (readers[index]?.(value) ?? null))));
    });
    for (const [index, value] of parameters.entries()) {
      const [type, bound, options] = bind(value);
      request.addParameter(`p${index}`, type, bound, options);
    }
    if (as === "batch") connection.execSqlBatch(request);
    else connection.execSql(request);
  });
}

/** Severity 20 and more, a database that moved or is being shut down, and a connection that the driver gave up. */
function endsSession(error: unknown): boolean {
  const { code = "", number = 0, class: severity = 0 } = error as { code?: string; number?: number; class?: number };
  return severity >= 20 || movedOrStopped.has(number) || /^(?:ESOCKET|ECONN|ETIMEOUT|EINVALIDSTATE)/.test(code);
}

const movedOrStopped = new Set([596, 922, 924, 976, 978, 979, 981, 982, 983, 3908, 6005, 40197, 40613]);
