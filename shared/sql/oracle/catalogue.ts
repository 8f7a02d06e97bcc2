import { type CatalogueColumn, type CatalogueTable, type ColumnKind, splitName } from "../dialect.ts";
import type { CatalogueSelect } from "../introspection.ts";
import type { RawRow } from "../raw.ts";
import { nameOf } from "./names.ts";
import { listTables } from "./tables.ts";

/** Tables asked for in one statement. */
const most = 100;
/** Synonyms of synonyms that are followed, should they go round in circles. */
const deepest = 5;

/**
 * Tables and views that the user may read, also by their synonyms. A name without a schema is looked for in the session's
 * own, and then among the public synonyms.
 */
export async function readCatalogue(
  select: CatalogueSelect,
  tables?: readonly string[],
): Promise<readonly CatalogueTable[]> {
  const names = [...new Set(tables ?? (await listTables(select)).map(({ name }) => name))];
  return inBatches(names, (some) => readSome(select, some));
}

/** A statement names a hundred tables. */
export async function inBatches<T>(
  names: readonly string[],
  read: (some: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let from = 0; from < names.length; from += most) all.push(...(await read(names.slice(from, from + most))));
  return all;
}

/** `levels` of synonyms of synonyms are followed. */
async function readSome(
  select: CatalogueSelect,
  names: readonly string[],
  levels = deepest,
): Promise<readonly CatalogueTable[]> {
  const { places, given, among } = await placesOf(select, names);
  const columns = await select(
    `SELECT c.OWNER AS c0, c.TABLE_NAME AS c1, c.COLUMN_NAME AS c2, c.DATA_TYPE AS c3, c.DATA_LENGTH AS c4,
            c.DATA_PRECISION AS c5, c.DATA_SCALE AS c6, c.NULLABLE AS c7, c.CHAR_LENGTH AS c8
       FROM ALL_TAB_COLUMNS c WHERE ${among("c.OWNER", "c.TABLE_NAME")} ORDER BY c.OWNER, c.TABLE_NAME, c.COLUMN_ID`,
    given,
  );
  const views = await select(
    `SELECT v.OWNER AS c0, v.VIEW_NAME AS c1 FROM ALL_VIEWS v WHERE ${among("v.OWNER", "v.VIEW_NAME")}`,
    given,
  );
  const keys = await select(
    `SELECT k.OWNER AS c0, k.TABLE_NAME AS c1, k.COLUMN_NAME AS c2
       FROM ALL_CONSTRAINTS n JOIN ALL_CONS_COLUMNS k ON k.OWNER = n.OWNER AND k.CONSTRAINT_NAME = n.CONSTRAINT_NAME
      WHERE n.CONSTRAINT_TYPE = 'P' AND (${among("n.OWNER", "n.TABLE_NAME")})
      ORDER BY k.OWNER, k.TABLE_NAME, k.POSITION`,
    given,
  );
  const indexes = await select(
    `SELECT i.TABLE_OWNER AS c0, i.TABLE_NAME AS c1, k.COLUMN_NAME AS c2, i.INDEX_NAME AS c3, i.UNIQUENESS AS c4
       FROM ALL_INDEXES i JOIN ALL_IND_COLUMNS k ON k.INDEX_OWNER = i.OWNER AND k.INDEX_NAME = i.INDEX_NAME
      WHERE ${among("i.TABLE_OWNER", "i.TABLE_NAME")}
      ORDER BY i.TABLE_OWNER, i.TABLE_NAME, i.INDEX_NAME, k.COLUMN_POSITION`,
    given,
  );

  const found = names.flatMap((name, position): CatalogueTable[] => {
    const place = places[position];
    const here = ([owner, table]: RawRow) => owner === place?.owner && table === place?.table;
    const listed = columns.filter(here).map(columnOf);
    if (listed.length === 0) return [];
    return [
      {
        name,
        kind: views.some(here) ? "view" : "table",
        columns: listed,
        primaryKey: keys.filter(here).map(([, , column]) => String(column)),
        indexes: indexesOf(indexes.filter(here), listed),
      },
    ];
  });
  const unknown = names.flatMap((name, position) => {
    const place = places[position];
    return place && !found.some((table) => table.name === name)
      ? [{ name, ...place, bare: splitName(name).length < 2 }]
      : [];
  });
  return levels > 0 && unknown.length > 0 ? [...found, ...(await readSynonyms(select, unknown, levels))] : found;
}

interface Unknown {
  readonly name: string;
  readonly owner: string;
  readonly table: string;
  /** Named without a schema. */
  readonly bare: boolean;
}

/** The tables that these names are synonyms of, under these names; those behind a database link are not read. */
async function readSynonyms(
  select: CatalogueSelect,
  unknown: readonly Unknown[],
  levels: number,
): Promise<readonly CatalogueTable[]> {
  const owners = unknown.map(({ bare }, at) => {
    return `(s.OWNER ${bare ? `IN (:${at * 2 + 1}, 'PUBLIC')` : `= :${at * 2 + 1}`} AND s.SYNONYM_NAME = :${at * 2 + 2})`;
  });
  const rows = await select(
    `SELECT s.OWNER AS c0, s.SYNONYM_NAME AS c1, s.TABLE_OWNER AS c2, s.TABLE_NAME AS c3
       FROM ALL_SYNONYMS s WHERE s.DB_LINK IS NULL AND (${owners.join(" OR ")})`,
    unknown.flatMap(({ owner, table }) => [owner, table]),
  );
  const named = unknown.flatMap(({ name, owner, table, bare }) => {
    const own = rows.find((row) => row[0] === owner && row[1] === table);
    const [, , targetOwner, target] = own ?? rows.find((row) => bare && row[0] === "PUBLIC" && row[1] === table) ?? [];
    return typeof target === "string" ? [{ name, target: `"${String(targetOwner)}"."${target}"` }] : [];
  });
  if (named.length === 0) return [];
  const tables = await readSome(
    select,
    named.map(({ target }) => target),
    levels - 1,
  );
  return named.flatMap(({ name, target }) => {
    const table = tables.find((each) => each.name === target);
    return table ? [{ ...table, name }] : [];
  });
}

/** Where the dictionary has these tables, and how a statement asks for them. */
export async function placesOf(select: CatalogueSelect, names: readonly string[]) {
  const session = "SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AS c0 FROM DUAL";
  const own = names.some((name) => splitName(name).length < 2) ? String((await select(session, []))[0]?.[0]) : "";
  const places = names.map((name) => {
    const parts = splitName(name).map(nameOf);
    return { owner: parts.at(-2) ?? own, table: parts.at(-1) ?? name };
  });
  return {
    places,
    given: places.flatMap(({ owner, table }) => [owner, table]),
    among: (owner: string, table: string) =>
      places.map((_, at) => `(${owner} = :${at * 2 + 1} AND ${table} = :${at * 2 + 2})`).join(" OR "),
  };
}

/** Indexes over columns; one over an expression has a column of the server's own, which no table lists. */
function indexesOf(rows: readonly RawRow[], columns: readonly CatalogueColumn[]): CatalogueTable["indexes"] {
  const known = new Set(columns.map(({ name }) => name));
  const byName = new Map<unknown, { columns: string[]; unique: boolean }>();
  for (const [, , column, name, uniqueness] of rows) {
    const entry = byName.get(name) ?? { columns: [], unique: uniqueness === "UNIQUE" };
    entry.columns.push(String(column));
    byName.set(name, entry);
  }
  return [...byName.values()].filter((index) => index.columns.every((column) => known.has(column)));
}

function columnOf([, , name, type, bytes, precision, scale, nullable, characters]: RawRow): CatalogueColumn {
  const base = String(type);
  const length = Number(characters) || Number(bytes);
  return {
    name: String(name),
    type: declared(base, length, precision ?? null, scale ?? null),
    nullable: nullable !== "N",
    kind: kindOf(base, precision ?? null, scale ?? null),
    ...(base === "CHAR" || base === "NCHAR" ? { padded: length } : {}),
    ...(base === "BINARY_FLOAT" ? { single: true } : {}),
  };
}

function declared(base: string, length: number, precision: unknown, scale: unknown): string {
  if (/CHAR|^RAW$/.test(base)) return `${base}(${length})`;
  return base === "NUMBER" && precision !== null ? `NUMBER(${precision},${scale ?? 0})` : base;
}

/** Whole numbers that 64 bits hold are integers; the rest is compared digit by digit. */
function kindOf(base: string, precision: unknown, scale: unknown): ColumnKind {
  if (base === "NUMBER")
    return precision !== null && Number(precision) <= 18 && Number(scale) === 0 ? "integer" : "decimal";
  if (/^TIMESTAMP.*TIME ZONE$/.test(base)) return "instant";
  if (base.startsWith("TIMESTAMP")) return "timestamp";
  return kinds[base] ?? "other";
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  CHAR: "text",
  NCHAR: "text",
  VARCHAR2: "text",
  NVARCHAR2: "text",
  CLOB: "text",
  NCLOB: "text",
  LONG: "text",
  FLOAT: "decimal",
  BINARY_FLOAT: "float",
  BINARY_DOUBLE: "float",
  BOOLEAN: "boolean",
  // It has a time of day.
  DATE: "timestamp",
  RAW: "bytes",
  BLOB: "bytes",
};
