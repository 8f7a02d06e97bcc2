import { type CatalogueForeignKey, type CatalogueTable, splitName } from "../dialect.ts";
import type { RawRow } from "../raw.ts";
import { commentsOf } from "./comments.ts";

type Select = (sql: string, parameters: readonly string[]) => Promise<readonly RawRow[]>;

/** Tables and views with their columns, keys and indexes, by the names that a mapping uses. */
export async function readCatalogue(
  select: Select,
  schemas: readonly string[],
  tables?: readonly string[],
): Promise<readonly CatalogueTable[]> {
  const names = tables ?? (await allNames(select, schemas));
  const estimates = await rowEstimates(select);
  const found = await Promise.all([...new Set(names)].map((name) => readTable(select, name, estimates)));
  return found.filter((table) => table !== undefined);
}

/** Every schema is the same file: tables are listed once, under the first schema that the mapping names. */
async function allNames(select: Select, schemas: readonly string[]): Promise<readonly string[]> {
  const rows = await select(
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY 1",
    [],
  );
  const prefix = schemas[0] === undefined ? "" : `${schemas[0]}.`;
  return rows.map(([name]) => `${prefix}${String(name)}`);
}

/** What `ANALYZE` counted, if it ever ran: the first number of each index's statistics. */
async function rowEstimates(select: Select): Promise<ReadonlyMap<string, number>> {
  const estimates = new Map<string, number>();
  const [there] = await select("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'", []);
  if (!there) return estimates;
  for (const [table, statistics] of await select("SELECT tbl, stat FROM sqlite_stat1", [])) {
    const rows = Number.parseInt(String(statistics), 10);
    if (Number.isSafeInteger(rows)) estimates.set(String(table).toLowerCase(), rows);
  }
  return estimates;
}

async function readTable(
  select: Select,
  name: string,
  estimates: ReadonlyMap<string, number>,
): Promise<CatalogueTable | undefined> {
  const table = splitName(name).at(-1) ?? name;
  const [definition] = await select(
    "SELECT type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND lower(name) = lower(?)",
    [table],
  );
  if (!definition) return undefined;
  const kind = definition[0] === "view" ? "view" : "table";
  const [columns, indexes, references] = await Promise.all([
    readColumns(select, table, kind),
    select(
      'SELECT l.name, l."unique", i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE l.partial = 0 ORDER BY l.seq, i.seqno',
      [table],
    ),
    select('SELECT id, "from", "table", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', [table]),
  ]);
  const byIndex = new Map<unknown, { columns: string[]; unique: boolean }>();
  for (const [index, unique, column] of indexes) {
    const entry = byIndex.get(index) ?? { columns: [], unique: unique === 1 };
    entry.columns.push(String(column));
    byIndex.set(index, entry);
  }
  const keys = columns.filter((row) => Number(row[3]) > 0).sort((a, b) => Number(a[3]) - Number(b[3]));
  const comments = commentsOf(String(definition[1] ?? ""));
  const estimate = estimates.get(table.toLowerCase());
  return {
    name,
    kind,
    columns: columns.map(([column, type, notNull]) => {
      const padded = /^\s*(?:n?char|character)\s*\(\s*(\d+)/i.exec(String(type))?.[1];
      const comment = comments.columns.get(String(column).toLowerCase());
      return {
        name: String(column),
        type: String(type),
        nullable: notNull !== 1,
        ...(padded ? { padded: Number(padded) } : {}),
        ...(comment ? { comment } : {}),
      };
    }),
    primaryKey: keys.map(([column]) => String(column)),
    indexes: [...byIndex.values()],
    ...(comments.table ? { comment: comments.table } : {}),
    ...(references.length > 0 ? { foreignKeys: foreignKeysOf(references, name) } : {}),
    ...(estimate === undefined ? {} : { rowEstimate: estimate }),
  };
}

/** A view over what is no longer there has no columns, but must not hide all other tables. */
async function readColumns(select: Select, table: string, kind: "table" | "view"): Promise<readonly RawRow[]> {
  const sql = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid';
  if (kind === "table") return select(sql, [table]);
  return select(sql, [table]).catch(async (error: unknown) => {
    // The database itself still answers, or else it is its outage that was seen.
    await select("SELECT 1", []).catch(() => {
      throw error;
    });
    return [];
  });
}

function foreignKeysOf(rows: readonly RawRow[], owner: string): readonly CatalogueForeignKey[] {
  const parts = splitName(owner);
  const prefix = parts.length > 1 ? `${parts.slice(0, -1).join(".")}.` : "";
  const byId = new Map<unknown, { columns: string[]; table: string; references: string[] }>();
  for (const [id, from, table, to] of rows) {
    const entry = byId.get(id) ?? { columns: [], table: `${prefix}${String(table)}`, references: [] };
    entry.columns.push(String(from));
    if (to !== null) entry.references.push(String(to));
    byId.set(id, entry);
  }
  return [...byId.values()].map(({ columns, table, references }) => ({
    columns,
    table,
    ...(references.length === columns.length ? { references } : {}),
  }));
}
