import pg from "pg";
import type { LegacyTable } from "../../../shared/demo-city/legacy-table.ts";
import { postgres as dialect } from "../../../shared/sql/postgres/dialect.ts";
import { bareName, batchesOf, type Engine, inSchema, partsOfType, runId } from "./engine.ts";

/** A role that may create schemas and roles. */
export const postgresUrl = process.env.CIVIGRAPH_TEST_POSTGRES_URL ?? "postgres://root@127.0.0.1:5432/test";

/** A real PostgreSQL; every department is in a schema of this run's own. Text sorts as people do, not by its bytes. */
export const postgres: Engine = {
  name: "postgres",
  async absence() {
    const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 3_000 });
    try {
      await client.connect();
      return undefined;
    } catch {
      return "no PostgreSQL at CIVIGRAPH_TEST_POSTGRES_URL";
    } finally {
      await client.end().catch(() => {});
    }
  },
  async start() {
    const client = new pg.Client({ connectionString: postgresUrl });
    await client.connect();
    const schemas = new Set<string>();
    return {
      dialect,
      async load(department, tables, rows) {
        const schema = `${runId}_${department.replaceAll("-", "_")}`;
        schemas.add(schema);
        await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
        for (const table of tables) await client.query(createTable(schema, table));
        for (const [table, batch] of batchesOf(rows, 500)) {
          const width = table.columns.length;
          const marks = batch.map((_, row) => `(${table.columns.map((__, at) => `$${row * width + at + 1}`).join()})`);
          const values = batch.flat().map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
          await client.query(`INSERT INTO ${schema}.${quote(bareName(table.name))} VALUES ${marks.join()}`, values);
        }
        for (const table of tables) for (const text of createIndexes(schema, table)) await client.query(text);
        await client.query("ANALYZE");
        const url = new URL(postgresUrl);
        url.searchParams.set("options", `-c search_path=${schema}`);
        return { url: url.href.replaceAll("+", "%20"), tableName: inSchema(schema) };
      },
      async stop() {
        for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
        await client.end();
      },
    };
  },
};

function createTable(schema: string, { name, columns, primaryKey }: LegacyTable): string {
  const lines = columns.map((column) => {
    return `${quote(column.name)} ${typeOf(column.type)}${column.nullable ? "" : " NOT NULL"}`;
  });
  if (primaryKey) lines.push(`PRIMARY KEY (${primaryKey.map(quote).join()})`);
  return `CREATE TABLE ${schema}.${quote(bareName(name))} (${lines.join(", ")})`;
}

function createIndexes(schema: string, { name, indexes = [] }: LegacyTable): readonly string[] {
  const table = `${schema}.${quote(bareName(name))}`;
  return indexes.map(
    (index) =>
      `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ON ${table} (${index.columns.map((column) => quote(column)).join()})`,
  );
}

const human = 'COLLATE "und-x-icu"';

function typeOf(type: string): string {
  const { base, size, unsigned } = partsOfType(type);
  if (base === "CHAR" || base === "NCHAR") return `char${size} ${human}`;
  if (/^N?VARCHAR2?$/.test(base)) return `varchar${size} ${human}`;
  if (/^(?:TEXT|CLOB|NTEXT)$/.test(base)) return `text ${human}`;
  if (/^(?:NUMBER|NUMERIC|DECIMAL)$/.test(base)) return `numeric${size}`;
  if (/^(?:INT|INTEGER)$/.test(base)) return unsigned ? "bigint" : "integer";
  if (/^(?:TINYINT|SMALLINT)$/.test(base)) return "smallint";
  if (/^(?:VARBINARY|BINARY|BLOB|RAW)$/.test(base)) return "bytea";
  // Oracle's DATE has a time of day, and so have the values of those tables.
  if (/^(?:DATE|DATETIME|DATETIME2|TIMESTAMP)$/.test(base)) return "timestamp";
  return { BIT: "boolean", FLOAT: "double precision", MONEY: "numeric(19,4)" }[base] ?? base;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
