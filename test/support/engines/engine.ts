import type { DemoRow } from "../../../shared/demo-city/department.ts";
import { fitterOf, type LegacyTable, type LegacyValue } from "../../../shared/demo-city/legacy-table.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";

/** The names under which every suite counts its tests. */
export const engineNames = ["mssql", "oracle", "postgres", "mysql", "sqlite"] as const;
export type EngineName = (typeof engineNames)[number];

/** How a test reaches an engine. */
export interface Engine {
  readonly name: EngineName;
  /** Undefined where it can be reached; otherwise why not, for the test's output. */
  absence(): Promise<string | undefined>;
  /** A server with room of this run's own. */
  start(): Promise<RunningEngine>;
}

export interface RunningEngine {
  readonly dialect: Dialect;
  /** Makes the tables and writes the rows, as the department's own system would have. */
  load(department: string, tables: readonly LegacyTable[], rows: Iterable<DemoRow>): Promise<LoadedTables>;
  /** Drops what was made, and lets go of the server. */
  stop(): Promise<void>;
}

export interface LoadedTables {
  readonly url: string;
  /** What the mapping has to call a table here: `dbo.AcctMast` can be in a schema of the run's own. */
  tableName(name: string): string;
}

/** Tells the schemas of this run from those of others. */
export const runId = `cg${process.pid.toString(36)}${Date.now().toString(36).slice(-5)}`;

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
  size: number,
): Generator<readonly [table: LegacyTable, batch: readonly (readonly LegacyValue[])[]]> {
  const waiting = new Map<LegacyTable, (readonly LegacyValue[])[]>();
  const fitters = new Map<LegacyTable, ReturnType<typeof fitterOf>[]>();
  for (const { table, values } of rows) {
    const fit = fitters.get(table) ?? table.columns.map(fitterOf);
    fitters.set(table, fit);
    const batch = waiting.get(table) ?? [];
    batch.push(table.columns.map((_, index) => fit[index]?.(values[index] ?? null) ?? values[index] ?? null));
    waiting.set(table, batch);
    if (batch.length < size) continue;
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
