import knex from "knex";
import type { CatalogueColumn, Dialect } from "../dialect.ts";
import { createConnection } from "./connection.ts";
import { introspection } from "./introspection.ts";

/** SQL Server 2008 and later: rows of values are a table since then, and nothing newer is asked for. */
export const mssql: Dialect = {
  name: "mssql",
  schemes: ["mssql", "sqlserver"],
  builder: knex({ client: "mssql" }),
  // 2,100 parameters, of which the call takes two for itself. A text with more rows of keys takes longer to plan than to run.
  limits: { parameters: 2_098, keys: 500 },
  ignoresPadding: true,
  quote: (identifier) => `[${identifier.replaceAll("]", "]]")}]`,
  placeholder: (column) => typed("?", column),
  readable(name, column) {
    if (column?.kind === "decimal") return decimalText(name, column);
    return /^(?:sql_variant|hierarchyid)$/i.test(column?.type ?? "") ? `CONVERT(NVARCHAR(4000), ${name})` : name;
  },
  ordered(name, column) {
    if (column?.kind === "uuid") return `CONVERT(CHAR(36), ${name}) COLLATE ${codePoints}`;
    return isInexact(column) ? byCodePoints(name, column) : name;
  },
  exact: (name, column) => (isInexact(column) ? exactly(name, column) : undefined),
  startsWith(name, column) {
    const found = `${name} LIKE ? ESCAPE '|'`;
    return isInexact(column) ? `${found} AND ${byCodePoints(name, column)} LIKE ? ESCAPE '|'` : found;
  },
  prefixPattern: (prefix) => `${prefix.replace(/[|%_[]/g, "|$&")}%`,
  keyTable(columns, rows) {
    const given = columns.map((_, index) => `c${index}`);
    const keys = columns.map((column, index) => `${asColumn(`v.c${index}`, column)} AS k${index}`);
    const row = `(?${", ?".repeat(columns.length)})`;
    const values = Array<string>(rows).fill(row).join(", ");
    return `(SELECT ${["v.p AS p", ...keys].join(", ")} FROM (VALUES ${values}) AS v (${["p", ...given].join(", ")}))`;
  },
  connect: createConnection,
  introspection,
};

/** Sorts and compares by code points, and is in every SQL Server since 2005. */
const codePoints = "Latin1_General_BIN2";

/** To what an index of the column finds, and a text by no language's or session's order of day and month. */
function typed(value: string, column: CatalogueColumn | undefined): string {
  if (column?.kind === "decimal") return `CAST(${value} AS DECIMAL(38, ${scaleFor(column)}))`;
  if (column?.kind === "date" || column?.kind === "timestamp") {
    return `CONVERT(${column.earliest ? "DATETIME" : "DATETIME2(7)"}, ${value}, 121)`;
  }
  if (column?.kind === "instant") return `CAST(CONVERT(DATETIME2(7), ${value}, 121) AS DATETIMEOFFSET)`;
  if (column?.kind === "uuid") return `CONVERT(CHAR(36), CAST(${value} AS UNIQUEIDENTIFIER))`;
  return value;
}

/** As many decimals as leave room for one whole digit more than the column has. */
function scaleFor(column: CatalogueColumn): number {
  const { precision, scale } = sizeOf(column);
  return Math.max(0, Math.min(18, 37 - (precision - scale)));
}

/** Of MONEY, which says no size, too. */
function sizeOf({ type }: CatalogueColumn): { readonly precision: number; readonly scale: number } {
  const [, precision = "19", scale = "4"] = /\((\d+),\s*(\d+)\)/.exec(type) ?? [];
  return { precision: Number(precision), scale: Number(scale) };
}

/**
 * The driver makes floats of decimals: they come as text, without the zeros that the scale has room for. SQL Server trims
 * nothing but blanks before version 2022, so zeros, and then the point, are blanks meanwhile.
 */
function decimalText(name: string, column: CatalogueColumn): string {
  const text = `CONVERT(VARCHAR(41), ${name}${/money/i.test(column.type) ? ", 2" : ""})`;
  if (sizeOf(column).scale === 0) return text;
  const trimmed = (of: string, sign: string) => `REPLACE(RTRIM(REPLACE(${of}, '${sign}', ' ')), ' ', '${sign}')`;
  return trimmed(trimmed(text, "0"), ".");
}

/**
 * A key as its column's index can find it. A key that the column's code page does not hold would become a similar one
 * (`Ł` an `L`): it is NULL instead.
 */
function asColumn(key: string, column: CatalogueColumn | undefined): string {
  if (column?.kind !== "text" || !column.collation) return typed(key, column);
  const own = `${key} COLLATE ${column.collation}`;
  if (isNational(column)) return own;
  const narrow = `CONVERT(VARCHAR(8000), ${own})`;
  return `CASE WHEN CONVERT(NVARCHAR(4000), ${narrow}) = ${key} COLLATE ${codePoints} THEN ${narrow} END`;
}

/** No collation tells blanks at the end from none: a point behind them does. */
function isInexact(column: CatalogueColumn | undefined): boolean {
  return column?.kind === "text" && !(column.padded !== undefined && /_BIN2?$/i.test(column.collation ?? ""));
}

function exactly(name: string, column: CatalogueColumn | undefined): string {
  if (column?.padded !== undefined) return byCodePoints(name, column);
  return `(CONVERT(NVARCHAR(4000), ${name}) + N'.') COLLATE ${codePoints}`;
}

/** Text of a code page is compared as Unicode: its bytes do not sort like code points. */
function byCodePoints(name: string, column: CatalogueColumn | undefined): string {
  const unicode = isNational(column) ? name : `CONVERT(NVARCHAR(4000), ${name})`;
  return `${unicode} COLLATE ${codePoints}`;
}

function isNational(column: CatalogueColumn | undefined): boolean {
  return /^n(?:var)?char/i.test(column?.type ?? "");
}
