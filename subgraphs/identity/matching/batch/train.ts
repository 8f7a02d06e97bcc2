import { expectMatches, type Pattern, posterior, smooth } from "../expectation.ts";
import { attributesOf } from "../features.ts";
import type { BlockingRule, Model } from "../model.ts";
import { monotone } from "../monotone.ts";
import { type Compared, comparePairs } from "./compare.ts";
import type { BatchDatabase } from "./database.ts";
import type { FeatureTable } from "./feature-table.ts";
import { measuringPrior } from "./learn-households.ts";
import type { Pairs } from "./pairs.ts";
import { candidateSample, mixed, patternsOf, sampling } from "./patterns.ts";
import { blockingColumns, columnOf, createBlocks } from "./training-blocks.ts";

/** What training looks at. */
export interface TrainingData {
  readonly database: BatchDatabase;
  readonly table: FeatureTable;
  /** The candidate pairs. */
  readonly compared: readonly Compared[];
}

const randomPairs = 300_000;
const pairsPerTrainingRule = 300_000;

/**
 * Learns m, u and the prior from unlabelled records: u from random pairs, m by EM within each training rule's blocks
 * and then over the candidates. The model given is the start and, as
 * pseudo-observations, the counterweight where the data say little.
 */
export async function trainModel(data: TrainingData, start: Model): Promise<Model> {
  const records = data.table.count;
  if (records < 2) return start;
  const allPairs = (records * (records - 1)) / 2;
  const random = patternsAmong(data.table, start, randomSample(records));
  const candidates = patternsOf(data.compared, { limit: candidateSample });
  let model = withU(start, random, () => 0);
  for (let round = 0; round < 3; round += 1) {
    if (round === 0) model = await learnFromRules(data, model);
    for (let inner = 0; inner < 5; inner += 1) {
      const { m, u, prior } = probabilities(model);
      const expected = candidates.patterns.reduce(
        (sum, one) => sum + one.pairs * posterior(one.levels, m, u, prior),
        0,
      );
      const share = Math.max(expected * candidates.scale, 1) / allPairs;
      model = { ...model, probabilityTwoRandomRecordsMatch: Math.min(share, 0.5) };
    }
    const inCandidates =
      (model.probabilityTwoRandomRecordsMatch * allPairs) / Math.max(1, candidates.total * candidates.scale);
    const estimate = expectMatches(candidates.patterns, model.comparisons, {
      matches: Math.min(0.5, model.probabilityTwoRandomRecordsMatch),
      fixMatches: true,
      learn: model.comparisons.map(() => true),
      prior: 20,
      around: start.comparisons,
      rounds: inCandidates > 0 ? 8 : 0,
    });
    model = withM(model, estimate.m);
    const { m, u, prior } = probabilities(model);
    model = ordered(withU(model, random, (levels) => posterior(levels, m, u, prior), start));
  }
  return model;
}

function probabilities(model: Model): { m: number[][]; u: number[][]; prior: number } {
  return {
    m: model.comparisons.map((one) => one.levels.map((level) => level.m)),
    u: model.comparisons.map((one) => one.levels.map((level) => level.u)),
    prior: model.probabilityTwoRandomRecordsMatch,
  };
}

/** u from random pairs, each counted for the probability that it is not of one person after all. */
function withU(
  model: Model,
  random: readonly Pattern[],
  matching: (levels: readonly number[]) => number,
  start = model,
): Model {
  const counts = model.comparisons.map((comparison) => comparison.levels.map(() => 0));
  for (const pattern of random) {
    const weight = pattern.pairs * (1 - matching(pattern.levels));
    for (const [index, level] of pattern.levels.entries()) {
      const row = counts[index];
      if (level >= 0 && row !== undefined) row[level] = (row[level] ?? 0) + weight;
    }
  }
  const comparisons = model.comparisons.map((comparison, index) => {
    const u = smooth(counts[index] ?? [], start.comparisons[index]?.levels.map((level) => level.u) ?? [], 2000);
    return { ...comparison, levels: comparison.levels.map((level, number) => ({ ...level, u: u[number] ?? level.u })) };
  });
  return { ...model, comparisons };
}

function withM(model: Model, m: readonly (readonly number[] | undefined)[]): Model {
  const comparisons = model.comparisons.map((comparison, index) => ({
    ...comparison,
    levels: comparison.levels.map((level, number) => ({ ...level, m: m[index]?.[number] ?? level.m })),
  }));
  return { ...model, comparisons };
}

/** The model that training hands on: see `monotone`. */
function ordered(model: Model): Model {
  return { ...model, comparisons: model.comparisons.map((one) => ({ ...one, levels: monotone(one.levels) })) };
}

async function learnFromRules({ database, table }: TrainingData, model: Model): Promise<Model> {
  const sums = model.comparisons.map((comparison) => comparison.levels.map(() => 0));
  const weights = model.comparisons.map(() => 0);
  const known = await blockingColumns(database);
  for (const rule of model.training) {
    if (!rule.every((part) => known.has(columnOf(part)))) continue;
    const agreed = new Set(rule.flatMap((part) => attributesOf(part.split(":")[0] ?? "")));
    const learn = model.comparisons.map((comparison) => !agreed.has(comparison.attribute));
    const patterns = patternsAmong(table, model, await blockSample(database, rule));
    if (patterns.reduce((sum, pattern) => sum + pattern.pairs, 0) < 50) continue;
    const estimate = expectMatches(patterns, model.comparisons, { matches: 0.3, learn, prior: 20 });
    for (const [index, row] of estimate.m.entries()) {
      const weight = Math.min(estimate.observed[index] ?? 0, 5000);
      if (row === undefined || weight === 0) continue;
      weights[index] = (weights[index] ?? 0) + weight;
      const sum = sums[index] ?? [];
      for (const [level, share] of row.entries()) sum[level] = (sum[level] ?? 0) + share * weight;
    }
  }
  return withM(
    model,
    sums.map((row, index) => ((weights[index] ?? 0) > 0 ? row.map((sum) => sum / (weights[index] ?? 1)) : undefined)),
  );
}

function patternsAmong(table: FeatureTable, { comparisons }: Model, pairs: Pairs): Pattern[] {
  return patternsOf(comparePairs(table, { comparisons, dependencies: [] }, pairs)).patterns;
}

async function blockSample(database: BatchDatabase, rule: BlockingRule): Promise<Pairs> {
  await createBlocks(database, rule);
  const pairs =
    "SELECT DISTINCT x.r AS a, y.r AS b FROM block x JOIN block y ON x.k = y.k AND x.r < y.r WHERE x.n <= 200";
  const [counted] = await database.rows<{ n: number }>(
    "SELECT coalesce(sum(n - 1) / 2, 0)::DOUBLE AS n FROM block WHERE n <= 200",
  );
  const share = pairsPerTrainingRule / Math.max(counted?.n ?? 0, 1);
  const some = share >= 1 ? "" : `WHERE hash(a, b) % 1000 < ${Math.ceil(1000 * share)}`;
  const [a, b] = await database.integers(`SELECT a, b FROM (${pairs}) ${some} ORDER BY a, b`);
  await database.run("DROP TABLE block");
  return { a: a ?? new Int32Array(0), b: b ?? new Int32Array(0) };
}

/** Random pairs by mixing a counter: the same for the same records, in whatever order they arrived. */
function randomSample(records: number): Pairs {
  const [a, b]: [number[], number[]] = [[], []];
  const put = (p: number, q: number): void => {
    if (p === q) return;
    a.push(Math.min(p, q));
    b.push(Math.max(p, q));
  };
  if ((records * (records - 1)) / 2 <= randomPairs) {
    for (let p = 0; p < records; p += 1) for (let q = p + 1; q < records; q += 1) put(p, q);
  } else {
    for (let i = 0; i < randomPairs; i += 1) put(mixed(2 * i + 1) % records, mixed(2 * i + 2) % records);
  }
  return { a: Int32Array.from(a), b: Int32Array.from(b) };
}

/**
 * Learns from clusters: m from all pairs within them, also those that no rule would have blocked, u from random pairs
 * outside. EM over candidates alone mistakes namesakes for matches where names are common.
 */
export function learnFromClusters(
  table: FeatureTable,
  model: Model,
  start: Model,
  clusters: readonly (readonly number[])[],
  random: readonly (readonly number[])[],
): Model {
  const records = table.count;
  const pairs = clusters.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  const kept = sampling(pairs, candidateSample);
  const [as, bs]: [number[], number[]] = [[], []];
  for (const cluster of clusters) {
    for (const [index, a] of cluster.entries()) {
      for (let other = index + 1; other < cluster.length; other += 1) {
        const b = cluster[other] ?? a;
        if (!kept(a, b)) continue;
        as.push(a);
        bs.push(b);
      }
    }
  }
  const patterns = patternsAmong(table, model, { a: Int32Array.from(as), b: Int32Array.from(bs) });
  const counts = levelCounts(model, patterns);
  const m = counts.map((row, index) =>
    smooth(row, start.comparisons[index]?.levels.map((level) => level.m) ?? [], 20).map((share, number) => {
      const seen = Math.max(row[number] ?? 0, random[index]?.[number] ?? 0);
      const [level, before] = [model.comparisons[index]?.levels[number], start.comparisons[index]?.levels[number]];
      // What hardly occurs among these records, together or apart, does not lose its meaning by that.
      return seen >= leastSeen || !level || !before ? share : Math.min(1, level.u * (before.m / before.u));
    }),
  );
  const share = Math.min(0.5, Math.max(pairs, 1) / ((records * (records - 1)) / 2));
  return { ...learnMoves(ordered(withM(model, m)), patterns), probabilityTwoRandomRecordsMatch: share };
}

/** Fewer pairs than this tell nothing of a level. */
const leastSeen = 5;

/** How often each level occurs among random pairs. */
export function randomLevels(table: FeatureTable, model: Model): number[][] {
  return levelCounts(model, patternsAmong(table, model, randomSample(table.count)));
}

/** Measures in how many pairs of one person street and post code both differ: that is what a move may cost at most. */
function learnMoves(model: Model, patterns: readonly Pattern[]): Model {
  const positions = ["street", "postCode"].map((name) => model.comparisons.findIndex((one) => one.attribute === name));
  let [observed, moved] = [measuringPrior, 0.1 * measuringPrior];
  for (const { levels, pairs } of patterns) {
    const seen = positions.filter((position) => (levels[position] ?? -1) >= 0);
    if (seen.length === 0) continue;
    observed += pairs;
    const different = (position: number) => levels[position] === (model.comparisons[position]?.levels.length ?? 0) - 1;
    if (seen.every(different)) moved += pairs;
  }
  const atLeast = Math.log2(moved / observed / 0.95);
  const dependencies = model.dependencies.map((one) => (one.atLeast === undefined ? one : { ...one, atLeast }));
  return { ...model, dependencies };
}

function levelCounts(model: Model, patterns: readonly Pattern[]): number[][] {
  const counts = model.comparisons.map((comparison) => comparison.levels.map(() => 0));
  for (const pattern of patterns) {
    for (const [index, level] of pattern.levels.entries()) {
      const row = counts[index];
      if (level >= 0 && row !== undefined) row[level] = (row[level] ?? 0) + pattern.pairs;
    }
  }
  return counts;
}
