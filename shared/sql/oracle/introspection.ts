import { type CatalogueSelect, descriptions, type Introspection } from "../introspection.ts";
import { inBatches, placesOf } from "./catalogue.ts";
import { listTables, writtenName } from "./tables.ts";

/** A schema is an owner; own is the session's, which a login for reading seldom has tables in. */
export const introspection: Introspection = {
  tables: listTables,
  describe: (select, names) => inBatches(names, (some) => describeSome(select, some)),
};

async function describeSome(select: CatalogueSelect, names: readonly string[]) {
  const { given, among } = await placesOf(select, names);
  const tables = await select(
    `SELECT t.OWNER AS c0, t.TABLE_NAME AS c1, t.NUM_ROWS AS c2 FROM ALL_TABLES t
      WHERE t.NUM_ROWS IS NOT NULL AND (${among("t.OWNER", "t.TABLE_NAME")})`,
    given,
  );
  const comments = await select(
    `SELECT c.OWNER AS c0, c.TABLE_NAME AS c1, c.COMMENTS AS c2 FROM ALL_TAB_COMMENTS c
      WHERE c.COMMENTS IS NOT NULL AND (${among("c.OWNER", "c.TABLE_NAME")})`,
    given,
  );
  const columns = await select(
    `SELECT c.OWNER AS c0, c.TABLE_NAME AS c1, c.COLUMN_NAME AS c2, c.COMMENTS AS c3 FROM ALL_COL_COMMENTS c
      WHERE c.COMMENTS IS NOT NULL AND (${among("c.OWNER", "c.TABLE_NAME")})`,
    given,
  );
  const keys = await select(
    `SELECT n.OWNER AS c0, n.TABLE_NAME AS c1, n.CONSTRAINT_NAME AS c2, k.COLUMN_NAME AS c3, r.OWNER AS c4,
            r.TABLE_NAME AS c5, r.COLUMN_NAME AS c6
       FROM ALL_CONSTRAINTS n
       JOIN ALL_CONS_COLUMNS k ON k.OWNER = n.OWNER AND k.CONSTRAINT_NAME = n.CONSTRAINT_NAME
       JOIN ALL_CONS_COLUMNS r ON r.OWNER = n.R_OWNER AND r.CONSTRAINT_NAME = n.R_CONSTRAINT_NAME
                              AND r.POSITION = k.POSITION
      WHERE n.CONSTRAINT_TYPE = 'R' AND (${among("n.OWNER", "n.TABLE_NAME")})
      ORDER BY n.OWNER, n.TABLE_NAME, n.CONSTRAINT_NAME, k.POSITION`,
    given,
  );
  const named = (owner: unknown, table: unknown) => writtenName(String(owner), String(table));
  return descriptions({
    comments: [
      ...comments.map(([owner, table, text]) => [named(owner, table), null, String(text)] as const),
      ...columns.map(([owner, table, column, text]) => [named(owner, table), String(column), String(text)] as const),
    ],
    rows: tables.map(([owner, table, count]) => [named(owner, table), Number(count)] as const),
    foreignKeys: keys.map(([owner, table, key, column, targetOwner, target, reference]) => ({
      table: named(owner, table),
      key: String(key),
      column: String(column),
      target: named(targetOwner, target),
      reference: String(reference),
    })),
  });
}
