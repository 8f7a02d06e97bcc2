import type { DemoRow } from "../department.ts";
import { fitterOf, type LegacyTable, type LegacyValue } from "../legacy-table.ts";

/**
 * A database server that takes departments of the demo city, each in a place of its own: a database, a schema, or a user
 * with the schema of that name. Column types are translated from those of the department's own engine.
 */
export interface LegacyServer {
  /** Whether there is a place of that name already. */
  has(place: string): Promise<boolean>;
  /** Makes the place, its tables and their rows. Half of it may be left where it rejects: `drop` takes it away. */
  load(place: string, tables: readonly LegacyTable[], rows: Iterable<DemoRow>): Promise<LoadedTables>;
  /** Takes the place away with all that is in it, if it is there. */
  drop(place: string): Promise<void>;
  close(): Promise<void>;
}

export interface LoadedTables {
  readonly url: string;
  /** What a mapping has to call a table there: `dbo.AcctMast` can be in another schema. */
  tableName(name: string): string;
}

/** `revenue` and `dbo.AcctMast` are `<schema>.AcctMast`; a name without a schema stays, for the URL says where it is. */
export function inSchema(schema: string): LoadedTables["tableName"] {
  return (name) => (name.includes(".") ? `${schema}.${bareName(name)}` : name);
}

export function bareName(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** The rows of each table in batches, values padded and cut to their columns. */
export function* batchesOf(
  rows: Iterable<DemoRow>,
  sizeOf: (table: LegacyTable) => number,
): Generator<readonly [table: LegacyTable, batch: readonly (readonly LegacyValue[])[]]> {
  const waiting = new Map<LegacyTable, (readonly LegacyValue[])[]>();
  const fitters = new Map<LegacyTable, ReturnType<typeof fitterOf>[]>();
  for (const { table, values } of rows) {
    const fit = fitters.get(table) ?? table.columns.map(fitterOf);
    fitters.set(table, fit);
    const batch = waiting.get(table) ?? [];
    batch.push(table.columns.map((_, index) => fit[index]?.(values[index] ?? null) ?? values[index] ?? null));
    waiting.set(table, batch);
    if (batch.length < sizeOf(table)) continue;
    waiting.delete(table);
    yield [table, batch];
  }
  yield* waiting;
}

/** Of a type such as `NUMBER(9,2)`. */
export function partsOfType(type: string): {
  readonly base: string;
  readonly size: string;
  readonly unsigned: boolean;
} {
  const [, base = "", size = ""] = /^([A-Z0-9]+)\s*(\([^)]*\))?/.exec(type.toUpperCase()) ?? [];
  return { base, size, unsigned: /UNSIGNED/i.test(type) };
}

/** Holds bytes, not text. */
export function isBinary(type: string): boolean {
  return /^(?:VARBINARY|BINARY|BLOB|RAW|BYTEA)$/.test(partsOfType(type).base);
}
