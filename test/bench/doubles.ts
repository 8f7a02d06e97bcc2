import { createRequire } from "node:module";
import { Connection, Request, TYPES } from "tedious";
import type { Parameter, RawRow } from "../../shared/sql/raw.ts";
import type { WireServer } from "../support/wire/server.ts";
import { startTdsServer } from "../support/wire/tds/server.ts";
import { startTnsServer } from "../support/wire/tns/server.ts";

/** A double with 20,000 rows, and its driver as one would call it by hand. */
export interface BenchDouble {
  readonly url: string;
  readonly table: string;
  run(sql: string, values: readonly Parameter[]): Promise<readonly RawRow[]>;
  end(): Promise<void>;
}

const rows = Array.from({ length: 20_000 }, (_, index) => {
  const n = index + 1;
  const stamp = new Date(Date.UTC(2020, 0, 1, n)).toISOString().slice(0, 19).replace("T", " ");
  return [n, String(n).padStart(8, "0"), `label ${n}`, (n / 7).toFixed(2), stamp, n];
});

const table = (names: readonly string[], types: readonly string[]) => ({
  name: "BENCH.ROWS",
  columns: Object.fromEntries(names.map((name, at) => [name, types[at] ?? "INT"])),
  primaryKey: ["ID"],
  rows,
});

export async function mssqlDouble(names: readonly string[]): Promise<BenchDouble> {
  const types = ["INT NOT NULL", "CHAR(8)", "VARCHAR(40)", "DECIMAL(12,2)", "DATETIME2", "BIGINT"];
  const server = await startTdsServer({
    users: { portal: "x" },
    database: { name: "Bench", tables: [table(names, types)] },
  });
  const connection = new Connection({
    server: "127.0.0.1",
    authentication: { type: "default", options: { userName: "portal", password: "x" } },
    options: { port: server.port, database: "Bench", encrypt: false, requestTimeout: 0 },
  });
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  return {
    ...placeOf(server),
    run: (sql, values) =>
      new Promise((resolve, reject) => {
        const found: RawRow[] = [];
        const request = new Request(sql, (error) => (error ? reject(error) : resolve(found)));
        request.on("row", (cells: readonly { readonly value: never }[]) => found.push(cells.map(({ value }) => value)));
        for (const [at, value] of values.entries()) request.addParameter(`p${at}`, TYPES.Int, value);
        connection.execSql(request);
      }),
    async end() {
      connection.close();
      await server.close();
    },
  };
}

interface OracleDriver {
  readonly OUT_FORMAT_ARRAY: number;
  getConnection(login: object): Promise<{
    execute(sql: string, binds: readonly unknown[], options: object): Promise<{ readonly rows: readonly RawRow[] }>;
    close(): Promise<void>;
  }>;
}

export async function oracleDouble(names: readonly string[]): Promise<BenchDouble> {
  const types = ["NUMBER(9) NOT NULL", "CHAR(8)", "VARCHAR2(40)", "NUMBER(12,2)", "DATE", "NUMBER(19)"];
  const server = await startTnsServer({
    users: { PORTAL: "x" },
    database: { name: "BENCH", tables: [table(names, types)] },
  });
  const driver = createRequire(import.meta.url)("oracledb") as OracleDriver;
  const connectString = `127.0.0.1:${server.port}/BENCH`;
  const connection = await driver.getConnection({ user: "PORTAL", password: "x", connectString });
  return {
    ...placeOf(server),
    run: async (sql, values) =>
      (await connection.execute(sql, values, { outFormat: driver.OUT_FORMAT_ARRAY, fetchArraySize: 1_000 })).rows,
    async end() {
      await connection.close();
      await server.close();
    },
  };
}

function placeOf({ url }: WireServer): Pick<BenchDouble, "url" | "table"> {
  return { url, table: "BENCH.ROWS" };
}
