import { type MatchInput, type MatchResult, match, type RecordId } from "../matching/match.ts";
import { readMapping } from "./mapping.ts";
import { type LinkingQuality, measure } from "./measure.ts";
import { measureOperation, type Operation } from "./operation.ts";
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
  /** Also link into a store as the service does: see `measureOperation`. Takes several times as long. */
  readonly operation?: boolean;
  readonly signal?: AbortSignal;
}

export interface EvaluationReport extends LinkingQuality {
  readonly set: string;
  /** What of the files could not be used and what training found doubtful, in whole sentences. */
  readonly remarks: readonly string[];
  /** Pairs of clusters that a steward would be shown, and the share of them whose likest records are one person. */
  readonly review: { readonly size: number; readonly yield: number };
  /** How identity behaves in service; absent where only linking was asked for. */
  readonly operation?: Operation;
  /** What linking took, training included; neither reading the files nor measuring. */
  readonly seconds: number;
  /** Of the process until linking was done. */
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
  options: Pick<MatchInput, "sources" | "model" | "train" | "useIdentifiers" | "signal"> & {
    /** Score only the pairs of two sources. */
    readonly betweenSources?: boolean;
    readonly thresholds?: readonly number[];
    readonly operation?: boolean;
  },
): Promise<EvaluationReport> {
  const { betweenSources = false, thresholds = [], operation = false, ...matching } = options;
  const started = performance.now();
  let report: Omit<EvaluationReport, "review"> | undefined;
  const remarks = [...(set.remarks ?? [])];
  const result = await match({
    ...matching,
    records: pagesOf(set),
    onRemark: (remark) => remarks.push(remark),
    inspect: async (inspection) => {
      const seconds = (performance.now() - started) / 1000;
      const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
      const measured = await measure(inspection, set, betweenSources, thresholds);
      if (measured.truePairs === 0) remarks.push(noTruePairs(betweenSources));
      report = { set: name, remarks, ...measured, seconds, peakMemoryMb };
    },
  });
  if (report === undefined) throw new Error("the engine ended without showing its work");
  return {
    ...report,
    review: reviewQuality(result, set, betweenSources),
    ...(operation ? { operation: await measureOperation(set, { ...matching, model: result.model }) } : {}),
  };
}

function noTruePairs(betweenSources: boolean): string {
  return `By the labels no two records${betweenSources ? " of two sources" : ""} are of one person: recall and F1 say nothing.`;
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
