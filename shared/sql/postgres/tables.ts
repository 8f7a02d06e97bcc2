import type { CatalogueSelect, ListedTable } from "../introspection.ts";

/** Tables and views of which the account may read at least a part. Own are the schemas of the search path. The catalogue itself reads comments and statistics. */
export async function listTables(select: CatalogueSelect): Promise<readonly ListedTable[]> {
  const rows = await select(
    `SELECT n.nspname, c.relname, pg_table_is_visible(c.oid), n.nspname = ANY (current_schemas(false))
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
        AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
      ORDER BY 1, 2`,
    [],
  );
  return rows.map(([schema, table, visible, own]) => ({
    name: writtenName(String(schema), String(table), visible === 1),
    schema: String(schema),
    own: own === 1,
  }));
}

/** Tables of the search path go by their bare name. */
export function writtenName(schema: string, table: string, visible: boolean): string {
  return (visible ? [table] : [schema, table]).map((part) => (part.includes(".") ? `"${part}"` : part)).join(".");
}
