import { LRUCache } from "lru-cache";
import type { Connection, ConnectionOptions, FieldPacket, SslOptions } from "mysql2";
import type { Parameter, RawRow } from "../raw.ts";
import type { Session } from "../session-pool.ts";
import { type Binder, binderOf, readersOf } from "./values.ts";

export interface Target {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl?: SslOptions;
  readonly timeoutMs: number;
}

/** A served read waits this long for a table that is being rebuilt, at most. */
const lockSeconds = 2;
const connectMs = 5_000;
/** MySQL's word before each row of values, which MariaDB does without. */
const rowWords = /(VALUES |\), )ROW\(/g;
/** Statements that the server keeps parsed for one session. */
const mostKept = 200;

/** Logs in. The driver is loaded by the first session of the process. */
export async function openSession(target: Target): Promise<Session> {
  const { default: driver } = await import("mysql2");
  const { timeoutMs, ...login } = target;
  const config: ConnectionOptions = {
    ...login,
    charset: "utf8mb4_general_ci",
    connectTimeout: connectMs,
    dateStrings: true,
    enableKeepAlive: true,
    jsonStrings: true,
    maxPreparedStatements: mostKept,
    rowsAsArray: true,
    supportBigNumbers: true,
    timezone: "Z",
  };
  const connection = driver.createConnection(config);
  const bind = binderOf(driver.TypedParameter);
  let alive = true;
  const lost = () => {
    alive = false;
  };
  connection.on("error", lost);
  connection.on("end", lost);
  const close = async () => {
    alive = false;
    connection.destroy();
  };

  try {
    await connected(connection);
    const mariadb = await begin(connection, timeoutMs);
    const written = mariadb ? withoutRowWords() : (sql: string) => sql;
    return {
      get alive() {
        return alive;
      },
      async run(sql, parameters) {
        try {
          return await execute(connection, written(sql), parameters, bind);
        } catch (error) {
          if (endsSession(error)) alive = false;
          throw error;
        }
      },
      async cancel() {
        const other = driver.createConnection(config);
        other.on("error", () => {});
        try {
          await connected(other);
          await query(other, `KILL QUERY ${connection.threadId}`);
        } finally {
          other.destroy();
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Statements as MariaDB has them; a batch's text is long, so each is looked through once. */
function withoutRowWords(): (sql: string) => string {
  const known = new LRUCache<string, string>({ max: mostKept });
  return (sql) => {
    let text = known.get(sql);
    if (text === undefined) {
      text = sql.replace(rowWords, "$1(");
      known.set(sql, text);
    }
    return text;
  };
}

/** Read committed and read only: InnoDB's readers lock nothing. True where the server is a MariaDB. */
async function begin(connection: Connection, timeoutMs: number): Promise<boolean> {
  const [[version = ""] = []] = (await query(connection, "SELECT VERSION()")) as unknown as string[][];
  const mariadb = /mariadb/i.test(version);
  const limit = mariadb ? `max_statement_time = ${timeoutMs / 1000}` : `max_execution_time = ${Math.ceil(timeoutMs)}`;
  await query(connection, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY");
  await query(
    connection,
    `SET SESSION sql_mode = '', time_zone = '+00:00', lock_wait_timeout = ${lockSeconds}, ${limit}`,
  );
  return mariadb;
}

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function query(connection: Connection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, timeout: connectMs }, (error, rows) => (error ? reject(error) : resolve(rows)));
  });
}

function execute(
  connection: Connection,
  sql: string,
  parameters: readonly Parameter[],
  bind: Binder,
): Promise<readonly RawRow[]> {
  return new Promise((resolve, reject) => {
    connection.execute<never>({ sql, values: parameters.map(bind) as never[] }, (error, rows, fields) => {
      if (error) reject(error);
      else resolve(converted(rows as unknown as RawRow[], fields));
    });
  });
}

/** Only the columns whose values the driver hands over in another form are touched. */
function converted(rows: readonly RawRow[], fields: FieldPacket[]): readonly RawRow[] {
  const readers = readersOf(fields);
  if (readers.length === 0) return rows;
  for (const row of rows as unknown as unknown[][]) {
    for (const [index, read] of readers) if (row[index] !== null) row[index] = read(row[index]);
  }
  return rows;
}

/** Connections that the driver or the server ended, and a server that is shutting down or was made read-only by force. */
function endsSession(error: unknown): boolean {
  const { fatal, code = "" } = error as { fatal?: boolean; code?: string };
  return fatal === true || /^(?:PROTOCOL_|ECONN|EPIPE|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED)/.test(code);
}
