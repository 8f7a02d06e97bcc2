import { type Compared, comparer } from "../matching/batch/compare.ts";
import { conditionCompiler } from "../matching/batch/compile-condition.ts";
import { featuresIn } from "../matching/batch/model-conditions.ts";
import type { Comparison, Model } from "../matching/model.ts";
import type { RecordTable } from "./record-table.ts";

/** Pairs of records, by number. */
type Pairs = Pick<Compared, "a" | "b">;

/**
 * Compares pairs as a run over all records does. The records of a person repeat a few names and addresses: what a
 * comparison says of two of them is asked once, and holds for all pairs that have them.
 */
export function compareFew(
  table: RecordTable,
  model: Pick<Model, "comparisons" | "dependencies">,
  pairs: Pairs,
): Compared {
  const count = pairs.a.length;
  const compile = conditionCompiler(table);
  const compared = comparer(compile, { comparisons: [], dependencies: model.dependencies })(pairs, 0, count);
  const levels: Int8Array[] = [];
  for (const [classes, numbers] of comparisonsByClasses(table, model)) {
    const comparisons = numbers.map((number) => model.comparisons[number] as Comparison);
    const { few, of } = distinct(pairs, classes);
    const answers = comparer(compile, { comparisons, dependencies: [] })(few, 0, few.a.length).levels;
    for (const [index, number] of numbers.entries()) {
      levels[number] = spread(answers[index] as Int8Array, of);
    }
  }
  return { ...compared, levels };
}

/** The numbers of the comparisons that look at features of the same group. */
function comparisonsByClasses(
  table: RecordTable,
  { comparisons }: Pick<Model, "comparisons">,
): ReadonlyMap<readonly number[] | undefined, readonly number[]> {
  const groups = new Map<readonly number[] | undefined, number[]>();
  for (const [number, comparison] of comparisons.entries()) {
    const classes = table.classes(featuresOf(comparison));
    const group = groups.get(classes);
    if (group === undefined) groups.set(classes, [number]);
    else group.push(number);
  }
  return groups;
}

/** Pairs of which no two are of the same classes, and for each of all pairs the one of these that stands for it. */
function distinct(pairs: Pairs, classes: readonly number[] | undefined): { few: Pairs; of: Int32Array } {
  const count = pairs.a.length;
  if (classes === undefined) return { few: pairs, of: Int32Array.from({ length: count }, (_, pair) => pair) };
  const of = new Int32Array(count);
  const standing = new Map<number, number>();
  const [a, b]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < count; pair += 1) {
    const [left, right] = [pairs.a[pair] ?? 0, pairs.b[pair] ?? 0];
    const name = (classes[left] ?? 0) * 2 ** 20 + (classes[right] ?? 0);
    let known = standing.get(name);
    if (known === undefined) {
      known = a.push(left) - 1;
      b.push(right);
      standing.set(name, known);
    }
    of[pair] = known;
  }
  return { few: { a: Int32Array.from(a), b: Int32Array.from(b) }, of };
}

/** For each of all pairs what was answered for the one that stands for it. */
function spread(answer: Int8Array, of: Int32Array): Int8Array {
  const levels = new Int8Array(of.length);
  for (let pair = 0; pair < of.length; pair += 1) levels[pair] = answer[of[pair] as number] as number;
  return levels;
}

/** What a comparison looks at; asked of each once. */
function featuresOf(comparison: Comparison): readonly string[] {
  let features = known.get(comparison);
  if (features === undefined) {
    features = featuresIn({ comparisons: [comparison], dependencies: [] });
    known.set(comparison, features);
  }
  return features;
}

const known = new WeakMap<Comparison, readonly string[]>();
