import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { LegacyTable } from "../legacy-table.ts";
import { bareName, batchesOf, inSchema, type LegacyServer, partsOfType } from "./server.ts";

/** MySQL and MariaDB: places are databases. Text is UTF-8, and compared without its case. */
export async function connectMysql(url: string): Promise<LegacyServer> {
  const connection = await createConnection({ uri: url, charset: "utf8mb4_general_ci", dateStrings: true });
  await connection.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
  return {
    async has(place) {
      const asked = "SELECT 1 FROM information_schema.schemata WHERE schema_name = ?";
      const [found] = await connection.query<RowDataPacket[]>(asked, [place]);
      return found.length === 1;
    },
    async load(place, tables, rows) {
      await connection.query(`CREATE DATABASE ${quote(place)} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
      for (const table of tables) await connection.query(createTable(place, table));
      for (const [table, batch] of batchesOf(rows, () => 500)) {
        const values = batch.map((row) => row.map((each) => (each instanceof Uint8Array ? Buffer.from(each) : each)));
        await connection.query(`INSERT INTO ${nameIn(place, table)} VALUES ?`, [values]);
      }
      const own = new URL(url);
      own.pathname = `/${place}`;
      return { url: own.href, tableName: inSchema(place) };
    },
    async drop(place) {
      await connection.query(`DROP DATABASE IF EXISTS ${quote(place)}`);
    },
    close: () => connection.end(),
  };
}

function createTable(database: string, table: LegacyTable): string {
  const lines = table.columns.map(({ name, type, nullable }) => {
    return `${quote(name)} ${typeOf(type)}${nullable ? " NULL" : " NOT NULL"}`;
  });
  if (table.primaryKey) lines.push(`PRIMARY KEY (${table.primaryKey.map(quote).join()})`);
  for (const { name, unique, columns } of table.indexes ?? []) {
    lines.push(`${unique ? "UNIQUE " : ""}KEY ${quote(name)} (${columns.map(quote).join()})`);
  }
  return `CREATE TABLE ${nameIn(database, table)} (${lines.join(", ")})`;
}

function typeOf(type: string): string {
  const { base, size, unsigned } = partsOfType(type);
  const sign = unsigned ? " UNSIGNED" : "";
  if (base === "NCHAR") return `CHAR${size}`;
  if (/^N?VARCHAR2?$/.test(base)) return `VARCHAR${size}`;
  if (/^(?:CLOB|NTEXT)$/.test(base)) return "TEXT";
  if (/^(?:NUMBER|NUMERIC)$/.test(base)) return `DECIMAL${size}`;
  if (base === "RAW") return `VARBINARY${size}`;
  // Oracle's DATE has a time of day, and so have the values of those tables.
  if (/^(?:DATE|DATETIME|DATETIME2|TIMESTAMP)$/.test(base)) return "DATETIME(6)";
  return { BIT: "TINYINT(1)", FLOAT: "DOUBLE", MONEY: "DECIMAL(19,4)" }[base] ?? `${base}${size}${sign}`;
}

function nameIn(database: string, { name }: LegacyTable): string {
  return `${quote(database)}.${quote(bareName(name))}`;
}

function quote(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
