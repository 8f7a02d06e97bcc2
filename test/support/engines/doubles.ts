import type { DemoRow } from "../../../shared/demo-city/department.ts";
import type { LegacyTable, LegacyValue } from "../../../shared/demo-city/legacy-table.ts";
import type { WireTable } from "../wire/backend/declared-schema.ts";
import { batchesOf } from "./engine.ts";

/** Tables and rows as a double is started with them, in another engine's types. */
export function tablesFor(
  tables: readonly LegacyTable[],
  rows: Iterable<DemoRow>,
  typeOf: (type: string) => string,
  nameOf: (name: string) => string = (name) => name,
): WireTable[] {
  const byTable = new Map<LegacyTable, (readonly LegacyValue[])[]>(tables.map((table) => [table, []]));
  for (const [table, batch] of batchesOf(rows, 1_000)) byTable.get(table)?.push(...batch);
  return tables.map((table) => ({
    name: table.name.split(".").map(nameOf).join("."),
    columns: Object.fromEntries(
      table.columns.map(({ name, type, nullable }) => [nameOf(name), `${typeOf(type)}${nullable ? "" : " NOT NULL"}`]),
    ),
    rows: byTable.get(table) ?? [],
    ...(table.primaryKey ? { primaryKey: table.primaryKey.map(nameOf) } : {}),
    ...(table.indexes
      ? { indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map(nameOf) })) }
      : {}),
  }));
}
