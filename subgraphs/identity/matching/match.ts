import { type BlockingReport, findCandidates } from "./batch/candidates.ts";
import { activeComparisons, comparePairs } from "./batch/compare.ts";
import { type BatchDatabase, openBatchDatabase } from "./batch/database.ts";
import { doubtfulRemark, withoutDoubtful } from "./batch/doubt.ts";
import { countFrequencies, frequencyFeatures, type ValueFrequencies } from "./batch/frequencies.ts";
import { learnHouseholds } from "./batch/learn-households.ts";
import { learnThreshold } from "./batch/learn-threshold.ts";
import { type LoadedRecords, loadRecords, type RecordPage } from "./batch/load.ts";
import type { Pairs } from "./batch/pairs.ts";
import { learnFromClusters, randomLevels, type TrainingData, trainModel } from "./batch/train.ts";
import { loadBlockingKeys } from "./batch/training-blocks.ts";
import { defaultModel } from "./default-model.ts";
import type { WeighedPairs } from "./edges.ts";
import { type Constraints, type LinkOptions, linkRecords } from "./link.ts";
import { type Link, linksWithin, pairsToReview, strongestLinks } from "./links.ts";
import { forRecords, type Model, type TrainingRecord } from "./model.ts";
import { NameOrder } from "./name-order.ts";
import { startingModel, withOtherFeatures } from "./starting-model.ts";

/** A record across all departments. */
export interface RecordId {
  readonly department: string;
  readonly key: string;
}

export interface SourceDescription {
  readonly department: string;
  /** True when each person has at most one record here. */
  readonly uniquePerPerson: boolean;
}

export interface MatchInput {
  readonly sources: readonly SourceDescription[];
  readonly records: AsyncIterable<RecordPage>;
  /** Pairs that a steward has declared to be two persons; and those declared to be one. */
  readonly cannotLink?: readonly (readonly [RecordId, RecordId])[];
  readonly mustLink?: readonly (readonly [RecordId, RecordId])[];
  /** When absent, the shipped model; for training the one before any, so that one city does not colour another. */
  readonly model?: Model;
  /** Learn m, u and the prior from these records first, starting from the model. */
  readonly train?: boolean;
  /** False leaves identifiers out; true by default. */
  readonly useIdentifiers?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MatchProgress) => void;
  /** Hears what training makes doubtful, in whole sentences without anything that stands in a record. */
  readonly onRemark?: (remark: string) => void;
  /** Sees the numbers before the data are dropped: the evaluation measures blocking and scoring with it. */
  readonly inspect?: (inspection: Inspection) => void | Promise<void>;
}

export interface MatchProgress {
  readonly stage: "loading" | "blocking" | "training" | "scoring" | "done";
  readonly records: number;
}

export interface Inspection {
  readonly loaded: LoadedRecords;
  /** How common the values of the features are that the model weighs by rarity. */
  readonly frequencies: ReadonlyMap<string, ValueFrequencies>;
  /** The pairs that blocking proposed. */
  readonly candidates: Pairs;
  readonly pairs: readonly WeighedPairs[];
  readonly clusters: readonly (readonly number[])[];
  readonly model: Model;
  readonly blocking: readonly BlockingReport[];
  /** Clusters the same weighed candidates again at another match probability. */
  readonly clustersAt: (threshold: number) => Promise<readonly (readonly number[])[]>;
}

export interface MatchResult {
  /** Every record in exactly one cluster, in an order that depends on the records alone. */
  readonly clusters: readonly (readonly RecordId[])[];
  /** Weighed pairs within clusters, made while they are read. */
  readonly links: Iterable<Link>;
  /** The heaviest of the links of a record, by the number that `inspect` saw it under; made when it is asked for. */
  readonly strongestLink: (record: number) => Link | undefined;
  /** Pairs in the review band or above it that clustering kept apart. */
  readonly review: Iterable<Link>;
  readonly model: Model;
  readonly stats: { readonly records: number; readonly blocking: readonly BlockingReport[] };
}

const trainingRounds = 2;

/**
 * Links person records: loads, blocks, trains if asked, scores and clusters. The same records give the same clusters in
 * whatever order they arrive. Nothing of the records outlives the call but their keys.
 */
export async function match(input: MatchInput): Promise<MatchResult> {
  let database: BatchDatabase | undefined;
  const tell = (stage: MatchProgress["stage"], records: number): void => {
    input.signal?.throwIfAborted();
    input.onProgress?.({ stage, records });
  };
  try {
    const nameOrder = new NameOrder();
    const loaded = await loadRecords(input.train ? nameOrder.watched(input.records) : input.records, {
      useIdentifiers: input.useIdentifiers ?? true,
      signal: input.signal,
      onLoaded: (count) => tell("loading", count),
    });
    tell("blocking", loaded.count);
    const { table } = loaded;
    const full = withOtherFeatures(
      forRecords(input.model ?? (input.train ? startingModel() : defaultModel()), loaded.count),
      loaded.otherFeatures,
    );
    let model: Model = { ...full, comparisons: activeComparisons(table, full.comparisons) };
    const frequencies = countFrequencies(table, frequencyFeatures(model));
    const uniqueSources = uniqueSourcesOf(input.sources, loaded.departments);
    const blocking = { sourceOf: loaded.departmentOf, uniqueSources, training: input.train, signal: input.signal };
    const { reports, ...candidates } = await findCandidates(table, model.blocking, blocking);
    const constraints = constraintsOf(input, loaded, new Set(uniqueSources));
    const options = { table, frequencies, constraints, signal: input.signal };
    if (input.train) {
      tell("training", loaded.count);
      for (const remark of nameOrder.remarks()) input.onRemark?.(remark);
      const compared = [...comparePairs(table, model, candidates)];
      database = await openBatchDatabase();
      await loadBlockingKeys(database, table, loaded.departmentOf, model.training);
      model = {
        ...(await train({ database, table, compared }, untrained(model), {
          ...options,
          candidates: compared,
          threshold: 0.94,
          onRemark: input.onRemark,
        })),
        trainedOn: trainingRecordOf(loaded, frequencies),
      };
      database.close();
    }
    tell("scoring", loaded.count);
    const at = async (threshold: number) => linkRecords(model, { ...options, candidates, threshold });
    const { pairs, clusters } = await at(model.thresholds.link);
    await input.inspect?.({
      loaded,
      frequencies,
      candidates,
      pairs,
      clusters,
      model,
      blocking: reports,
      clustersAt: async (threshold) => (await at(threshold)).clusters,
    });
    tell("done", loaded.count);
    const idOf = idsOf(loaded);
    const material = { clusters, pairs, model, idOf, count: loaded.count };
    return {
      clusters: clusters.map((cluster) => cluster.map(idOf)),
      links: linksWithin(material),
      strongestLink: strongestLinks(material),
      review: pairsToReview(material),
      model: {
        ...full,
        ...model,
        comparisons: full.comparisons.map(
          (one) => model.comparisons.find((other) => other.attribute === one.attribute) ?? one,
        ),
      },
      stats: { records: loaded.count, blocking: reports },
    };
  } finally {
    database?.close();
  }
}

/** Names records by number. What else was loaded of them is not kept for it: the names may be asked for long after. */
function idsOf({ departments, departmentOf, keys }: LoadedRecords): (record: number) => RecordId {
  return (record) => ({ department: departments[departmentOf[record] ?? 0] ?? "", key: keys[record] ?? "" });
}

/** What was learnt elsewhere is where training starts, but how common values are is not taken from there. */
function untrained({ trainedOn: _, ...model }: Model): Model {
  return model;
}

function trainingRecordOf(
  { count, departments, table }: LoadedRecords,
  frequencies: ReadonlyMap<string, ValueFrequencies>,
): TrainingRecord {
  const known = [...frequencies].filter(([feature]) => table.known(feature));
  return {
    records: count,
    departments,
    collisions: Object.fromEntries(known.map(([feature, { collision }]) => [feature, collision])),
  };
}

async function train(
  data: TrainingData,
  start: Model,
  { onRemark, ...options }: LinkOptions & Pick<MatchInput, "onRemark">,
): Promise<Model> {
  let model = learnHouseholds(data.compared, await trainModel(data, start), start);
  const random = randomLevels(data.table, start);
  let doubtful: readonly string[] = [];
  for (let round = 0; round < trainingRounds; round += 1) {
    const { clusters } = await linkRecords(model, options);
    const learnt = withoutDoubtful(learnFromClusters(data.table, model, start, clusters, random), start);
    doubtful = learnt.doubtful;
    model = learnHouseholds(data.compared, learnt.model, start);
  }
  for (const attribute of doubtful) onRemark?.(doubtfulRemark(attribute));
  const link = await learnThreshold(model, { ...options, candidates: data.compared }, onRemark);
  return { ...model, thresholds: { ...model.thresholds, link } };
}

function uniqueSourcesOf(sources: readonly SourceDescription[], departments: readonly string[]): number[] {
  const unique = new Set(sources.filter((source) => source.uniquePerPerson).map((source) => source.department));
  return departments.flatMap((name, index) => (unique.has(name) ? [index] : []));
}

function constraintsOf(input: MatchInput, loaded: LoadedRecords, unique: ReadonlySet<number>): Constraints {
  const pairs = [...(input.cannotLink ?? []), ...(input.mustLink ?? [])];
  const wanted = new Set(pairs.flat().map(({ department, key }) => `${department}\n${key}`));
  const numbers = new Map<string, number>();
  for (let r = 0; wanted.size > 0 && r < loaded.count; r += 1) {
    const name = `${loaded.departments[loaded.departmentOf[r] ?? 0]}\n${loaded.keys[r]}`;
    if (wanted.has(name)) numbers.set(name, r);
  }
  const numbered = (given: MatchInput["cannotLink"]): [number, number][] =>
    (given ?? []).flatMap(([one, other]): [number, number][] => {
      const found = [one, other].map(({ department, key }) => numbers.get(`${department}\n${key}`));
      const [a, b] = found.sort((x, y) => (x ?? 0) - (y ?? 0));
      return a === undefined || b === undefined || a === b ? [] : [[a, b]];
    });
  return {
    uniqueSourceOf: (record) => {
      const source = loaded.departmentOf[record] ?? -1;
      return unique.has(source) ? source : -1;
    },
    cannotLink: new Set(numbered(input.cannotLink).map(([a, b]) => `${a}:${b}`)),
    mustLink: numbered(input.mustLink),
  };
}
