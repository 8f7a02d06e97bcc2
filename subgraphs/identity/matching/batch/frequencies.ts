import type { Model } from "../model.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";

/** How common the values of one feature are. */
export interface ValueFrequencies {
  /** Chance that two random records agree on the feature. */
  readonly collision: number;
  /** Share of the records that carry the value, by value code. */
  readonly shares: Float64Array;
  /** Records that carry the value, by value code. */
  readonly counts: Int32Array;
  /** The share of a value that at most two records carry: it is as rare as it gets. */
  readonly rare: number;
}

/** The features whose term frequencies the model uses. */
export function frequencyFeatures(model: Model): string[] {
  const named = model.comparisons.flatMap((comparison) => comparison.levels.map((level) => level.frequency));
  return [...new Set(named.filter((feature) => feature !== undefined))].sort();
}

/** Counts the values of these features; a value counts once per record. */
export function countFrequencies(table: FeatureTable, features: readonly string[]): Map<string, ValueFrequencies> {
  return new Map(features.map((feature) => [feature, countValues(table, feature)]));
}

function countValues(table: FeatureTable, feature: string): ValueFrequencies {
  const column = table.column(feature);
  const counts = new Int32Array(column.values.length);
  let total = 0;
  for (let record = 0; record < table.count; record += 1) {
    for (const code of codesOf(column, record)) {
      counts[code] = (counts[code] ?? 0) + 1;
      total += 1;
    }
  }
  const same = counts.reduce((sum, n) => sum + n * (n - 1), 0);
  const collision = total > 1 ? Math.max(same, 1) / (total * (total - 1)) : 1;
  // The pair at hand does not make its own value common, and few records do not make any value rare.
  const records = Math.max(total - 2, 0) + 1 / collision;
  const shares = Float64Array.from(counts, (n) => (Math.max(n - 2, 0) + 1) / records);
  return { collision, shares, counts, rare: 1 / records };
}
