import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import type { Dialect, ReadConnection } from "../../shared/sql/dialect.ts";
import { mssql as mssqlDialect } from "../../shared/sql/mssql/dialect.ts";
import { mysql as mysqlDialect } from "../../shared/sql/mysql/dialect.ts";
import { oracle as oracleDialect } from "../../shared/sql/oracle/dialect.ts";
import { postgres as postgresDialect } from "../../shared/sql/postgres/dialect.ts";
import type { Parameter, RawRow } from "../../shared/sql/raw.ts";
import { allByKey, pageOfAll } from "../../shared/sql/read-statement.ts";
import { sqlite as sqliteDialect } from "../../shared/sql/sqlite/dialect.ts";
import Database from "../../shared/sql/sqlite/driver.js";
import { parametersOf, type Statement } from "../../shared/sql/statement.ts";
import { tableFacts } from "../../shared/sql/table-facts.ts";
import { runId } from "../support/engines/engine.ts";
import { mysqlUrl } from "../support/engines/mysql.ts";
import { postgresUrl } from "../support/engines/postgres.ts";
import { type BenchDouble, mssqlDouble, oracleDouble } from "./doubles.ts";

/**
 * Rows a second of a 10,000-row page and of a 5,000-key batch through a wrapper's connection, beside the bare driver
 * running the same text with the same values in the same run. Prints one line each; ends with 1 below 70 %.
 *
 *   npx tsx test/bench/engines.bench.ts [engine...]
 */
const table = `${runId}_bench`;
const columns = ["ID", "PADDED", "LABEL", "AMOUNT", "STAMP", "BIG"];
const rounds = 15;
const goal = 0.7;

interface Bare {
  /** As one would call the driver by hand: its own way to hand rows over as arrays, kept statements. */
  run(sql: string, values: readonly Parameter[]): Promise<readonly RawRow[]>;
  make(): Promise<void>;
  end(): Promise<void>;
}

async function barePostgres(): Promise<Bare> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  return {
    async run(text, values) {
      const name = String(text.length);
      const { rows } = await client.query<RawRow[]>({ text, values: [...values], rowMode: "array", name });
      return rows as unknown as RawRow[];
    },
    async make() {
      await client.query(
        `CREATE TABLE "${table}" ("ID" integer PRIMARY KEY, "PADDED" char(8) NOT NULL, "LABEL" varchar(40), "AMOUNT" numeric(12,2), "STAMP" timestamp, "BIG" bigint)`,
      );
      await client.query(
        `INSERT INTO "${table}" SELECT n, lpad(n::text, 8, '0'), 'label ' || n, n / 7.0, timestamp '2020-01-01' + n * interval '1 hour', n FROM generate_series(1, 20000) n`,
      );
      await client.query(`ANALYZE "${table}"`);
    },
    async end() {
      await client.query(`DROP TABLE "${table}"`);
      await client.end();
    },
  };
}

async function bareMysql(): Promise<Bare> {
  const connection = await createConnection({ uri: mysqlUrl, rowsAsArray: true });
  return {
    async run(sql, values) {
      const [rows] = await connection.execute(sql.replace(/(VALUES |\), )ROW\(/g, "$1("), [...values] as string[]);
      return rows as unknown as RawRow[];
    },
    async make() {
      await connection.query(
        `CREATE TABLE ${table} (ID int PRIMARY KEY, PADDED char(8) NOT NULL, LABEL varchar(40), AMOUNT decimal(12,2), STAMP datetime, BIG bigint)`,
      );
      for (let from = 1; from <= 20_000; from += 2_000) {
        const rows = Array.from({ length: 2_000 }, (_, index) => {
          const n = from + index;
          return [
            n,
            String(n).padStart(8, "0"),
            `label ${n}`,
            (n / 7).toFixed(2),
            new Date(Date.UTC(2020, 0, 1, n)),
            n,
          ];
        });
        await connection.query(`INSERT INTO ${table} VALUES ?`, [rows]);
      }
    },
    async end() {
      await connection.query(`DROP TABLE ${table}`);
      await connection.end();
    },
  };
}

async function bareSqlite(folder: string): Promise<Bare> {
  const database = new Database(join(folder, "bench.sqlite"));
  const kept = new Map<string, Database.Statement>();
  return {
    async run(sql, values) {
      const statement = kept.get(sql) ?? database.prepare(sql).raw();
      kept.set(sql, statement);
      return statement.all(values) as RawRow[];
    },
    async make() {
      database.exec(
        `CREATE TABLE ${table} (ID INT PRIMARY KEY, PADDED CHAR(8) NOT NULL, LABEL VARCHAR(40), AMOUNT DECIMAL(12,2), STAMP DATETIME, BIG BIGINT);
         WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000)
         INSERT INTO ${table} SELECT n, printf('%08d', n), 'label ' || n, round(n / 7.0, 2), datetime('2020-01-01', n || ' hours'), n FROM s;
         ANALYZE`,
      );
    },
    async end() {
      database.close();
    },
  };
}

/**
 * SQLite runs inside the process, and a driver that is called on the main thread stops everything else meanwhile, so
 * that ours is not. This is the bare driver in a thread of its own, its rows posted as they are.
 */
async function bareSqliteThread(folder: string): Promise<Bare> {
  const direct = await bareSqlite(folder);
  const driver = new URL("../../shared/sql/sqlite/driver.js", import.meta.url).href;
  const program = `
    const { parentPort } = require("node:worker_threads");
    import(${JSON.stringify(driver)}).then(({ default: Database }) => {
      const database = new Database(${JSON.stringify(join(folder, "bench.sqlite"))}, { readonly: true });
      const kept = new Map();
      parentPort.on("message", ([sql, values]) => {
        const statement = kept.get(sql) ?? database.prepare(sql).raw();
        kept.set(sql, statement);
        parentPort.postMessage(statement.all(values));
      });
    });`;
  let worker: Worker | undefined;
  return {
    async run(sql, values) {
      worker ??= new Worker(program, { eval: true });
      const answered = once(worker, "message");
      worker.postMessage([sql, values]);
      const [rows] = await answered;
      return rows as RawRow[];
    },
    make: () => direct.make(),
    async end() {
      await worker?.terminate();
      await direct.end();
    },
  };
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  // SQL Server and Oracle answer from doubles, whose own time is the same on both sides.
  for (const [dialect, start] of [
    [mssqlDialect, mssqlDouble],
    [oracleDialect, oracleDouble],
  ] as const) {
    if (wanted.length > 0 && !wanted.includes(dialect.name)) continue;
    const double = await start(columns);
    try {
      await measureDouble(dialect, double);
    } finally {
      await double.end();
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "civigraph-bench-"));
  for (const [dialect, url, open] of [
    [postgresDialect, postgresUrl, barePostgres],
    [mysqlDialect, mysqlUrl, bareMysql],
    [sqliteDialect, `sqlite:${join(folder, "bench.sqlite")}`, () => bareSqliteThread(folder)],
  ] as const) {
    if (wanted.length > 0 && !wanted.includes(dialect.name)) continue;
    const bare = await open();
    const connection = dialect.connect(url, { department: "Works", schemas: [] });
    try {
      await bare.make();
      const facts = tableFacts(await connection.catalogue([table]));
      const reading = { table: { name: table, alias: "t", dialect, facts }, columns, conditions: [] };
      const page = pageOfAll(reading, { order: [{ column: "ID", direction: "ASC" }], backwards: false });
      const most = Math.min(5_000, dialect.limits.keys);
      const batch = allByKey({ ...reading, on: ["ID"], keyRows: most });
      const keys = Array.from({ length: most }, (_, index): Parameter[] => [index, index * 4 + 1]).flat();
      await compare(`${dialect.name} 10,000-row page`, connection, bare, page, 10_000, []);
      const part = most === 5_000 ? "" : `${most} keys of a `;
      await compare(`${dialect.name} ${part}5,000-key batch`, connection, bare, batch, most, keys);
      if (dialect === sqliteDialect) {
        const blocking = await bareSqlite(folder);
        await compare(
          "sqlite 10,000-row page, the driver blocking the process",
          connection,
          blocking,
          page,
          10_000,
          [],
          0,
        );
        await blocking.end();
      }
    } finally {
      await connection.close();
      await bare.end();
    }
  }
  rmSync(folder, { recursive: true });
}

/** Keys in the chunks that the engine takes, all at once as a wrapper asks them, the driver's one after the other. */
async function measureDouble(dialect: Dialect, double: BenchDouble): Promise<void> {
  const connection = dialect.connect(double.url, { department: "Works", schemas: [] });
  try {
    const facts = tableFacts(await connection.catalogue([double.table]));
    const reading = { table: { name: double.table, alias: "t", dialect, facts }, columns, conditions: [] };
    const page = pageOfAll(reading, { order: [{ column: "ID", direction: "ASC" }], backwards: false });
    await compare(`${dialect.name} 10,000-row page`, connection, double, page, 10_000, []);
    const { keys } = dialect.limits;
    const batch = allByKey({ ...reading, on: ["ID"], keyRows: keys });
    const asked = Array.from({ length: keys }, (_, index): Parameter[] => [index, index * 4 + 1]).flat();
    await compare(`${dialect.name} ${keys} keys of a 5,000-key batch`, connection, double, batch, keys, asked);
  } finally {
    await connection.close();
  }
}

async function compare(
  name: string,
  connection: ReadConnection,
  bare: Pick<Bare, "run">,
  statement: Statement,
  rows: number,
  keys: readonly Parameter[],
  /** The least part of the driver's speed; 0 where the figure is for information. */
  least = goal,
): Promise<void> {
  const values = parametersOf(statement, { keys, limit: rows, context: { timeZone: "UTC", today: "2026-01-01" } });
  const ours: number[] = [];
  const theirs: number[] = [];
  // In turns, so that whatever else the machine does slows both alike.
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timed(() => connection.select(statement.sql, values), rows));
    theirs.push(await timed(() => bare.run(statement.sql, values), rows));
  }
  const [own, driver] = [rows / median(ours), rows / median(theirs)];
  const perSecond = (rate: number) => Math.round(rate * 1000).toLocaleString("en");
  if (own / driver < least) process.exitCode = 1;
  console.info(
    `${name}: ${perSecond(own)} rows/s, bare driver ${perSecond(driver)} rows/s: ${Math.round((own / driver) * 100)} %`,
  );
}

async function timed(work: () => Promise<readonly RawRow[]>, rows: number): Promise<number> {
  const since = performance.now();
  const found = await work();
  const took = performance.now() - since;
  if (found.length < rows) throw new Error(`expected ${rows} rows, but got ${found.length}`);
  return took;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

await main();
