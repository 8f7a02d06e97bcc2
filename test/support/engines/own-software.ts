import knex, { type Knex } from "knex";
import type { Dialect } from "../../../shared/sql/dialect.ts";
import { CachingSqliteClient } from "../../../subgraphs/identity/store/sqlite-client.ts";
import type { EngineName } from "./engine.ts";

/** A department's own software, in the same process: knex as it is published, transactions open all the time. */
export interface OwnSoftware {
  /** Transactions that were begun so far. */
  readonly begun: number;
  /** Lets the transactions end, as far as they do, and closes its connections. */
  stop(): Promise<void>;
}

/** How long a transaction that its client has lost is waited for. */
const patienceMs = 2_000;

/** Milliseconds between transactions, so that they are not all that the machine does. */
const pauseMs = 200;

/** Two statements in flight in a transaction, one transaction after the other, on the table of that name. */
export function runOwnSoftware(name: EngineName, dialect: Dialect, url: string, table: string): OwnSoftware {
  const db = knex({ ...clients[name](new URL(url)), pool: { min: 0, max: 2 } });
  const parts = name === "sqlite" ? table.split(".").slice(-1) : table.split(".");
  const text = `SELECT COUNT(*) AS c0 FROM ${parts.map((part) => dialect.quote(part)).join(".")}`;
  let [begun, running] = [0, true];
  const work = async (): Promise<void> => {
    while (running) {
      begun += 1;
      // What goes wrong with knex's own client is not what is tested.
      await db.transaction((open) => Promise.all([open.raw(text), open.raw(text)])).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const working = work();
  return {
    get begun() {
      return begun;
    },
    async stop() {
      running = false;
      await Promise.race([working, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);
      await db.destroy();
    },
  };
}

const clients: Readonly<Record<EngineName, (url: URL) => Knex.Config>> = {
  mssql: (url) => ({
    client: "mssql",
    connection: { ...loginOf(url), server: url.hostname, port: Number(url.port), options: { encrypt: false } },
  }),
  oracle: (url) => ({
    client: "oracledb",
    connection: { ...loginOf(url), connectString: `${url.host}${url.pathname}` },
  }),
  postgres: (url) => ({ client: "pg", connection: url.href }),
  mysql: (url) => ({ client: "mysql2", connection: url.href }),
  sqlite: (url) => ({ client: CachingSqliteClient, connection: { filename: url.pathname }, useNullAsDefault: true }),
};

function loginOf(url: URL) {
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return { user, password, database: decodeURIComponent(url.pathname.slice(1)) };
}
