import oracledb from "oracledb";
import { nameOf } from "../../sql/oracle/names.ts";
import { isLocal, readServerUrl } from "../../sql/server-url.ts";
import type { LegacyColumn, LegacyTable, LegacyValue } from "../legacy-table.ts";
import { bareName, batchesOf, inSchema, isBinary, type LegacyServer, partsOfType } from "./server.ts";

/** A session of the user that is being dropped, which the server has not yet noticed to be gone. */
const stillConnected = 1_940;
const unknownUser = 1_918;
/** How often a user is tried to be dropped, with so many milliseconds between. */
const tries = 20;
const pauseMs = 500;

/**
 * Oracle Database with the character set AL32UTF8: places are users with the schema of their name, whose password is the
 * administrator's. Lengths of text are in characters, as the tables of the city mean them; the server's own default counts
 * bytes. To Oracle an empty text is NULL, so that text that is no key may be NULL whatever the table says elsewhere.
 */
export async function connectOracle(url: string): Promise<LegacyServer> {
  const { host, port, user, password, database, parameters } = readServerUrl(url, "the loader", {
    port: 1521,
    parameters: ["protocol"],
  });
  const protocol = parameters.get("protocol") ?? (isLocal(host) ? "tcp" : "tcps");
  const connectString = `${protocol}://${host}:${port}/${database}`;
  const admin = await oracledb.getConnection({ user, password, connectString });
  return {
    async has(place) {
      const { rows = [] } = await admin.execute("SELECT USERNAME FROM ALL_USERS WHERE USERNAME = :1", [nameOf(place)]);
      return rows.length === 1;
    },
    async load(place, tables, rows) {
      for (const text of createUser(place, password)) await admin.execute(text);
      const owner = await oracledb.getConnection({ user: place, password, connectString });
      try {
        await owner.execute(sessionFormats);
        for (const text of createTables(tables)) await owner.execute(text);
        for (const [table, batch] of batchesOf(rows, () => 500)) {
          const bind = table.columns.map(binderOf);
          const values = batch.map((row) => row.map((value, at) => bind[at]?.(value)));
          await owner.executeMany(insertInto(table), values, { bindDefs: table.columns.map(bindOf), autoCommit: true });
        }
      } finally {
        await owner.close();
      }
      const own = new URL(url);
      own.username = encodeURIComponent(place);
      return { url: own.href, tableName: inSchema(place) };
    },
    async drop(place) {
      for (let left = tries; ; left -= 1) {
        try {
          await admin.execute(dropUser(place));
          return;
        } catch (error) {
          const { errorNum } = error as { errorNum?: number };
          if (errorNum === unknownUser) return;
          if (errorNum !== stillConnected || left === 0) throw error;
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      }
    },
    close: () => admin.close(),
  };
}

/** Days and times as the city writes them: what is left out at the end of the text is midnight. */
export const sessionFormats =
  "ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF' NLS_NUMERIC_CHARACTERS = '.,'";

export function createUser(place: string, password: string): readonly string[] {
  return [
    `CREATE USER ${quote(place)} IDENTIFIED BY "${password.replaceAll('"', "")}"`,
    `GRANT CREATE SESSION, CREATE TABLE, UNLIMITED TABLESPACE TO ${quote(place)}`,
  ];
}

export function dropUser(place: string): string {
  return `DROP USER ${quote(place)} CASCADE`;
}

export function createTables(tables: readonly LegacyTable[]): readonly string[] {
  return tables.flatMap((table) => {
    const lines = table.columns.map((column) => {
      return `${quote(column.name)} ${oracleType(column)}${mayBeNull(column, table) ? "" : " NOT NULL"}`;
    });
    if (table.primaryKey) lines.push(`PRIMARY KEY (${table.primaryKey.map(quote).join(", ")})`);
    const indexes = (table.indexes ?? []).map(({ name, unique, columns }) => {
      const kind = unique ? "UNIQUE INDEX" : "INDEX";
      return `CREATE ${kind} ${quote(name)} ON ${quote(bareName(table.name))} (${columns.map(quote).join(", ")})`;
    });
    return [`CREATE TABLE ${quote(bareName(table.name))} (${lines.join(", ")})`, ...indexes];
  });
}

export function insertInto({ name, columns }: LegacyTable): string {
  const marks = columns.map((_, at) => `:${at + 1}`).join(", ");
  return `INSERT INTO ${quote(bareName(name))} (${columns.map((column) => quote(column.name)).join(", ")}) VALUES (${marks})`;
}

function mayBeNull(column: LegacyColumn, { primaryKey }: LegacyTable): boolean {
  if (column.nullable) return true;
  return /^N?VARCHAR|TEXT|CLOB/.test(column.type) && !primaryKey?.includes(column.name);
}

export function oracleType({ type }: LegacyColumn): string {
  const { base, size, unsigned } = partsOfType(type);
  const length = size.replace(")", " CHAR)");
  if (base === "CHAR") return `CHAR${length}`;
  if (base === "NCHAR") return `NCHAR${size}`;
  if (/^VARCHAR2?$/.test(base)) return `VARCHAR2${length}`;
  if (/^NVARCHAR2?$/.test(base)) return `NVARCHAR2${size}`;
  if (/^(?:TEXT|NTEXT|CLOB)$/.test(base)) return "VARCHAR2(4000)";
  if (/^(?:DECIMAL|NUMERIC|NUMBER)$/.test(base)) return `NUMBER${size}`;
  if (/^(?:BLOB|BYTEA)$/.test(base)) return "BLOB";
  if (isBinary(type)) return `RAW${size}`;
  if (/^(?:FLOAT|DOUBLE|REAL)$/.test(base)) return "BINARY_DOUBLE";
  if (/^(?:DATETIME|DATETIME2|TIMESTAMP)$/.test(base)) return "TIMESTAMP(6)";
  if (base === "BIGINT") return unsigned ? "NUMBER(20)" : "NUMBER(19)";
  return wholeNumbers[base] ?? base;
}

const wholeNumbers: Readonly<Record<string, string>> = {
  BIT: "NUMBER(1)",
  BOOLEAN: "NUMBER(1)",
  INT: "NUMBER(10)",
  INTEGER: "NUMBER(10)",
  MONEY: "NUMBER(19,4)",
  SMALLINT: "NUMBER(5)",
  TINYINT: "NUMBER(3)",
};

/** Everything but bytes goes as text, and the server makes of it what the column holds. */
function binderOf({ type }: LegacyColumn): (value: LegacyValue) => unknown {
  if (isBinary(type)) return (value) => (value === null ? null : Buffer.from(value as Uint8Array));
  return (value) => (value === null ? null : String(value));
}

function bindOf({ type }: LegacyColumn): oracledb.BindDefinition {
  return { type: isBinary(type) ? oracledb.DB_TYPE_RAW : oracledb.DB_TYPE_VARCHAR, maxSize: 4_000 };
}

function quote(name: string): string {
  return `"${nameOf(name).replaceAll('"', "")}"`;
}
