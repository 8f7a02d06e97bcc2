import mssql, { type ConnectionPool, type ISqlType } from "mssql";
import { isLocal, readServerUrl } from "../../sql/server-url.ts";
import type { LegacyColumn, LegacyTable, LegacyValue } from "../legacy-table.ts";
import { batchesOf, isBinary, type LegacyServer, partsOfType } from "./server.ts";

/** A statement has 2,100 parameters, of which the call takes some for itself, and 1,000 rows of values. */
const mostParameters = 2_000;
const mostRows = 1_000;

/**
 * SQL Server: places are databases, and names in them are the department's own. The database's collation is the one that
 * servers are installed with, so that `VARCHAR` is of code page 1252: keys and codes, which are ASCII, are kept in it, as
 * in systems of that age. Other text is `NVARCHAR`, for the city's names are of many languages; a UTF-8 collation would hold them in `VARCHAR`, but
 * is known only from SQL Server 2019 on, and counts bytes where mappings mean characters.
 */
export async function connectMssql(url: string): Promise<LegacyServer> {
  const names = ["encrypt", "trustServerCertificate"];
  const { host, port, user, password, parameters } = readServerUrl(url, "the loader", {
    port: 1433,
    parameters: names,
  });
  const open = (database: string): Promise<ConnectionPool> =>
    new mssql.ConnectionPool({
      server: host,
      port,
      user,
      password,
      database,
      requestTimeout: 120_000,
      pool: { min: 0, max: 1 },
      options: {
        encrypt: parameters.get("encrypt") === undefined ? !isLocal(host) : parameters.get("encrypt") === "true",
        trustServerCertificate: parameters.get("trustServerCertificate") === "true",
      },
    }).connect();
  const master = await open("master");
  return {
    async has(place) {
      const asked = "SELECT name FROM sys.databases WHERE name = @place";
      const { recordset } = await master.request().input("place", place).query(asked);
      return recordset.length === 1;
    },
    async load(place, tables, rows) {
      for (const text of createDatabase(place)) await master.request().query(text);
      const database = await open(place);
      try {
        for (const text of createTables(tables)) await database.request().query(text);
        for (const [table, batch] of batchesOf(rows, rowsAtOnce)) {
          const request = database.request();
          const bind = table.columns.map(binderOf);
          for (const [row, values] of batch.entries()) {
            for (const [at, bound] of bind.entries()) {
              request.input(`p${row * bind.length + at}`, ...bound(values[at] ?? null));
            }
          }
          await request.query(insertInto(table, batch.length));
        }
      } finally {
        await database.close();
      }
      const own = new URL(url);
      own.pathname = `/${place}`;
      return { url: own.href, tableName: (name) => name };
    },
    async drop(place) {
      for (const text of dropDatabase(place)) await master.request().query(text);
    },
    close: () => master.close(),
  };
}

/** Readers see a snapshot, as `READ_COMMITTED_SNAPSHOT` is not on in databases of that age. */
export function createDatabase(place: string): readonly string[] {
  return [
    `CREATE DATABASE ${quote(place)} COLLATE SQL_Latin1_General_CP1_CI_AS`,
    `ALTER DATABASE ${quote(place)} SET ALLOW_SNAPSHOT_ISOLATION ON`,
  ];
}

export function dropDatabase(place: string): readonly string[] {
  const exists = `IF DB_ID('${place.replaceAll("'", "''")}') IS NOT NULL`;
  return [
    `${exists} ALTER DATABASE ${quote(place)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`,
    `${exists} DROP DATABASE ${quote(place)}`,
  ];
}

/** Schemas, tables and indexes. */
export function createTables(tables: readonly LegacyTable[]): readonly string[] {
  const schemas = new Set(tables.flatMap(({ name }) => (name.includes(".") ? [name.slice(0, name.indexOf("."))] : [])));
  schemas.delete("dbo");
  return [
    ...[...schemas].map((schema) => `CREATE SCHEMA ${quote(schema)}`),
    ...tables.flatMap((table) => [createTable(table), ...createIndexes(table)]),
  ];
}

/** How many rows one statement inserts. */
export function rowsAtOnce({ columns }: LegacyTable): number {
  return Math.min(mostRows, Math.floor(mostParameters / columns.length));
}

export function insertInto(table: LegacyTable, rows: number): string {
  const width = table.columns.length;
  const marks = Array.from({ length: rows }, (_, row) => `(${table.columns.map((__, at) => `@p${row * width + at}`)})`);
  return `INSERT INTO ${nameOf(table)} (${table.columns.map(({ name }) => quote(name)).join(", ")}) VALUES ${marks.join(", ")}`;
}

function createTable(table: LegacyTable): string {
  const lines = table.columns.map((column) => {
    return `${quote(column.name)} ${mssqlType(column, table)}${column.nullable ? " NULL" : " NOT NULL"}`;
  });
  if (table.primaryKey) lines.push(`PRIMARY KEY (${table.primaryKey.map(quote).join(", ")})`);
  return `CREATE TABLE ${nameOf(table)} (${lines.join(", ")})`;
}

function createIndexes(table: LegacyTable): readonly string[] {
  return (table.indexes ?? []).map(({ name, unique, columns }) => {
    return `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quote(name)} ON ${nameOf(table)} (${columns.map(quote).join(", ")})`;
  });
}

/** Text of a key, and of a code of up to three characters, is of a code page; other text is Unicode. */
export function mssqlType({ name, type }: LegacyColumn, { primaryKey }: LegacyTable): string {
  const { base, size, unsigned } = partsOfType(type);
  const text = /^N?(VAR)?CHAR2?$/.exec(base);
  if (text) {
    const narrow = primaryKey?.includes(name) || Number(size.slice(1, -1)) <= 3;
    return `${narrow ? "" : "N"}${text[1] ?? ""}CHAR${size}`;
  }
  if (/^(?:TEXT|CLOB|NTEXT)$/.test(base)) return "NVARCHAR(MAX)";
  if (base === "NUMBER") return size === "" ? "DECIMAL(38,10)" : `DECIMAL${size}`;
  if (isBinary(type)) return `VARBINARY${size || "(MAX)"}`;
  if (/^(?:INT|INTEGER)$/.test(base)) return unsigned ? "BIGINT" : "INT";
  // Oracle's DATE has a time of day, and so have the values of those tables.
  if (/^(?:DATE|TIMESTAMP)$/.test(base)) return "DATETIME2";
  return { BOOLEAN: "BIT", DOUBLE: "FLOAT", TINYINT: "SMALLINT" }[base] ?? `${base}${size}`;
}

/** Everything but bytes goes as text, and the server makes of it what the column holds. */
function binderOf({ name, type }: LegacyColumn): (value: LegacyValue) => [type: ISqlType, value: unknown] {
  if (isBinary(type)) {
    return (value) => [mssql.VarBinary(mssql.MAX), value === null ? null : Buffer.from(value as Uint8Array)];
  }
  const { base } = partsOfType(type);
  // The old type reads a day by the session's language, unless it is written so.
  const written =
    base === "DATETIME"
      ? (text: string) => `${text.replace(" ", "T")}${text.length === 10 ? "T00:00:00" : ""}`
      : String;
  const padded = /^N?CHAR$/.test(base);
  return (value) => {
    if (value instanceof Uint8Array) throw new Error(`${name} holds text, but got bytes`);
    // The server fills up blanks itself, and counts a character of four bytes as two.
    const text = value === null ? null : padded ? String(value).trimEnd() : written(String(value));
    return [mssql.NVarChar(4_000), text];
  };
}

function nameOf({ name }: LegacyTable): string {
  return name.split(".").map(quote).join(".");
}

function quote(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}
