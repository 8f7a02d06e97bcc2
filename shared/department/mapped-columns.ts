import { referencesOf } from "./column-references.ts";
import type { DepartmentModel } from "./model.ts";

/** Each table that a mapping reads, with exactly the columns that it reads, in the order in which they are first named. */
export function mappedColumns(
  department: DepartmentModel,
): readonly { readonly table: string; readonly columns: readonly string[] }[] {
  const tables = new Map<string, Set<string>>();
  for (const { table, columns } of referencesOf(department)) {
    const own = tables.get(table) ?? new Set();
    for (const column of columns) own.add(column);
    tables.set(table, own);
  }
  return [...tables].map(([table, columns]) => ({ table, columns: [...columns] }));
}
