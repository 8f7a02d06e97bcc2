import type { Parameter, RawRow } from "../raw.ts";
import type { Session } from "../session-pool.ts";
import { type DriverConnection, type Login, loadDriver } from "./driver.ts";
import { bound, fetchTypes } from "./values.ts";

export interface Target {
  readonly department: string;
  readonly login: Login;
  /** Folder of Oracle's client libraries; undefined for the driver's own protocol. */
  readonly libraries: string | undefined;
  readonly timeoutMs: number;
}

/** What the pool gives up before the driver does: it watches the whole statement, the driver each round trip. */
const graceMs = 1_000;
/** How long a server is given to take leave of. */
const farewellMs = 1_000;

/** Logs in. The driver is loaded by the first session of the process. */
export async function openSession({ department, libraries, login, timeoutMs }: Target): Promise<Session> {
  const driver = await loadDriver(libraries, department);
  const connection = await driver.getConnection(login).catch((error: unknown) => {
    throw explained(error);
  });
  connection.callTimeout = timeoutMs + graceMs;
  const options = { outFormat: driver.OUT_FORMAT_ARRAY, fetchTypeHandler: fetchTypes(driver) };
  let alive = true;
  let running: Promise<unknown> = Promise.resolve();
  let transactionEnds: Promise<unknown> = Promise.resolve();
  const close = async () => {
    alive = false;
    await farewell(connection);
  };
  const execute = (sql: string, parameters: readonly Parameter[] = []) =>
    connection.execute(sql, parameters.map(bound), { ...options, fetchArraySize: 1_000, prefetchRows: 1_000 });

  /** A transaction that can only read sees one moment; it is ended at once, so that the next one sees what is new. */
  async function read(sql: string, parameters: readonly Parameter[]): Promise<readonly RawRow[]> {
    await transactionEnds;
    await execute("SET TRANSACTION READ ONLY");
    try {
      const { rows = [] } = await execute(sql, parameters);
      return rows as unknown as readonly RawRow[];
    } finally {
      transactionEnds = connection.commit().catch(() => {
        alive = false;
      });
    }
  }

  try {
    await execute(settings);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get alive() {
      return alive;
    },
    async run(sql, parameters) {
      const answer = read(sql, parameters);
      running = answer.catch(() => {});
      try {
        return await answer;
      } catch (error) {
        if (endsSession(error)) alive = false;
        throw error;
      }
    },
    async cancel() {
      await connection.break();
      await running;
    },
    close,
  };
}

/** Whatever the client, the user's profile or a trigger at log-on set: numbers with a point, text by its bytes, UTC. */
const settings =
  "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,' NLS_COMP = BINARY NLS_SORT = BINARY TIME_ZONE = '+00:00'";

/** The driver waits for the server's own farewell, which may never come; its own pool ends such connections likewise. */
async function farewell(connection: DriverConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      const { _impl } = connection as { _impl?: { nscon?: { forceDisconnect?: () => void } } };
      _impl?.nscon?.forceDisconnect?.();
      resolve();
    }, farewellMs);
  });
  const done = connection.close({ drop: true }).catch(() => {});
  await Promise.race([done, late]);
  clearTimeout(timer);
}

/** The connection is gone, the session was killed, or the database is going down, moved, or not open. */
function endsSession(error: unknown): boolean {
  const { code = "", errorNum = 0, message = "" } = error as { code?: string; errorNum?: number; message?: string };
  return /^(?:NJS-(?:003|500|501|521|530)|DPI-1010|DPI-1080)/.test(`${code || message}`) || ended.has(errorNum);
}

const ended = new Set([
  28, 603, 604, 1012, 1033, 1034, 1089, 1090, 1092, 2396, 3113, 3114, 3135, 12153, 12514, 12537, 12547, 12570, 12583,
  25400, 25401, 25402, 25403, 25404, 25405, 25408, 25409, 28547, 45, 378, 602, 609,
]);

/** An old server is the one refusal whose remedy the driver cannot know. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || (error as { code?: string }).code !== "NJS-138") return error;
  const text =
    "this server is older than Oracle 12.1: name the folder of Oracle's client libraries as `thick` in the URL";
  return Object.assign(new Error(text, { cause: error }), { code: "NJS-138" });
}
