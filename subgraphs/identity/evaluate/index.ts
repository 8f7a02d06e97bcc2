import { type Inspection, type MatchInput, type MatchResult, match, type RecordId } from "../matching/match.ts";
import { probabilityOf } from "../matching/model.ts";
import { blockingGain } from "./blocking-gain.ts";
import { readMapping } from "./mapping.ts";
import { type ClusterQuality, clusterQuality, countPairs, type Quality, quality } from "./measures.ts";
import { printReport } from "./print.ts";
import { type LabelledSet, readSet } from "./read-set.ts";

export { builtInSets } from "./mapping.ts";
export { printReport } from "./print.ts";
export type { LabelledSet } from "./read-set.ts";

export interface EvaluationOptions {
  /** A built-in set; or a mapping file in JSON or YAML. */
  readonly set?: string;
  readonly mappingFile?: string;
  readonly dataFolder: string;
  /** Also cluster at each of these match probabilities, to see that nothing collapses. */
  readonly thresholds?: readonly number[];
  readonly memoryMb?: number;
  readonly signal?: AbortSignal;
}

export interface EvaluationReport {
  readonly set: string;
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
  /** Pairs of clusters that a steward would be shown, and the share of them whose likest records are one person. */
  readonly review: { readonly size: number; readonly yield: number };
  /** True share of matches by predicted probability. */
  readonly calibration: readonly { readonly from: number; readonly pairs: number; readonly matches: number }[];
  /** Where true pairs were lost: seen by no rule, scored too low, or kept apart by clustering. */
  readonly lost: { readonly blocking: number; readonly scoring: number; readonly clustering: number };
  readonly seconds: number;
  readonly peakMemoryMb: number;
}

/**
 * Links a labelled set without its labels, then measures the result with them. Throws `CONFIGURATION_INVALID` where the
 * mapping and the files do not fit together.
 */
export async function evaluate(options: EvaluationOptions): Promise<EvaluationReport> {
  const mapping = readMapping(options);
  const set = await readSet(mapping, options.dataFolder);
  return await evaluateSet(mapping.set, set, {
    ...options,
    sources: mapping.sources,
    train: true,
    betweenSources: mapping.pairs === "BETWEEN_SOURCES",
  });
}

/** Links a labelled set in memory without its labels, then measures the result with them. */
export async function evaluateSet(
  name: string,
  set: LabelledSet,
  options: Pick<MatchInput, "sources" | "model" | "train" | "useIdentifiers" | "memoryMb" | "signal"> & {
    /** Score only the pairs of two sources. */
    readonly betweenSources?: boolean;
    readonly thresholds?: readonly number[];
  },
): Promise<EvaluationReport> {
  const { betweenSources = false, thresholds = [], ...matching } = options;
  const started = performance.now();
  let report: Omit<EvaluationReport, "review"> | undefined;
  const result = await match({
    ...matching,
    records: pagesOf(set),
    inspect: async (inspection) => {
      const seconds = (performance.now() - started) / 1000;
      const measured = await measure(inspection, set, betweenSources, thresholds);
      const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
      report = { set: name, ...measured, seconds, peakMemoryMb };
    },
  });
  if (report === undefined) throw new Error("the engine ended without showing its work");
  return { ...report, review: reviewQuality(result, set, betweenSources) };
}

/** The queue as stewards get it: of each two clusters the likest pair. */
function reviewQuality(
  { clusters, review }: MatchResult,
  { truth }: LabelledSet,
  betweenSources: boolean,
): EvaluationReport["review"] {
  const nameOf = ({ department, key }: RecordId): string => `${department}\n${key}`;
  const clusterOf = new Map(clusters.flatMap((cluster, index) => cluster.map((id) => [nameOf(id), index] as const)));
  const shown = new Map<string, { weight: number; same: boolean }>();
  for (const { a, b, weight } of review) {
    if (betweenSources && a.department === b.department) continue;
    const pair = [clusterOf.get(nameOf(a)) ?? -1, clusterOf.get(nameOf(b)) ?? -1].sort((x, y) => x - y).join();
    if (weight <= (shown.get(pair)?.weight ?? Number.NEGATIVE_INFINITY)) continue;
    shown.set(pair, { weight, same: truth.get(nameOf(a)) === truth.get(nameOf(b)) });
  }
  const right = [...shown.values()].filter(({ same }) => same).length;
  return { size: shown.size, yield: shown.size === 0 ? 0 : right / shown.size };
}

/** Evaluates and writes the report; with `json`, its last line is the report as one JSON object. */
export async function runEvaluate(
  options: EvaluationOptions & { json?: boolean; write: (line: string) => void },
): Promise<EvaluationReport> {
  const report = await evaluate(options);
  printReport(report, options.write);
  if (options.json) options.write(JSON.stringify(report));
  return report;
}

async function* pagesOf(set: LabelledSet): AsyncGenerator<LabelledSet["pages"][number]> {
  yield* set.pages;
}

async function measure(
  inspection: Inspection,
  set: LabelledSet,
  between: boolean,
  thresholds: readonly number[],
): Promise<Omit<EvaluationReport, "set" | "seconds" | "peakMemoryMb" | "review">> {
  const { loaded, clusters, pairs } = inspection;
  const truth = loaded.keys.map(
    (key, r) => set.truth.get(`${loaded.departments[loaded.departmentOf[r] ?? 0]}\n${key}`) ?? "",
  );
  const counts = (a: number, b: number): boolean => !between || loaded.departmentOf[a] !== loaded.departmentOf[b];
  const onePerson = (a: number, b: number): boolean => counts(a, b) && truth[a] === truth[b];
  const final = clusterQuality(clusters, truth, counts);
  const persons = new Map<string, number[]>();
  for (const [record, person] of truth.entries()) persons.set(person, [...(persons.get(person) ?? []), record]);
  const truePairs = [...persons.values()].reduce((sum, group) => sum + countPairs(group, truth, counts).all, 0);

  const { a: as, b: bs } = inspection.candidates;
  const blocked = as.reduce((sum, a, index) => sum + (onePerson(a, bs[index] ?? 0) ? 1 : 0), 0);
  const clusterOf = new Int32Array(loaded.count);
  for (const [index, cluster] of clusters.entries()) for (const record of cluster) clusterOf[record] = index;
  const bins = Array.from({ length: 10 }, (_, from) => ({ from: from / 10, pairs: 0, matches: 0 }));
  let [found, right] = [0, 0];
  let [keptApart, seenAndSplit] = [0, 0];
  const candidates = pairs[0];
  for (let index = 0; candidates !== undefined && index < candidates.length; index += 1) {
    const [a, b] = [candidates.a[index] ?? 0, candidates.b[index] ?? 0];
    if (!counts(a, b)) continue;
    const probability = probabilityOf(candidates.weight[index] ?? 0);
    const same = truth[a] === truth[b];
    const together = clusterOf[a] === clusterOf[b];
    const bin = bins[Math.min(9, Math.floor(probability * 10))];
    if (bin !== undefined) {
      bin.pairs += 1;
      bin.matches += same ? 1 : 0;
    }
    if (probability >= 0.5) {
      found += 1;
      right += same ? 1 : 0;
      if (same && !together) keptApart += 1;
    }
  }
  for (const [index, a] of as.entries()) {
    if (onePerson(a, bs[index] ?? 0) && clusterOf[a] !== clusterOf[bs[index] ?? 0]) seenAndSplit += 1;
  }
  const sweep = [];
  for (const threshold of thresholds) {
    const { f1, largest } = clusterQuality(await inspection.clustersAt(threshold), truth, counts);
    sweep.push({ threshold, f1, largest });
  }
  const { byRule } = blockingGain(
    loaded.table,
    inspection.blocking.map(({ rule }) => rule),
    pairsWithin(persons.values(), onePerson),
  );
  const lost = final.recall === 1 ? 0 : truePairs - final.right;
  return {
    records: loaded.count,
    truePairs,
    blocking: {
      candidates: as.length,
      recall: truePairs === 0 ? 1 : blocked / truePairs,
      reduction: 1 - as.length / Math.max(1, (loaded.count * (loaded.count - 1)) / 2),
      rules: inspection.blocking.map(({ rule, pairs, droppedPairs }, index) => ({
        rule: rule.join(" + "),
        pairs,
        droppedPairs,
        gain: byRule[index] ?? 0,
      })),
    },
    pairs: quality(right, found, truePairs),
    clusters: final,
    sweep,
    calibration: bins,
    lost: { blocking: lost - seenAndSplit, scoring: seenAndSplit - keptApart, clustering: keptApart },
  };
}

function* pairsWithin(
  groups: Iterable<readonly number[]>,
  counts: (a: number, b: number) => boolean,
): Generator<readonly [number, number]> {
  for (const group of groups) {
    for (const [index, a] of group.entries()) for (const b of group.slice(index + 1)) if (counts(a, b)) yield [a, b];
  }
}
