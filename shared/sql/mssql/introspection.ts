import { type CatalogueSelect, descriptions, type Introspection } from "../introspection.ts";
import { identifierOf, inBatches, wantedObjects } from "./catalogue.ts";
import { listTables, writtenName } from "./tables.ts";

/** Own is the login's default schema, which is `dbo` unless somebody said otherwise. */
export const introspection: Introspection = {
  tables: listTables,
  describe: (select, names) => inBatches(names, (some) => describeSome(select, some)),
};

async function describeSome(select: CatalogueSelect, names: readonly string[]) {
  const wanted = wantedObjects(names);
  const identifiers = names.map(identifierOf);
  const nameOf = (at: unknown) => names[Number(at)] ?? "";
  const [keys, comments, rows] = await Promise.all([
    select(
      `SELECT w.n AS n, k.constraint_object_id AS number, c.name AS name, s.name AS target_schema, t.name AS target,
              r.name AS reference
         FROM ${wanted}
         JOIN sys.foreign_key_columns k ON k.parent_object_id = o.object_id
         JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id
         JOIN sys.objects t ON t.object_id = k.referenced_object_id
         JOIN sys.schemas s ON s.schema_id = t.schema_id
         JOIN sys.columns r ON r.object_id = k.referenced_object_id AND r.column_id = k.referenced_column_id
        ORDER BY w.n, k.constraint_object_id, k.constraint_column_id`,
      identifiers,
    ),
    select(
      `SELECT w.n AS n, c.name AS name, CAST(e.value AS NVARCHAR(3750)) AS comment
         FROM ${wanted}
         JOIN sys.extended_properties e ON e.major_id = o.object_id AND e.class = 1 AND e.name = 'MS_Description'
         LEFT JOIN sys.columns c ON c.object_id = e.major_id AND c.column_id = e.minor_id
        WHERE e.minor_id = 0 OR c.name IS NOT NULL`,
      identifiers,
    ),
    select(
      `SELECT w.n AS n, SUM(p.rows) AS total
         FROM ${wanted}
         JOIN sys.partitions p ON p.object_id = o.object_id AND p.index_id IN (0, 1)
        GROUP BY w.n`,
      identifiers,
    ),
  ]);
  return descriptions({
    comments: comments.map(([at, column, text]) => [nameOf(at), column === null ? null : String(column), String(text)]),
    rows: rows.map(([at, count]) => [nameOf(at), Number(count)]),
    foreignKeys: keys.map(([at, key, column, schema, target, reference]) => ({
      table: nameOf(at),
      key: String(key),
      column: String(column),
      target: writtenName(String(schema), String(target)),
      reference: String(reference),
    })),
  });
}
