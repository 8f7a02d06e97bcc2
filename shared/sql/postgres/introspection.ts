import { descriptions, type Introspection } from "../introspection.ts";
import { foundTables, quotedName } from "./catalogue.ts";
import { listTables, writtenName } from "./tables.ts";

/** Own are the schemas of the search path. The catalogue itself reads comments and statistics. */
export const introspection: Introspection = {
  tables: listTables,
  async describe(select, names) {
    const rows = await select(foreignKeysOf, [JSON.stringify(names.map(quotedName))]);
    return descriptions({
      foreignKeys: rows.map(([at, key, column, schema, target, visible, reference]) => ({
        table: names[Number(at) - 1] ?? "",
        key: String(key),
        column: String(column),
        target: writtenName(String(schema), String(target), visible === 1),
        reference: String(reference),
      })),
    });
  },
};

const foreignKeysOf = `
  SELECT w.at, k.oid::text, a.attname, n.nspname, t.relname, pg_table_is_visible(t.oid), r.attname
    FROM ${foundTables}
    JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
    JOIN pg_class t ON t.oid = k.confrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    CROSS JOIN unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, target, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own
    JOIN pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = u.target
   ORDER BY w.at, k.oid, u.place`;
