import { type CatalogueColumn, type CatalogueTable, type ColumnKind, splitName } from "../dialect.ts";
import type { CatalogueSelect } from "../introspection.ts";
import type { RawRow } from "../raw.ts";
import { listTables } from "./tables.ts";

/** Tables asked for in one statement. */
const most = 100;

/** Tables and views that the user may see, with their columns. A name without a schema is looked for in the user's own. */
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

async function readSome(select: CatalogueSelect, names: readonly string[]): Promise<readonly CatalogueTable[]> {
  const wanted = wantedObjects(names);
  const quoted = names.map(identifierOf);
  const [columns, indexes] = await Promise.all([
    select(
      `SELECT w.n AS n, o.type AS kind, c.name AS name, t.name AS type, c.max_length AS bytes, c.precision AS digits,
              c.scale AS scale, c.is_nullable AS nullable, c.collation_name AS sorting
         FROM ${wanted}
         JOIN sys.columns c ON c.object_id = o.object_id
         LEFT JOIN sys.types t ON t.user_type_id = c.system_type_id
        ORDER BY w.n, c.column_id`,
      quoted,
    ),
    select(
      `SELECT w.n AS n, i.index_id AS number, i.is_primary_key AS main, i.is_unique AS uniq, c.name AS name
         FROM ${wanted}
         JOIN sys.indexes i ON i.object_id = o.object_id
         JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
         JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
        WHERE k.key_ordinal > 0 AND i.has_filter = 0 AND i.is_disabled = 0
        ORDER BY w.n, i.index_id, k.key_ordinal`,
      quoted,
    ),
  ]);
  return names.flatMap((name, position): CatalogueTable[] => {
    const own = columns.filter(([at]) => Number(at) === position);
    if (own.length === 0) return [];
    const byIndex = new Map<unknown, { columns: string[]; unique: boolean; primary: boolean }>();
    for (const [at, number, primary, unique, column] of indexes) {
      if (Number(at) !== position) continue;
      const entry = byIndex.get(number) ?? { columns: [], unique: unique === 1, primary: primary === 1 };
      entry.columns.push(String(column));
      byIndex.set(number, entry);
    }
    const all = [...byIndex.values()];
    return [
      {
        name,
        kind: String(own[0]?.[1]).trim() === "V" ? "view" : "table",
        columns: own.map(columnOf),
        primaryKey: all.find(({ primary }) => primary)?.columns ?? [],
        indexes: all.map((index) => ({ columns: index.columns, unique: index.unique })),
      },
    ];
  });
}

/** Tables by name, `@p0` and so on; `w.n` counts them from 0 on. */
export function wantedObjects(names: readonly string[]): string {
  return `(VALUES ${names.map((_, at) => `(${at}, @p${at})`).join(", ")}) AS w (n, name)
       JOIN sys.objects o ON o.object_id = OBJECT_ID(w.name)`;
}

/** As `OBJECT_ID` takes it. */
export function identifierOf(name: string): string {
  return splitName(name)
    .map((part) => `[${part.replaceAll("]", "]]")}]`)
    .join(".");
}

function columnOf([, , name, base, bytes, digits, scale, nullable, collation]: RawRow): CatalogueColumn {
  const type = String(base ?? "").toLowerCase();
  const kind = kinds[type] ?? "other";
  const length = type.startsWith("n") ? Number(bytes) / 2 : Number(bytes);
  return {
    name: String(name),
    type: declared(type, length, Number(digits), Number(scale)),
    nullable: nullable === 1,
    kind,
    ...(type === "char" || type === "nchar" ? { padded: length } : {}),
    ...(kind === "text" && typeof collation === "string" ? { collation } : {}),
    ...(type === "real" ? { single: true } : {}),
    ...(type === "datetime" ? { earliest: "1753-01-01" } : {}),
  };
}

function declared(type: string, length: number, digits: number, scale: number): string {
  if (/^n?(?:var)?char$|binary$/.test(type)) return `${type}(${length < 1 ? "max" : length})`;
  if (type === "decimal" || type === "numeric") return `${type}(${digits},${scale})`;
  return type;
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  char: "text",
  varchar: "text",
  text: "text",
  nchar: "text",
  nvarchar: "text",
  ntext: "text",
  sysname: "text",
  tinyint: "integer",
  smallint: "integer",
  int: "integer",
  bigint: "integer",
  decimal: "decimal",
  numeric: "decimal",
  money: "decimal",
  smallmoney: "decimal",
  float: "float",
  real: "float",
  bit: "boolean",
  date: "date",
  datetime: "timestamp",
  datetime2: "timestamp",
  smalldatetime: "timestamp",
  datetimeoffset: "instant",
  binary: "bytes",
  varbinary: "bytes",
  image: "bytes",
  timestamp: "bytes",
  uniqueidentifier: "uuid",
};
