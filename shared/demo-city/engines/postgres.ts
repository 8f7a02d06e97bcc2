import pg from "pg";
import type { LegacyTable } from "../legacy-table.ts";
import { bareName, batchesOf, inSchema, type LegacyServer, partsOfType } from "./server.ts";

/** Places are schemas. Text sorts as people do, not by its bytes. */
export async function connectPostgres(url: string): Promise<LegacyServer> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    async has(place) {
      const { rowCount } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [place]);
      return rowCount === 1;
    },
    async load(place, tables, rows) {
      await client.query(`CREATE SCHEMA ${quote(place)}`);
      for (const table of tables) await client.query(createTable(place, table));
      for (const [table, batch] of batchesOf(rows, () => 500)) {
        const width = table.columns.length;
        const marks = batch.map((_, row) => `(${table.columns.map((__, at) => `$${row * width + at + 1}`).join()})`);
        const values = batch.flat().map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
        await client.query(`INSERT INTO ${nameIn(place, table)} VALUES ${marks.join()}`, values);
      }
      for (const table of tables) for (const text of createIndexes(place, table)) await client.query(text);
      for (const table of tables) await client.query(`ANALYZE ${nameIn(place, table)}`);
      const own = new URL(url);
      own.searchParams.set("options", `-c search_path=${place}`);
      return { url: own.href.replaceAll("+", "%20"), tableName: inSchema(place) };
    },
    async drop(place) {
      await client.query(`DROP SCHEMA IF EXISTS ${quote(place)} CASCADE`);
    },
    close: () => client.end(),
  };
}

function createTable(schema: string, table: LegacyTable): string {
  const lines = table.columns.map(({ name, type, nullable }) => {
    return `${quote(name)} ${typeOf(type)}${nullable ? "" : " NOT NULL"}`;
  });
  if (table.primaryKey) lines.push(`PRIMARY KEY (${table.primaryKey.map(quote).join()})`);
  return `CREATE TABLE ${nameIn(schema, table)} (${lines.join(", ")})`;
}

function createIndexes(schema: string, table: LegacyTable): readonly string[] {
  return (table.indexes ?? []).map(({ unique, columns }) => {
    return `CREATE ${unique ? "UNIQUE " : ""}INDEX ON ${nameIn(schema, table)} (${columns.map(quote).join()})`;
  });
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

function nameIn(schema: string, { name }: LegacyTable): string {
  return `${quote(schema)}.${quote(bareName(name))}`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
