import type { City } from "../../../shared/demo-city/city.ts";
import type { DemoDepartment } from "../../../shared/demo-city/department.ts";
import { fitterOf, type LegacyTable, type LegacyValue } from "../../../shared/demo-city/legacy-table.ts";
import type { WireTable } from "./backend/declared-schema.ts";

/** A department of the demo city as tables of a double; values are cut to their columns as old systems do. */
export function demoTables(demo: DemoDepartment, city: City): WireTable[] {
  const rows = new Map<LegacyTable, LegacyValue[][]>(demo.tables.map((table) => [table, []]));
  const fitters = new Map(demo.tables.map((table) => [table, table.columns.map(fitterOf)]));
  for (const { table, values } of demo.rows(city)) {
    const fitted = values.map((value, at) => fitters.get(table)?.[at]?.(value) ?? value);
    rows.get(table)?.push(fitted);
  }
  return demo.tables.map((table) => ({
    name: table.name,
    columns: Object.fromEntries(
      table.columns.map(({ name, type, nullable }) => [name, `${type}${nullable ? "" : " NOT NULL"}`]),
    ),
    comments: Object.fromEntries(table.columns.flatMap(({ name, comment }) => (comment ? [[name, comment]] : []))),
    rows: rows.get(table) ?? [],
    ...(table.primaryKey ? { primaryKey: table.primaryKey } : {}),
    ...(table.indexes ? { indexes: table.indexes } : {}),
    ...(table.comment ? { comment: table.comment } : {}),
  }));
}
