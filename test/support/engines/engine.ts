import type { DemoRow } from "../../../shared/demo-city/department.ts";
import type { LoadedTables } from "../../../shared/demo-city/engines/server.ts";
import type { LegacyTable } from "../../../shared/demo-city/legacy-table.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";

export type { LoadedTables } from "../../../shared/demo-city/engines/server.ts";

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

/** Doubles declare foreign keys with the table; on real servers a test adds them afterwards. */
export interface KeyedTable extends LegacyTable {
  readonly foreignKeys?: readonly { readonly column: string; readonly table: string; readonly references: string }[];
}

export interface RunningEngine {
  readonly dialect: Dialect;
  /** Makes the tables and writes the rows, as the department's own system would have. */
  load(department: string, tables: readonly KeyedTable[], rows: Iterable<DemoRow>): Promise<LoadedTables>;
  /** Drops what was made, and lets go of the server. */
  stop(): Promise<void>;
}

/** Tells the schemas of this run from those of others. */
export const runId = `cg${process.pid.toString(36)}${Date.now().toString(36).slice(-5)}`;
