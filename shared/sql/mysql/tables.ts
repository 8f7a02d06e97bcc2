import type { CatalogueSelect, ListedTable } from "../introspection.ts";

/** Tables and views of which the account may read at least a part. A schema is a database; own is that of the URL. */
export async function listTables(select: CatalogueSelect): Promise<readonly ListedTable[]> {
  const rows = await select(
    `SELECT table_schema, table_name, table_schema <=> DATABASE() FROM information_schema.tables
      WHERE table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
        AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') ORDER BY table_schema, table_name`,
    [],
  );
  return rows.map(([schema, table, own]) => ({
    name: writtenName(String(schema), String(table), Number(own) === 1),
    schema: String(schema),
    own: Number(own) === 1,
  }));
}

export function writtenName(schema: string, table: string, own: boolean): string {
  return (own ? [table] : [schema, table]).map((part) => (part.includes(".") ? `\`${part}\`` : part)).join(".");
}
