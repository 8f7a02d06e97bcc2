import { type CatalogueColumn, type CatalogueTable, type ColumnKind, splitName } from "../dialect.ts";
import type { CatalogueSelect } from "../introspection.ts";
import type { RawRow } from "../raw.ts";
import { listTables } from "./tables.ts";

/** Tables and views that may be read at least in part, with the columns that may be. */
export async function readCatalogue(
  select: CatalogueSelect,
  tables?: readonly string[],
): Promise<readonly CatalogueTable[]> {
  const named = (tables ?? (await listTables(select)).map(({ name }) => name)).map(
    (name) => [name, quotedName(name)] as const,
  );
  if (named.length === 0) return [];
  const identifiers = JSON.stringify(named.map(([, identifier]) => identifier));
  const [columns, indexes] = await Promise.all([select(columnsOf, [identifiers]), select(indexesOf, [identifiers])]);
  return named.flatMap(([name], position): CatalogueTable[] => {
    const own = columns.filter(([at]) => Number(at) === position + 1);
    if (own.length === 0) return [];
    const keys = indexes.filter(([at]) => Number(at) === position + 1);
    return [
      {
        name,
        kind: own[0]?.[1] === "v" || own[0]?.[1] === "m" ? "view" : "table",
        ...described(own[0] ?? []),
        columns: own.map(columnOf),
        primaryKey: keys.filter(([, , primary]) => primary === 1).flatMap(([, , , , names]) => parseNames(names)),
        indexes: keys.map(([, , , unique, names]) => ({ columns: parseNames(names), unique: unique === 1 })),
      },
    ];
  });
}

/** Tables by their quoted names, `$1`, as JSON; `w.at` counts them from 1 on. */
export const foundTables = `jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS w (name, at)
    JOIN pg_class c ON c.oid = to_regclass(w.name)`;

/**
 * A domain counts as the type that it restricts, over however many others; over an enumeration it is compared as text, for
 * which alone it has operators. Which provider sorts a database is known from version 15 on.
 */
const columnsOf = `
  WITH RECURSIVE domains (oid, base, typmod) AS (
    SELECT oid, typbasetype, typtypmod FROM pg_type WHERE typtype = 'd'
     UNION ALL
    SELECT d.oid, t.typbasetype, t.typtypmod FROM domains d JOIN pg_type t ON t.oid = d.base AND t.typtype = 'd'
  )
  SELECT w.at, c.relkind, a.attname, format_type(b.oid, coalesce(d.typmod, a.atttypmod)), a.attnotnull,
         format_type(b.oid, NULL), CASE WHEN b.oid = 1042 THEN nullif(coalesce(d.typmod, a.atttypmod), -1) - 4 END,
         CASE WHEN l.oid = 100
              THEN (SELECT CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' ELSE d.datcollate END
                      FROM pg_database d WHERE d.datname = current_database())
              ELSE l.collname || CASE WHEN to_jsonb(l) ->> 'collisdeterministic' = 'false' THEN ' nondeterministic' ELSE '' END
         END,
         col_description(c.oid, a.attnum), obj_description(c.oid, 'pg_class'),
         CASE WHEN c.relkind = 'r' AND c.reltuples >= 0 THEN c.reltuples::bigint::text END,
         (SELECT json_agg(e.enumlabel) FROM pg_enum e WHERE e.enumtypid = t.oid)::text
    FROM ${foundTables}
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN domains d ON d.oid = t.oid
    JOIN pg_type b ON b.oid = coalesce(d.base, t.oid) AND b.typtype <> 'd'
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
   WHERE has_column_privilege(c.oid, a.attnum, 'SELECT')
   ORDER BY w.at, a.attnum`;

/** Indexes over whole columns and all rows, the primary key's first. */
const indexesOf = `
  SELECT w.at, i.indexrelid, i.indisprimary, i.indisunique,
         (SELECT json_agg(a.attname ORDER BY k.at)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, at)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
           WHERE k.at <= i.indnkeyatts)::text
    FROM ${foundTables}
    JOIN pg_index i ON i.indrelid = c.oid
   WHERE i.indexprs IS NULL AND i.indpred IS NULL AND i.indisvalid
   ORDER BY w.at, i.indisprimary DESC, i.indexrelid`;

/** What every row of a table's columns repeats of the table: its comment, and the rows that statistics know of. */
function described([, , , , , , , , , comment, rows]: RawRow): Pick<CatalogueTable, "comment" | "rowEstimate"> {
  return {
    ...(typeof comment === "string" ? { comment } : {}),
    ...(rows === null || rows === undefined ? {} : { rowEstimate: Number(rows) }),
  };
}

function columnOf([, , name, type, notNull, base, length, collation, comment, , , values]: RawRow): CatalogueColumn {
  const kind = kindOf(String(base));
  return {
    name: String(name),
    type: String(type),
    nullable: notNull !== 1,
    kind,
    ...(typeof comment === "string" ? { comment } : {}),
    ...(typeof length === "number" ? { padded: length } : {}),
    ...(kind === "text" && typeof collation === "string" ? { collation } : {}),
    ...(base === "real" ? { single: true } : {}),
    ...(typeof values === "string" ? { values: parseNames(values) } : {}),
  };
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  text: "text",
  "character varying": "text",
  character: "text",
  bpchar: "text",
  citext: "text",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  numeric: "decimal",
  real: "float",
  "double precision": "float",
  boolean: "boolean",
  date: "date",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "instant",
  bytea: "bytes",
  uuid: "uuid",
};

function kindOf(base: string): ColumnKind {
  return kinds[base] ?? "other";
}

function parseNames(names: unknown): readonly string[] {
  return JSON.parse(String(names)) as string[];
}

/** As `to_regclass` takes it. */
export function quotedName(name: string): string {
  return splitName(name)
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}
