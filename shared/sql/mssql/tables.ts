import type { CatalogueSelect, ListedTable } from "../introspection.ts";

/** Tables and views of which the account may read at least a part. Own is the login's default schema, which is `dbo` unless somebody said otherwise. */
export async function listTables(select: CatalogueSelect): Promise<readonly ListedTable[]> {
  const rows = await select(
    `SELECT s.name AS c0, o.name AS c1, CASE WHEN s.name = SCHEMA_NAME() THEN 1 ELSE 0 END AS c2
       FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
      WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name`,
    [],
  );
  return rows.map(([schema, table, own]) => ({
    name: writtenName(String(schema), String(table)),
    schema: String(schema),
    own: Number(own) === 1,
  }));
}

/** As a mapping writes it: in brackets where the name needs them. */
export function writtenName(schema: string, table: string): string {
  const part = (name: string) => (/^[\p{L}_][\p{L}\p{N}_$#@]*$/u.test(name) ? name : `[${name}]`);
  return `${part(schema)}.${part(table)}`;
}
