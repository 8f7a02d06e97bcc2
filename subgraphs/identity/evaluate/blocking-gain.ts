import { codesOf, type FeatureTable } from "../matching/batch/feature-table.ts";
import type { BlockingRule } from "../matching/model.ts";

/**
 * How many of these pairs each rule is the first to see, in the order of the rules, and how many none sees. The cap on
 * large blocks is left aside: the gain of a rule is what it could find, its cost what it proposed.
 */
export function blockingGain(
  table: FeatureTable,
  rules: readonly BlockingRule[],
  pairs: Iterable<readonly [number, number]>,
): { readonly byRule: readonly number[]; readonly unseen: number } {
  const tests = rules.map((rule) => rule.map((part) => agreement(table, part)));
  const byRule = rules.map(() => 0);
  let unseen = 0;
  for (const [a, b] of pairs) {
    const first = tests.findIndex((parts) => parts.every((agrees) => agrees(a, b)));
    if (first < 0) unseen += 1;
    else byRule[first] = (byRule[first] ?? 0) + 1;
  }
  return { byRule, unseen };
}

/** Whether two records agree on a feature, or on its first letters. */
function agreement(table: FeatureTable, part: string): (a: number, b: number) => boolean {
  const [feature = part, letters] = part.split(":");
  const column = table.column(feature);
  const beginnings = column.values.map((value) =>
    value.slice(0, letters === undefined ? value.length : Number(letters)),
  );
  return (a, b) => {
    const others = codesOf(column, b).map((code) => beginnings[code]);
    return codesOf(column, a).some((code) => others.includes(beginnings[code]));
  };
}
