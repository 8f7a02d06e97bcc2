import { oracle as dialect } from "../../../shared/sql/oracle/dialect.ts";
import { nameOf } from "../../../shared/sql/oracle/names.ts";
import type { WireServer } from "../wire/server.ts";
import { startTnsServer } from "../wire/tns/server.ts";
import { tablesFor } from "./doubles.ts";
import { type Engine, partsOfType } from "./engine.ts";

/** What the doubles were asked in this process: all of it is parsed by a parser that is not ours. */
export const oracleStatements = new Set<string>();

/** The TNS double, one for each department, over the driver as it is published. */
export const oracle: Engine = {
  name: "oracle",
  absence: async () => undefined,
  async start() {
    const servers: WireServer[] = [];
    return {
      dialect,
      async load(department, tables, rows) {
        const database = { name: department, tables: tablesFor(tables, rows, typeOf, nameOf) };
        const server = await startTnsServer({ users: { PORTAL: "secret" }, database });
        servers.push(server);
        return { url: server.url, tableName: (name) => name };
      },
      async stop() {
        for (const server of servers) for (const statement of server.statements) oracleStatements.add(statement);
        await Promise.all(servers.map((server) => server.close()));
      },
    };
  },
};

function typeOf(type: string): string {
  const { base, size, unsigned } = partsOfType(type);
  if (/^N?CHAR$/.test(base)) return `${base}${size}`;
  if (/^N?VARCHAR2?$/.test(base)) return `${base.startsWith("N") ? "N" : ""}VARCHAR2${size}`;
  if (/^(?:TEXT|NTEXT|CLOB)$/.test(base)) return "VARCHAR2(4000)";
  if (/^(?:DECIMAL|NUMERIC|NUMBER)$/.test(base)) return `NUMBER${size}`;
  if (/^(?:BLOB|BYTEA)$/.test(base)) return "BLOB";
  if (/^(?:RAW|VARBINARY|BINARY)$/.test(base)) return `RAW${size}`;
  if (/^(?:FLOAT|DOUBLE|REAL)$/.test(base)) return "BINARY_DOUBLE";
  if (/^(?:DATETIME|DATETIME2|TIMESTAMP)$/.test(base)) return "TIMESTAMP(6)";
  if (base === "BIGINT") return unsigned ? "NUMBER(20)" : "NUMBER(19)";
  if (/^(?:INT|INTEGER)$/.test(base)) return "NUMBER(10)";
  return (
    { BIT: "NUMBER(1)", BOOLEAN: "NUMBER(1)", MONEY: "NUMBER(19,4)", SMALLINT: "NUMBER(5)", TINYINT: "NUMBER(3)" }[
      base
    ] ?? base
  );
}
