import { splitName } from "../dialect.ts";
import { type CatalogueSelect, descriptions, type Introspection } from "../introspection.ts";
import { listTables, writtenName } from "./tables.ts";

/** A schema is a database; own is that of the URL. */
export const introspection: Introspection = {
  tables: listTables,
  async describe(select, names) {
    const current = String((await select("SELECT DATABASE()", []))[0]?.[0] ?? "");
    const schemas = new Set(names.map((name) => splitName(name).at(-2) ?? current));
    const found = await Promise.all([...schemas].map((schema) => describeDatabase(select, schema, current)));
    const wanted = new Set(names);
    return found.flat().filter(({ name }) => wanted.has(name));
  },
};

async function describeDatabase(select: CatalogueSelect, schema: string, current: string) {
  const nameOf = (table: unknown, of: unknown = schema) =>
    writtenName(String(of), String(table), String(of) === current);
  const [tables, columns, keys] = await Promise.all([
    select(
      `SELECT table_name, table_comment, table_rows FROM information_schema.tables
        WHERE table_schema = ? AND table_type <> 'VIEW'`,
      [schema],
    ),
    select(
      `SELECT table_name, column_name, column_comment FROM information_schema.columns
        WHERE table_schema = ? AND column_comment <> ''`,
      [schema],
    ),
    select(
      `SELECT table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name,
              referenced_column_name FROM information_schema.key_column_usage
        WHERE table_schema = ? AND referenced_table_name IS NOT NULL
        ORDER BY table_name, constraint_name, ordinal_position`,
      [schema],
    ),
  ]);
  return descriptions({
    comments: [
      ...tables.map(([table, comment]) => [nameOf(table), null, String(comment ?? "")] as const),
      ...columns.map(([table, column, comment]) => [nameOf(table), String(column), String(comment)] as const),
    ],
    rows: tables.flatMap(([table, , count]) => (count === null ? [] : [[nameOf(table), Number(count)] as const])),
    foreignKeys: keys.map(([table, key, column, targetSchema, target, reference]) => ({
      table: nameOf(table),
      key: String(key),
      column: String(column),
      target: nameOf(target, targetSchema),
      reference: String(reference),
    })),
  });
}
