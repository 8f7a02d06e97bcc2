import { mssql as dialect } from "../../../shared/sql/mssql/dialect.ts";
import type { WireServer } from "../wire/server.ts";
import { startTdsServer } from "../wire/tds/server.ts";
import { tablesFor } from "./doubles.ts";
import { type Engine, partsOfType } from "./engine.ts";

/** What the doubles were asked in this process: all of it is parsed by a parser that is not ours. */
export const mssqlStatements = new Set<string>();

/** The city's names are of many languages: no code page holds them all. */
const collation = "Latin1_General_100_CI_AS_SC_UTF8";

/** The TDS double, one for each department, over the driver as it is published. */
export const mssql: Engine = {
  name: "mssql",
  absence: async () => undefined,
  async start() {
    const servers: WireServer[] = [];
    return {
      dialect,
      async load(department, tables, rows) {
        const database = { name: department, tables: tablesFor(tables, rows, typeOf), collation };
        const server = await startTdsServer({ users: { portal: "secret" }, database });
        servers.push(server);
        return { url: server.url, tableName: (name) => name };
      },
      async stop() {
        for (const server of servers) for (const statement of server.statements) mssqlStatements.add(statement);
        await Promise.all(servers.map((server) => server.close()));
      },
    };
  },
};

function typeOf(type: string): string {
  const { base, size, unsigned } = partsOfType(type);
  if (/^N?VARCHAR2$/.test(base)) return `${base.slice(0, -1)}${size}`;
  if (/^(?:TEXT|CLOB)$/.test(base)) return "VARCHAR(MAX)";
  if (base === "NTEXT") return "NVARCHAR(MAX)";
  if (base === "NUMBER") return size === "" ? "DECIMAL(38,10)" : `DECIMAL${size}`;
  if (/^(?:BLOB|RAW|BYTEA)$/.test(base)) return `VARBINARY${size || "(MAX)"}`;
  if (/^(?:INT|INTEGER)$/.test(base)) return unsigned ? "BIGINT" : "INT";
  // Oracle's DATE has a time of day, and so have the values of those tables.
  if (/^(?:DATE|TIMESTAMP)$/.test(base)) return "DATETIME2";
  return { BOOLEAN: "BIT", DOUBLE: "FLOAT", TINYINT: "SMALLINT" }[base] ?? `${base}${size}`;
}
