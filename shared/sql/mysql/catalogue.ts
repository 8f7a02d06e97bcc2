import { type CatalogueColumn, type CatalogueTable, type ColumnKind, splitName } from "../dialect.ts";
import type { CatalogueSelect } from "../introspection.ts";
import type { RawRow } from "../raw.ts";
import { listTables } from "./tables.ts";

/** Tables and views with the columns that may be read. A schema is a database; without one, the URL's is meant. */
export async function readCatalogue(
  select: CatalogueSelect,
  tables?: readonly string[],
): Promise<readonly CatalogueTable[]> {
  const found = await Promise.all(
    [...new Set(tables ?? (await listTables(select)).map(({ name }) => name))].map((name) => read(select, name)),
  );
  return found.filter((table) => table !== undefined);
}

async function read(select: CatalogueSelect, name: string): Promise<CatalogueTable | undefined> {
  const parts = splitName(name);
  const table = parts.at(-1) ?? name;
  const schema = parts.at(-2);
  const given = schema === undefined ? [table] : [table, schema];
  const where = `table_name = ? AND table_schema = ${schema === undefined ? "DATABASE()" : "?"}`;
  const [kinds, columns, indexes] = await Promise.all([
    select(`SELECT table_type FROM information_schema.tables WHERE ${where}`, given),
    select(
      `SELECT column_name, column_type, is_nullable, data_type, character_maximum_length, collation_name
         FROM information_schema.columns
        WHERE ${where} AND FIND_IN_SET('select', privileges) > 0 ORDER BY ordinal_position`,
      given,
    ),
    select(
      `SELECT index_name, non_unique, column_name, sub_part
         FROM information_schema.statistics WHERE ${where} ORDER BY index_name, seq_in_index`,
      given,
    ),
  ]);
  if (columns.length === 0) return undefined;
  const byIndex = new Map<string, { columns: string[]; unique: boolean; whole: boolean }>();
  for (const [index, nonUnique, column, part] of indexes) {
    const entry = byIndex.get(String(index)) ?? { columns: [], unique: Number(nonUnique) === 0, whole: true };
    entry.columns.push(String(column));
    // An index over the first characters of a column, or over an expression, finds no whole values.
    if (part !== null || column === null) entry.whole = false;
    byIndex.set(String(index), entry);
  }
  return {
    name,
    kind: kinds[0]?.[0] === "VIEW" ? "view" : "table",
    columns: columns.map(columnOf),
    primaryKey: byIndex.get("PRIMARY")?.columns ?? [],
    indexes: [...byIndex.values()].filter(({ whole }) => whole).map(({ columns, unique }) => ({ columns, unique })),
  };
}

function columnOf([name, type, nullable, dataType, length, collation]: RawRow): CatalogueColumn {
  const kind = kinds[String(dataType).toLowerCase()] ?? "other";
  const filledTo = /^\w+\((\d+)(?:,0)?\).* zerofill/i.exec(String(type))?.[1];
  return {
    name: String(name),
    type: String(type),
    nullable: nullable === "YES",
    kind,
    ...(dataType === "char" ? { padded: Number(length) } : {}),
    ...(kind === "text" && typeof collation === "string" ? { collation } : {}),
    ...(dataType === "float" ? { single: true } : {}),
    ...(filledTo ? { filledTo: Number(filledTo) } : {}),
  };
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  char: "text",
  varchar: "text",
  tinytext: "text",
  text: "text",
  mediumtext: "text",
  longtext: "text",
  enum: "text",
  set: "text",
  tinyint: "integer",
  smallint: "integer",
  mediumint: "integer",
  int: "integer",
  bigint: "integer",
  year: "integer",
  bit: "integer",
  decimal: "decimal",
  float: "float",
  double: "float",
  date: "date",
  datetime: "timestamp",
  timestamp: "instant",
  binary: "bytes",
  varbinary: "bytes",
  tinyblob: "bytes",
  blob: "bytes",
  mediumblob: "bytes",
  longblob: "bytes",
};
