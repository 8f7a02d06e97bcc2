import knex from "knex";
import type { CatalogueColumn, Dialect } from "../dialect.ts";
import { createConnection } from "./connection.ts";
import { introspection } from "./introspection.ts";
import { nameOf } from "./names.ts";

/** Oracle Database 11g and later: rows are counted by ROWNUM and ROW_NUMBER(), and a table of keys is a UNION. */
export const oracle: Dialect = {
  name: "oracle",
  schemes: ["oracle"],
  builder: knex({ client: "oracledb" }),
  // A text of so many SELECTs is parsed in a moment; of 1,000 it takes longer than the rows.
  limits: { parameters: 65_535, keys: 250 },
  ignoresPadding: false,
  emptyIsNull: true,
  quote: (identifier) => `"${nameOf(identifier).replaceAll('"', "")}"`,
  placeholder: (column) => typed("?", column),
  readable(name, column) {
    if (column?.kind !== "timestamp") return name;
    // The driver would make of it a time in the zone of its process, where it may not exist.
    if (isDate(column)) return `TO_CHAR(${name}, 'YYYY-MM-DD HH24:MI:SS')`;
    return `RTRIM(RTRIM(TO_CHAR(${name}, 'YYYY-MM-DD HH24:MI:SS.FF'), '0'), '.')`;
  },
  // Sessions compare and sort by bytes.
  ordered: (name) => name,
  exact: () => undefined,
  startsWith: (name) => `${name} LIKE ? ESCAPE '|'`,
  prefixPattern: (prefix) => `${prefix.replace(/[|%_]/g, "|$&")}%`,
  keyTable(columns, rows) {
    const keys = columns.map((column) => typed("?", column));
    const first = ["? AS p", ...keys.map((key, index) => `${key} AS k${index}`)].join(", ");
    const row = `SELECT ${["?", ...keys].join(", ")} FROM DUAL`;
    return `(${[`SELECT ${first} FROM DUAL`, ...Array<string>(rows - 1).fill(row)].join(" UNION ALL ")})`;
  },
  connect: createConnection,
  introspection,
};

/** A value as its column's type, whatever the session's formats are; NULLs too, which have no type of their own. */
function typed(value: string, column: CatalogueColumn | undefined): string {
  if (column?.kind === "integer" || column?.kind === "decimal") return `TO_NUMBER(${value})`;
  if (column?.kind === "timestamp") {
    return isDate(column)
      ? `TO_DATE(${value}, 'YYYY-MM-DD HH24:MI:SS')`
      : `TO_TIMESTAMP(${value}, 'YYYY-MM-DD HH24:MI:SS.FF9')`;
  }
  if (column?.kind === "instant") return `FROM_TZ(TO_TIMESTAMP(${value}, 'YYYY-MM-DD HH24:MI:SS.FF9'), '+00:00')`;
  return value;
}

function isDate({ type }: CatalogueColumn): boolean {
  return type === "DATE";
}
