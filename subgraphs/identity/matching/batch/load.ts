import { featureGroups, type LinkableRecord, otherFeature, otherValue } from "../features.ts";
import { FeatureRows } from "./feature-rows.ts";
import { ColumnBuilder, type FeatureColumn, type FeatureTable, featureTable } from "./feature-table.ts";
import { TextMemory } from "./numbering.ts";

/** What was loaded: records are numbered from 0 in (department, key) order. */
export interface LoadedRecords {
  readonly count: number;
  /** Department and key of record `r`. */
  readonly departments: readonly string[];
  readonly departmentOf: Int32Array;
  readonly keys: readonly string[];
  /** Features of attributes outside the vocabulary that occurred. */
  readonly otherFeatures: readonly string[];
  readonly table: FeatureTable;
}

export interface RecordPage {
  readonly department: string;
  readonly records: readonly LinkableRecord[];
}

/** So many distinct values of a group are remembered with their features; beyond that they are read again. */
const remembered = 1_000_000;

/**
 * Reads records into columns of features; the records themselves are not kept. Numbering follows department and key,
 * so the order of arrival leaves no trace. Departments repeat names, addresses and numbers of one city: each distinct
 * one is normalised once.
 */
export async function loadRecords(
  pages: AsyncIterable<RecordPage>,
  options: { useIdentifiers: boolean; signal?: AbortSignal; onLoaded?: (count: number) => void },
): Promise<LoadedRecords> {
  const groups = featureGroups
    .filter((group) => options.useIdentifiers || !group.features.includes("identifiers"))
    .map((group) => ({
      group,
      builders: group.features.map((feature) => new ColumnBuilder(feature)),
      rows: new FeatureRows(group.features.length),
      seen: new TextMemory(),
    }));
  const others = new Map<string, { readonly builder: ColumnBuilder; readonly rows: FeatureRows }>();
  const departments: string[] = [];
  const departmentOf: number[] = [];
  const keys: string[] = [];
  for await (const page of pages) {
    options.signal?.throwIfAborted();
    let department = departments.indexOf(page.department);
    if (department < 0) department = departments.push(page.department) - 1;
    for (const record of page.records) {
      const arrival = keys.push(record.key) - 1;
      departmentOf.push(department);
      for (const { group, builders, rows, seen } of groups) {
        const key = group.key(record);
        if (key === undefined) continue;
        let row = seen.recall(key);
        if (row === 0) {
          const features = group.read(record);
          row = rows.add(builders.map((builder, index) => builder.code(features[group.features[index] ?? ""])));
          if (seen.size < remembered) seen.remember(row);
        }
        rows.put(arrival, row);
      }
      if (record.other === undefined) continue;
      for (const [name, value] of Object.entries(record.other)) {
        const feature = otherFeature(name);
        const other = others.get(feature) ?? { builder: new ColumnBuilder(feature), rows: new FeatureRows(1) };
        others.set(feature, other);
        other.rows.put(arrival, other.rows.add([other.builder.code(otherValue(value))]));
      }
    }
    options.onLoaded?.(keys.length);
  }
  const order = inOrder(departments, departmentOf, keys);
  const columns = new Map<string, FeatureColumn>();
  const finish = (feature: string, builder: ColumnBuilder | undefined, codes: Int32Array): void => {
    const column = builder?.finish(codes);
    if (column !== undefined) columns.set(feature, column);
  };
  for (const { group, builders, rows } of groups.splice(0)) {
    for (const [index, feature] of group.features.entries()) {
      finish(feature, builders[index], rows.column(index, order.arrivals));
    }
    rows.clear();
  }
  for (const [feature, { builder, rows }] of others) finish(feature, builder, rows.column(0, order.arrivals));
  return {
    count: keys.length,
    departments: order.departments,
    departmentOf: order.departmentOf,
    keys: Array.from(order.arrivals, (arrival) => keys[arrival] ?? ""),
    otherFeatures: [...others.keys()].filter((feature) => columns.has(feature)).sort(),
    table: featureTable(keys.length, columns),
  };
}

/** The arrivals sorted by department and key; feeds page in key order, so that there is mostly nothing to sort. */
function inOrder(
  arrived: readonly string[],
  departmentOf: readonly number[],
  keys: readonly string[],
): { departments: readonly string[]; departmentOf: Int32Array; arrivals: Int32Array } {
  const departments = [...arrived].sort();
  const rank = arrived.map((name) => departments.indexOf(name));
  const source = (arrival: number): number => rank[departmentOf[arrival] ?? 0] ?? 0;
  const arrivals: number[] = [];
  for (const department of departments.keys()) {
    const here: number[] = [];
    let sorted = true;
    for (let arrival = 0; arrival < keys.length; arrival += 1) {
      if (source(arrival) !== department) continue;
      if (here.length > 0 && (keys[arrival] ?? "") <= (keys[here.at(-1) ?? 0] ?? "")) sorted = false;
      here.push(arrival);
    }
    if (!sorted) here.sort((one, other) => ((keys[one] ?? "") < (keys[other] ?? "") ? -1 : 1));
    for (const arrival of here) arrivals.push(arrival);
  }
  return {
    departments,
    departmentOf: Int32Array.from(arrivals, source),
    arrivals: Int32Array.from(arrivals),
  };
}
