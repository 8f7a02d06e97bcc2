import type { CatalogueTable } from "../sql/dialect.ts";
import { splitName } from "../sql/dialect.ts";
import { type ColumnReference, referencesOf } from "./column-references.ts";
import type { DepartmentModel } from "./model.ts";
import { type Fault, FaultList } from "./parse/fault.ts";
import { didYouMean, nearestName } from "./parse/nearest.ts";
import { placeOfText } from "./place-of-text.ts";

/**
 * Compares a mapping with the tables and columns that its database has; `catalogue` are all tables that the wrapper
 * may read. Upper and lower case count where the engine in production tells quoted names apart by them.
 *
 * @param others Names of tables that the catalogue was not asked for, of which one may be meant.
 */
export function checkColumns(
  department: DepartmentModel,
  catalogue: readonly CatalogueTable[],
  others: readonly string[] = [],
): readonly Fault[] {
  const faults = new FaultList(department.file);
  const { engine } = department.source;
  const fold = (name: string) => (engine === "ORACLE" || engine === "POSTGRES" ? name : name.toLowerCase());
  const tableKey = (name: string) => fold(splitName(name).join("."));
  const tables = new Map(catalogue.map((table) => [tableKey(table.name), table]));
  const at = (reference: ColumnReference, text: string) => placeOfText(department.document, reference.place, text);
  for (const reference of referencesOf(department)) {
    const table = tables.get(tableKey(reference.table));
    if (!table) {
      const remedy = tableMeant(reference.table, [...catalogue.map(({ name }) => name), ...others]);
      faults.add(at(reference, reference.table), "a table or view that can be read", `\`${reference.table}\``, remedy);
      continue;
    }
    const columns = table.columns.map(({ name }) => name);
    const known = new Set(columns.map(fold));
    for (const column of reference.columns) {
      if (known.has(fold(column))) continue;
      const remedy = didYouMean(column, columns);
      faults.add(at(reference, column), `a column of ${reference.table}`, `\`${column}\``, remedy);
    }
  }
  return faults.sorted();
}

/** A schema that both names have makes them no more alike. */
function tableMeant(name: string, known: readonly string[]): string {
  const bare = (table: string) => splitName(table).at(-1) ?? table;
  const nearest = nearestName(bare(name), known.map(bare));
  const meant = known.find((table) => bare(table) === nearest);
  return meant === undefined ? (didYouMean(name, new Set(known)) ?? noTables) : `did you mean ${meant}?`;
}

const noTables = "the account that the wrapper connects with sees no table: check its grants";

/** The tables that a mapping reads, each once, to ask a catalogue for. */
export function tablesOf(department: DepartmentModel): readonly string[] {
  return [...new Set(referencesOf(department).map(({ table }) => table))];
}
