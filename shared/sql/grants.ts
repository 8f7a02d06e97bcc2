import { splitName } from "./dialect.ts";

/** The engines that grants are written for, as `@source(engine:)` names them. */
export type GrantEngine = "MSSQL" | "ORACLE" | "POSTGRES" | "MYSQL" | "SQLITE";

/** A table with the columns that a mapping names. */
export interface TableColumns {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface GrantScript {
  readonly engine: GrantEngine;
  /** The account that is to be granted to. */
  readonly user: string;
  /** MySQL's database, for tables that are named without one. */
  readonly database?: string;
  readonly tables: readonly TableColumns[];
}

/**
 * The statements by which a database's administrator lets one account read exactly these columns: no other column, no
 * other table, no write. The account is made with a password that the administrator puts in its place.
 */
export function grantScript(script: GrantScript): string {
  return writers[script.engine](script).join("\n");
}

const searchPathNote =
  "-- Tables without a schema are found by search_path. Where theirs is not public: SET search_path first, and for the account ALTER ROLE ... SET search_path and GRANT USAGE ON SCHEMA.";

const password = "<a long random password>";

const writers: Readonly<Record<GrantEngine, (script: GrantScript) => readonly string[]>> = {
  POSTGRES({ user, tables }) {
    const name = doubleQuoted(user);
    const isUnqualified = tables.some(({ table }) => splitName(table).length < 2);
    return [
      ...(isUnqualified ? [searchPathNote] : []),
      `CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD ${text(password)};`,
      `ALTER ROLE ${name} SET default_transaction_read_only = on;`,
      ...schemasOf(tables).map((schema) => `GRANT USAGE ON SCHEMA ${doubleQuoted(schema)} TO ${name};`),
      ...tables.map(
        ({ table, columns }) =>
          `GRANT SELECT (${columns.map(doubleQuoted).join(", ")}) ON ${qualified(table, doubleQuoted)} TO ${name};`,
      ),
    ];
  },
  MYSQL({ user, tables, database }) {
    const name = `${text(user)}@'%'`;
    const place = (table: string) => {
      const parts = splitName(table);
      return (parts.length > 1 || database === undefined ? parts : [database, ...parts]).map(backQuoted).join(".");
    };
    return [
      `CREATE USER ${name} IDENTIFIED BY ${text(password)};`,
      ...tables.map(
        ({ table, columns }) => `GRANT SELECT (${columns.map(backQuoted).join(", ")}) ON ${place(table)} TO ${name};`,
      ),
    ];
  },
  MSSQL({ user, tables }) {
    const name = bracketed(user);
    return [
      `CREATE LOGIN ${name} WITH PASSWORD = N${text(password)};`,
      `CREATE USER ${name} FOR LOGIN ${name};`,
      ...tables.map(
        ({ table, columns }) =>
          `GRANT SELECT ON ${qualified(table, bracketed)} (${columns.map(bracketed).join(", ")}) TO ${name};`,
      ),
    ];
  },
  // READ, since 12.1, does not even lock a row, as SELECT can.
  ORACLE({ user, tables }) {
    const name = doubleQuoted(user.toUpperCase());
    return [
      "-- Oracle grants whole tables: to keep the other columns back, map views of these columns instead.",
      `CREATE USER ${name} IDENTIFIED BY ${doubleQuoted(password)};`,
      `GRANT CREATE SESSION TO ${name};`,
      ...tables.flatMap(({ table, columns }) => [
        `-- Columns read: ${columns.join(", ")}`,
        `GRANT READ ON ${qualified(table, doubleQuoted)} TO ${name};`,
      ]),
    ];
  },
  SQLITE: ({ tables }) => [
    "-- SQLite has no accounts: let the process read the file and no more (chmod 0440, its own group).",
    ...tables.map(({ table, columns }) => `-- ${table}: ${columns.join(", ")}`),
  ],
};

function schemasOf(tables: readonly TableColumns[]): readonly string[] {
  return [...new Set(tables.flatMap(({ table }) => splitName(table).slice(0, -1).slice(-1)))];
}

function qualified(table: string, quote: (part: string) => string): string {
  return splitName(table).map(quote).join(".");
}

function doubleQuoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function backQuoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function bracketed(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
