import { comparePairs } from "../matching/batch/compare.ts";
import type { FeatureTable } from "../matching/batch/feature-table.ts";
import type { Model } from "../matching/model.ts";

/** What the pairs of one kind of error have in common, without anything that is written in them. */
export interface ErrorPattern {
  /** What each attribute that does not agree says, such as `dateOfBirth: missing, familyName: similar`. */
  readonly differences: string;
  readonly pairs: number;
}

/** The commonest patterns of differences among these pairs, most pairs first. */
export function errorPatterns(
  table: FeatureTable,
  { comparisons }: Pick<Model, "comparisons">,
  pairs: readonly (readonly [number, number])[],
  most: number,
): readonly ErrorPattern[] {
  const numbers = { a: Int32Array.from(pairs, ([a]) => a), b: Int32Array.from(pairs, ([, b]) => b) };
  const counts = new Map<string, number>();
  for (const { a, levels } of comparePairs(table, { comparisons, dependencies: [] }, numbers)) {
    for (let index = 0; index < a.length; index += 1) {
      const differences = comparisons.flatMap(({ attribute, levels: answers }, number): string[] => {
        const level = levels[number]?.[index] ?? -1;
        return level === 0 ? [] : [`${attribute}: ${answers[level]?.name ?? "missing"}`];
      });
      const name = differences.join(", ") || "none";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return Array.from(counts, ([differences, count]) => ({ differences, pairs: count }))
    .sort((one, other) => other.pairs - one.pairs || (one.differences < other.differences ? -1 : 1))
    .slice(0, most);
}
