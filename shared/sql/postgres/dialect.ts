import knex from "knex";
import { isComparedAsItIs } from "../comparable.ts";
import type { CatalogueColumn, Dialect } from "../dialect.ts";
import { createConnection } from "./connection.ts";
import { introspection } from "./introspection.ts";

/** PostgreSQL 11 and later, and what speaks its protocol and SQL. */
export const postgres: Dialect = {
  name: "postgres",
  schemes: ["postgres", "postgresql"],
  builder: knex({ client: "pg" }),
  limits: { parameters: 65_535, keys: 5_000 },
  ignoresPadding: true,
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  placeholder: (column) => `?${castOf(column)}`,
  ordered(name, column) {
    if (column?.kind === "other" && !isOrdered(column)) return `${asShown(name)} COLLATE "C"`;
    return column?.kind === "text" && !isBinary(column) ? byCodePoints(name, column) : name;
  },
  exact: (name, column) => (column && equatesTexts(column) ? byCodePoints(name, column) : undefined),
  // Most types of its own refuse what they cannot read, and some have no equality: they are compared as they are shown,
  // which a cast of an address to text is not.
  equal: (name, column) => (!column || isComparedAsItIs(column) ? undefined : [asShown(name), "?"]),
  startsWith(name, column) {
    if (column?.kind === "bytes") return `${name} LIKE convert_to(?, 'UTF8')`;
    if (column?.kind !== "text") return `${name}::text LIKE ?`;
    return `${equatesTexts(column) ? byCodePoints(name, column) : name} LIKE ?`;
  },
  prefixPattern: (prefix) => `${prefix.replace(/[\\%_]/g, "\\$&")}%`,
  keyTable(columns, rows) {
    const names = columns.map((_, index) => `k${index}`);
    // The first row says the types; bare placeholders would be text.
    const first = `(?::int4, ${columns.map((column) => `?${castOf(column) || `::${columnType(column)}`}`).join(", ")})`;
    const row = `(${Array(columns.length + 1)
      .fill("?")
      .join(", ")})`;
    const all = [first, ...Array<string>(rows - 1).fill(row)].join(", ");
    return `(SELECT * FROM (VALUES ${all}) v (${["p", ...names].join(", ")}))`;
  },
  connect: createConnection,
  introspection,
};

/** To the widest type that an index of the column finds, so that no value is out of range. */
const casts: Readonly<Partial<Record<Exclude<CatalogueColumn["kind"], undefined>, string>>> = {
  integer: "::int8",
  decimal: "::numeric",
  float: "::float8",
  boolean: "::boolean",
  date: "::timestamp",
  timestamp: "::timestamp",
  instant: "::timestamptz",
  bytes: "::bytea",
  uuid: "::uuid",
};

/** Text and types of the database's own take the type of what they are compared with. */
function castOf(column: CatalogueColumn | undefined): string {
  return (column?.kind && casts[column.kind]) ?? "";
}

/** A value of any type as text, in the form in which the driver hands it over. */
function asShown(name: string): string {
  return `nullif(concat(${name}), '')`;
}

/** Whether values of a type of the database's own can be sorted: documents and points cannot, rows not by a given text. */
function isOrdered({ type, values }: CatalogueColumn): boolean {
  return values !== undefined || ordered.test(type);
}

/** Arrays, too, are sorted where their elements are. */
const ordered =
  /^(?:"char"|(?:interval|money|bit|time|timestamp|inet|cidr|macaddr|oid|name|jsonb|tsvector|uuid|\w*range|text|character|citext|smallint|integer|bigint|numeric|real|double|boolean|date|bytea)\b)/;

function columnType(column: CatalogueColumn | undefined): string {
  if (column?.padded !== undefined) return "bpchar";
  if (column?.kind === "text" && column.type !== "citext") return "text";
  return column?.type ?? "text";
}

function byCodePoints(name: string, { type }: CatalogueColumn): string {
  return type === "citext" ? `${name}::text COLLATE "C"` : `${name} COLLATE "C"`;
}

function isBinary({ collation = "", type }: CatalogueColumn): boolean {
  return type !== "citext" && /^(?:C|POSIX|ucs_basic|C\.utf-?8)$/i.test(collation);
}

/** The catalogue marks collations that take texts for equal which differ. */
function equatesTexts({ collation, type }: CatalogueColumn): boolean {
  return type === "citext" || collation?.endsWith(" nondeterministic") === true;
}
