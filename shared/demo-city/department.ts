import type { City } from "./city.ts";
import type { Entry } from "./clerk.ts";
import type { LegacyTable, LegacyValue } from "./legacy-table.ts";

/**
 * A department of the demo city: `subgraphs/<department>/demo.ts` exports one as `demo`. Rows are made one by one, so
 * that a loader of any engine can take them at its own pace and a large city needs no memory for them.
 */
export interface DemoDepartment {
  /** The department's id, e.g. `social-services`. */
  readonly id: string;
  readonly tables: readonly LegacyTable[];
  /** The same rows in the same order for the same city. */
  rows(city: City): Iterable<DemoRow>;
}

export interface DemoRow {
  /** One of the department's `tables`. */
  readonly table: LegacyTable;
  /** In the order of the table's columns. */
  readonly values: readonly LegacyValue[];
  /** The persons that the row describes: one for each `@person` that it satisfies. */
  readonly persons?: readonly DemoPerson[];
}

export interface DemoPerson {
  /** Values of the columns that `@person(key:)` names. */
  readonly key: readonly (string | number)[];
  /** `@person(keySuffix:)`, where it has one. */
  readonly suffix?: string;
  /** What the clerk wrote; its `person` is the truth. */
  readonly entry: Entry;
}
