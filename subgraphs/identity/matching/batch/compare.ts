import type { Condition } from "../condition.ts";
import type { Comparison, Model } from "../model.ts";
import { conditionCompiler, type PairTest } from "./compile-condition.ts";
import type { FeatureTable } from "./feature-table.ts";
import type { Pairs } from "./pairs.ts";

/** Pairs with all that weighing needs, so that they can be weighed again without being compared again. */
export interface Compared extends Pairs {
  /** Level of each comparison (-1 missing), by comparison. */
  readonly levels: readonly Int8Array[];
  /** A bit for each dependency of the model that holds. */
  readonly dependencies: Uint32Array;
}

/** So many pairs are compared before others get their turn. */
export const pairsAtOnce = 65_536;

/** The comparisons that at least one record can take part in; the others would only cost time. */
export function activeComparisons(table: FeatureTable, comparisons: readonly Comparison[]): Comparison[] {
  const compile = conditionCompiler(table);
  return comparisons.filter(({ missing }) => {
    const test = compile(missing);
    for (let record = 0; record < table.count; record += 1) if (!test(record, record)) return true;
    return false;
  });
}

/** A function that compares a range of pairs, by the conditions of a model, which `compile` makes ready for their table. */
export function comparer(
  compile: (condition: Condition) => PairTest,
  model: Pick<Model, "comparisons" | "dependencies">,
): (pairs: Pairs, from: number, to: number) => Compared {
  const comparisons = model.comparisons.map(({ missing, levels }) => ({
    missing: compile(missing),
    tests: levels.flatMap((level): PairTest[] => (level.when === undefined ? [] : [compile(level.when)])),
  }));
  const dependencies = model.dependencies.map((one) => compile(one.when));
  return (pairs, from, to) => {
    const [a, b] = [pairs.a.slice(from, to), pairs.b.slice(from, to)];
    const levels = comparisons.map(({ missing, tests }) => {
      const column = new Int8Array(a.length);
      for (let index = 0; index < a.length; index += 1) {
        const [left, right] = [a[index] as number, b[index] as number];
        if (missing(left, right)) {
          column[index] = -1;
          continue;
        }
        let level = 0;
        while (level < tests.length && !(tests[level] as PairTest)(left, right)) level += 1;
        column[index] = level;
      }
      return column;
    });
    const held = new Uint32Array(a.length);
    for (const [number, test] of dependencies.entries()) {
      for (let index = 0; index < a.length; index += 1) {
        if (test(a[index] as number, b[index] as number)) held[index] = (held[index] as number) | (1 << number);
      }
    }
    return { a, b, levels, dependencies: held };
  };
}

/** Compares pairs chunk by chunk. */
export function* comparePairs(
  table: FeatureTable,
  model: Pick<Model, "comparisons" | "dependencies">,
  pairs: Pairs,
): Generator<Compared> {
  const compare = comparer(conditionCompiler(table, { keep: true }), model);
  for (let from = 0; from < pairs.a.length; from += pairsAtOnce) {
    yield compare(pairs, from, Math.min(pairs.a.length, from + pairsAtOnce));
  }
}
