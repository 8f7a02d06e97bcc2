import { type Compared, comparer } from "../matching/batch/compare.ts";
import {
  ColumnBuilder,
  codesOf,
  type FeatureColumn,
  type FeatureTable,
  featureTable,
} from "../matching/batch/feature-table.ts";
import type { ValueFrequencies } from "../matching/batch/frequencies.ts";
import { weigh } from "../matching/batch/weigh.ts";
import type { WeighedPairs } from "../matching/edges.ts";
import type { Features } from "../matching/features.ts";
import type { Model } from "../matching/index.ts";
import { type StoredScoring, shareName } from "./scoring.ts";

/**
 * Weighs pairs of a few records as a run over all of them does, with the same code. The pairs are numbers of the records,
 * in the order in which a run numbers them: by department and key.
 */
export async function weighFew(
  scoring: StoredScoring,
  records: readonly Features[],
  pairs: readonly (readonly [number, number])[],
): Promise<WeighedPairs> {
  const { model } = scoring;
  const table = tableOf(records);
  const numbered = { a: Int32Array.from(pairs, ([a]) => a), b: Int32Array.from(pairs, ([, b]) => b) };
  const compared = comparer(table, model)(numbered, 0, pairs.length);
  const values = new Map<string, readonly [string, string]>();
  for (const [feature, code] of agreedValues(model, table, compared)) {
    const value = table.column(feature).values[code] ?? "";
    if (scoring.features[feature]) values.set(shareName(feature, value), [feature, value]);
  }
  const shares = await scoring.shares(values.values());
  return await weigh([compared], model, { table, frequencies: frequenciesOf(scoring, table, shares) });
}

function tableOf(records: readonly Features[]): FeatureTable {
  const builders = new Map<string, ColumnBuilder>();
  for (const [record, features] of records.entries()) {
    for (const feature in features) {
      const value = features[feature];
      if (value === undefined) continue;
      let builder = builders.get(feature);
      if (builder === undefined) {
        builder = new ColumnBuilder(feature);
        builders.set(feature, builder);
      }
      builder.put(record, builder.code(value));
    }
  }
  const inOrder = Int32Array.from(records.keys());
  const columns = new Map<string, FeatureColumn>();
  for (const [feature, builder] of builders) {
    const column = builder.finish(inOrder);
    if (column !== undefined) columns.set(feature, column);
  }
  return featureTable(records.length, columns);
}

/** The values whose rarity decides what the levels of the pairs weigh, as feature and value code. */
function* agreedValues(
  model: Model,
  table: FeatureTable,
  { a, b, levels }: Compared,
): Iterable<readonly [string, number]> {
  for (const [number, comparison] of model.comparisons.entries()) {
    const reached = levels[number] ?? new Int8Array(0);
    for (const [index, level] of reached.entries()) {
      const feature = level < 0 ? undefined : comparison.levels[level]?.frequency;
      if (feature === undefined) continue;
      const column = table.column(feature);
      const [left, right] = [codesOf(column, a[index] ?? 0), codesOf(column, b[index] ?? 0)];
      for (const code of left) if (column.lists === undefined || right.includes(code)) yield [feature, code];
      if (column.lists === undefined) for (const code of right) yield [feature, code];
    }
  }
}

function frequenciesOf(
  { features }: StoredScoring,
  table: FeatureTable,
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, ValueFrequencies> {
  const frequencies = new Map<string, ValueFrequencies>();
  for (const [feature, { collision, rare }] of Object.entries(features)) {
    const { values } = table.column(feature);
    const shares = Float64Array.from(values, (value) => known.get(shareName(feature, value)) ?? rare);
    frequencies.set(feature, { collision, rare, shares, counts: new Int32Array(0) });
  }
  return frequencies;
}
