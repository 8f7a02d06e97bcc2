import knex from "knex";
import type { CatalogueColumn, Dialect } from "../dialect.ts";
import { createConnection } from "./connection.ts";
import { introspection } from "./introspection.ts";

/** MySQL 8.0.19 and later, MariaDB 10.3 and later: older ones know no window functions or no rows of values. */
export const mysql: Dialect = {
  name: "mysql",
  schemes: ["mysql", "mariadb"],
  builder: knex({ client: "mysql2" }),
  limits: { parameters: 65_535, keys: 5_000 },
  ignoresPadding: true,
  noDate: "0000-00-00",
  quote: (identifier) => `\`${identifier.replaceAll("`", "``")}\``,
  placeholder(column) {
    if (column?.kind === "text" && column.padded !== undefined) return "RTRIM(?)";
    return column?.kind && casts[column.kind] ? `CAST(? AS ${casts[column.kind]})` : "?";
  },
  ordered: (name, column) => (isInexact(column) ? bytesOf(name) : name),
  exact: (name, column) => (isInexact(column) ? bytesOf(name) : undefined),
  equal(name, column) {
    const given = narrowed(mysql.placeholder(column), column);
    return given === undefined ? undefined : [name, given];
  },
  startsWith(name, column) {
    if (column?.padded !== undefined) return `${bytesOf(`RPAD(${name}, ${column.padded}, ' ')`)} LIKE ? ESCAPE '|'`;
    const found = `${name} LIKE ${narrowed("?", column) ?? "?"} ESCAPE '|'`;
    return isInexact(column) ? `${found} AND ${bytesOf(name)} LIKE ? ESCAPE '|'` : found;
  },
  prefixPattern: (prefix) => `${prefix.replace(/[|%_]/g, "|$&")}%`,
  keyTable(columns, rows) {
    const given = columns.map((_, index) => `c${index}`);
    const keys = columns.map((column, index) => `${asColumn(`c${index}`, column)} AS k${index}`);
    // Types are settled when the statement is prepared, by the first row: bare placeholders would be of none.
    const first = `ROW(CAST(? AS SIGNED), ${columns.map((column) => `CAST(? AS ${keyType(column)})`).join(", ")})`;
    const row = `ROW(?${columns.map(() => ", ?").join("")})`;
    const values = [first, ...Array<string>(rows - 1).fill(row)].join(", ");
    return `(WITH v (${["p", ...given].join(", ")}) AS (VALUES ${values}) SELECT ${["p", ...keys].join(", ")} FROM v)`;
  },
  connect: createConnection,
  introspection,
};

const casts: Readonly<Partial<Record<Exclude<CatalogueColumn["kind"], undefined>, string>>> = {
  decimal: "DECIMAL(65, 30)",
  date: "DATETIME(6)",
  timestamp: "DATETIME(6)",
  instant: "DATETIME(6)",
};

/** Collations of text differ in case, accents and, but for a few, in how they take blanks at the end. */
function isInexact(column: CatalogueColumn | undefined): boolean {
  if (column?.kind !== "text") return false;
  const { collation = "", padded } = column;
  // Letters that a narrow character set has not become question marks.
  if (narrowed("", column) !== undefined) return true;
  return !(/_(?:nopad|0900)_bin$/.test(collation) || (padded !== undefined && collation.endsWith("_bin")));
}

/** `text` in the letters of a column whose character set has not all: the engine refuses to compare it with others. */
function narrowed(text: string, column: CatalogueColumn | undefined): string | undefined {
  if (column?.kind !== "text" || !column.collation || /^(?:utf|ucs)/.test(column.collation)) return undefined;
  return `CONVERT(${text} USING ${column.collation.split("_")[0]}) COLLATE ${column.collation}`;
}

/** The text's UTF-8, whose bytes sort like its code points. */
function bytesOf(name: string): string {
  return `CAST(CONVERT(${name} USING utf8mb4) AS BINARY)`;
}

/** A key that is longer than what its column holds must not be cut down to something that it holds. */
function keyType(column: CatalogueColumn | undefined): string {
  // MariaDB makes a column of INT out of rows of SIGNED values, and cuts the others down to it.
  if (column?.kind === "integer") return "DECIMAL(20)";
  if (column?.kind === "bytes") return "BINARY(1000)";
  const cast = column?.kind && casts[column.kind];
  if (cast) return cast;
  const length = Math.min(Number(/\((\d+)\)/.exec(column?.type ?? "")?.[1] ?? 255), 1_000) + 1;
  return `CHAR(${length})`;
}

/** A key in the character set and collation of its column, whose index is of no use otherwise; NULL where it cannot be. */
function asColumn(key: string, column: CatalogueColumn | undefined): string {
  if (column?.kind === "integer")
    return `CAST(${key} AS ${/unsigned|^bit/i.test(column.type) ? "UNSIGNED" : "SIGNED"})`;
  if (column?.kind !== "text" || !column.collation) return key;
  const set = column.collation.split("_")[0] ?? "utf8mb4";
  const converted = `CONVERT(${key} USING ${set}) COLLATE ${column.collation}`;
  if (set === "utf8mb4") return converted;
  return `CASE WHEN ${bytesOf(`CONVERT(${key} USING ${set})`)} = ${bytesOf(key)} THEN ${converted} END`;
}
