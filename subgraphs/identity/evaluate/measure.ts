import type { Inspection } from "../matching/match.ts";
import { probabilityOf } from "../matching/model.ts";
import { blockingGain } from "./blocking-gain.ts";
import { type ErrorPattern, errorPatterns } from "./losses.ts";
import { type ClusterQuality, clusterQuality, countPairs, type Quality, quality } from "./measures.ts";
import type { LabelledSet } from "./read-set.ts";

/** What one linking of a labelled set was worth. */
export interface LinkingQuality {
  readonly records: number;
  readonly truePairs: number;
  readonly blocking: {
    readonly candidates: number;
    readonly recall: number;
    /** Share of all pairs that need not be compared. */
    readonly reduction: number;
    /** `gain`: true pairs that no rule before it agrees on. */
    readonly rules: readonly {
      readonly rule: string;
      readonly pairs: number;
      readonly droppedPairs: number;
      readonly gain: number;
    }[];
  };
  /** Candidates at a match probability of .5 or more, before clustering. */
  readonly pairs: Quality;
  readonly clusters: ClusterQuality;
  /** Clusters at further match probabilities. */
  readonly sweep: readonly { readonly threshold: number; readonly f1: number; readonly largest: number }[];
  /** True share of matches by predicted probability. */
  readonly calibration: readonly { readonly from: number; readonly pairs: number; readonly matches: number }[];
  /** Where true pairs were lost: seen by no rule, scored too low, or kept apart by clustering. */
  readonly lost: { readonly blocking: number; readonly scoring: number; readonly clustering: number };
  /** What such pairs, and those that clusters hold wrongly, have in common. */
  readonly errors: Readonly<Record<ErrorKind, readonly ErrorPattern[]>>;
}

export const errorKinds = ["blocking", "scoring", "clustering", "merged"] as const;
/** Where a true pair was lost, or `merged` for two persons in one cluster. */
export type ErrorKind = (typeof errorKinds)[number];

const patternsShown = 5;

/** Judges clusters, candidates and their weights by the true person of each record. */
export async function measure(
  inspection: Inspection,
  set: LabelledSet,
  between: boolean,
  thresholds: readonly number[],
): Promise<LinkingQuality> {
  const { loaded, clusters, candidates } = inspection;
  const truth = loaded.keys.map(
    (key, r) => set.truth.get(`${loaded.departments[loaded.departmentOf[r] ?? 0]}\n${key}`) ?? "",
  );
  const counts = (a: number, b: number): boolean => !between || loaded.departmentOf[a] !== loaded.departmentOf[b];
  const onePerson = (a: number, b: number): boolean => counts(a, b) && truth[a] === truth[b];
  const persons = new Map<string, number[]>();
  for (const [record, person] of truth.entries()) {
    const records = persons.get(person);
    if (records === undefined) persons.set(person, [record]);
    else records.push(record);
  }
  const truePairs = [...persons.values()].reduce((sum, group) => sum + countPairs(group, truth, counts).all, 0);
  const sweep = [];
  for (const threshold of thresholds) {
    const { f1, largest } = clusterQuality(await inspection.clustersAt(threshold), truth, counts);
    sweep.push({ threshold, f1, largest });
  }
  const { found, right, bins } = judgeWeights(inspection, counts, onePerson);
  const wrong = wrongPairs(inspection, persons, counts, onePerson);
  const blocked = countWhere(candidates, onePerson);
  const { byRule } = blockingGain(
    loaded.table,
    inspection.blocking.map(({ rule }) => rule),
    pairsWithin(persons.values(), onePerson),
  );
  const patterns = (kind: ErrorKind) => errorPatterns(loaded.table, inspection.model, wrong[kind], patternsShown);
  return {
    records: loaded.count,
    truePairs,
    blocking: {
      candidates: candidates.a.length,
      recall: truePairs === 0 ? 1 : blocked / truePairs,
      reduction: 1 - candidates.a.length / Math.max(1, (loaded.count * (loaded.count - 1)) / 2),
      rules: inspection.blocking.map(({ rule, pairs, droppedPairs }, index) => ({
        rule: rule.join(" + "),
        pairs,
        droppedPairs,
        gain: byRule[index] ?? 0,
      })),
    },
    pairs: quality(right, found, truePairs),
    clusters: clusterQuality(clusters, truth, counts),
    sweep,
    calibration: bins,
    lost: {
      blocking: wrong.blocking.length,
      scoring: wrong.scoring.length,
      clustering: wrong.clustering.length,
    },
    errors: {
      blocking: patterns("blocking"),
      scoring: patterns("scoring"),
      clustering: patterns("clustering"),
      merged: patterns("merged"),
    },
  };
}

type PairTest = (a: number, b: number) => boolean;

/** Candidates at .5 or more, the right ones of them, and all by their probability. */
function judgeWeights({ pairs: [weighed] }: Inspection, counts: PairTest, onePerson: PairTest) {
  const bins = Array.from({ length: 10 }, (_, from) => ({ from: from / 10, pairs: 0, matches: 0 }));
  let [found, right] = [0, 0];
  for (let index = 0; weighed !== undefined && index < weighed.length; index += 1) {
    const [a, b] = [weighed.a[index] ?? 0, weighed.b[index] ?? 0];
    if (!counts(a, b)) continue;
    const probability = probabilityOf(weighed.weight[index] ?? 0);
    const matches = onePerson(a, b) ? 1 : 0;
    const bin = bins[Math.min(9, Math.floor(probability * 10))];
    if (bin !== undefined) {
      bin.pairs += 1;
      bin.matches += matches;
    }
    if (probability < 0.5) continue;
    found += 1;
    right += matches;
  }
  return { found, right, bins };
}

/** The pairs that clusters have wrong, true ones by the step that lost them. */
function wrongPairs(
  { loaded, clusters, candidates, pairs: [weighed] }: Inspection,
  persons: ReadonlyMap<string, readonly number[]>,
  counts: PairTest,
  onePerson: PairTest,
): Record<ErrorKind, (readonly [number, number])[]> {
  const clusterOf = new Int32Array(loaded.count);
  for (const [index, cluster] of clusters.entries()) for (const record of cluster) clusterOf[record] = index;
  const nameOf = (a: number, b: number): number => Math.min(a, b) * loaded.count + Math.max(a, b);
  const split = (a: number, b: number): boolean => clusterOf[a] !== clusterOf[b];
  const [seen, likely] = [new Set<number>(), new Set<number>()];
  for (let index = 0; index < candidates.a.length; index += 1) {
    const [a, b] = [candidates.a[index] ?? 0, candidates.b[index] ?? 0];
    if (onePerson(a, b) && split(a, b)) seen.add(nameOf(a, b));
  }
  for (let index = 0; weighed !== undefined && index < weighed.length; index += 1) {
    if ((weighed.weight[index] ?? 0) < 0) continue;
    const [a, b] = [weighed.a[index] ?? 0, weighed.b[index] ?? 0];
    if (onePerson(a, b) && split(a, b)) likely.add(nameOf(a, b));
  }
  const wrong: ReturnType<typeof wrongPairs> = { blocking: [], scoring: [], clustering: [], merged: [] };
  for (const pair of pairsWithin(persons.values(), (a, b) => counts(a, b) && split(a, b))) {
    const name = nameOf(...pair);
    wrong[likely.has(name) ? "clustering" : seen.has(name) ? "scoring" : "blocking"].push(pair);
  }
  wrong.merged.push(...pairsWithin(clusters, (a, b) => counts(a, b) && !onePerson(a, b)));
  return wrong;
}

function countWhere({ a: as, b: bs }: Inspection["candidates"], wanted: PairTest): number {
  return as.reduce((sum, a, index) => sum + (wanted(a, bs[index] ?? 0) ? 1 : 0), 0);
}

function* pairsWithin(groups: Iterable<readonly number[]>, wanted: PairTest): Generator<readonly [number, number]> {
  for (const group of groups) {
    for (const [index, a] of group.entries()) for (const b of group.slice(index + 1)) if (wanted(a, b)) yield [a, b];
  }
}
