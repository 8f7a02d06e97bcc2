import type { CatalogueColumn, CatalogueTable } from "./dialect.ts";

/** What statements must know of the live tables: which columns are padded, nullable, text. */
export interface TableFacts {
  /** Undefined where the database has no such column. */
  column(table: string, column: string): CatalogueColumn | undefined;
}

export function tableFacts(catalogue: readonly CatalogueTable[]): TableFacts {
  const columns = new Map<string, CatalogueColumn>();
  for (const table of catalogue) {
    for (const column of table.columns) columns.set(nameOf(table.name, column.name), column);
  }
  return { column: (table, column) => columns.get(nameOf(table, column)) };
}

/** True where a column holds text, so that blank text can stand for `none`. */
export function isText(column: CatalogueColumn | undefined): boolean {
  if (column?.kind) return column.kind === "text";
  return /char|text|clob|string/i.test(column?.type ?? "");
}

/** `value` and, for a blank-padded column of an engine that does not ignore padding, `value` padded. */
export function paddings(value: string, column: CatalogueColumn | undefined): readonly string[] {
  const missing = (column?.padded ?? 0) - [...value].length;
  return missing > 0 ? [value, value + " ".repeat(missing)] : [value];
}

/** Engines fold the case of unquoted names, each in its own way. */
function nameOf(table: string, column: string): string {
  return `${table.toLowerCase()} ${column.toLowerCase()}`;
}
