import type { Compared } from "./batch/compare.ts";
import type { FeatureTable } from "./batch/feature-table.ts";
import type { ValueFrequencies } from "./batch/frequencies.ts";
import type { Pairs } from "./batch/pairs.ts";
import { weigh } from "./batch/weigh.ts";
import { PairWeigher, weighPairs } from "./batch/weigh-pairs.ts";
import { type ClusteringOptions, clusterComponent, type Edge, Forest } from "./clustering.ts";
import { demanded, forbidden } from "./decided.ts";
import type { WeighedPairs } from "./edges.ts";
import { type Model, weightOf } from "./model.ts";

export interface LinkOptions {
  /** The candidate pairs; compared where they are weighed more than once. */
  readonly candidates: Pairs | Iterable<Compared>;
  readonly table: FeatureTable;
  readonly frequencies: ReadonlyMap<string, ValueFrequencies>;
  readonly constraints: Constraints;
  /** Match probability from which groups are joined. */
  readonly threshold: number;
  readonly signal?: AbortSignal;
}

export interface Constraints extends Pick<ClusteringOptions, "uniqueSourceOf" | "cannotLink"> {
  readonly mustLink: readonly (readonly [number, number])[];
}

export interface Linked {
  /** Candidates weighed above `slightest`, and all pairs within a component of moderate size. */
  readonly pairs: readonly WeighedPairs[];
  readonly clusters: readonly (readonly number[])[];
}

/** Pairs below this many bits can neither link nor be reviewed; they are not even fetched. */
const slightest = -8;
/** Larger components are clustered on the candidates alone: all their pairs would be too many. */
const largestCompleted = 300;
/** How pairs between two groups count: see `clusterComponent`. */
export const linkage = { share: 0.4, growth: 0.2, fewest: 2, unscored: -6, most: 20, least: -20 };

/**
 * Weighs the candidates and clusters them. Pairs within a component that no blocking rule proposed are weighed too:
 * a cluster is judged by all its pairs, not only by those that were found.
 */
export async function linkRecords(model: Model, options: LinkOptions): Promise<Linked> {
  const join = weightOf(options.threshold);
  const { table } = options;
  const weighing = { ...options, atLeast: slightest };
  const weigher = new PairWeigher(model, options);
  const candidates =
    "a" in options.candidates
      ? await weighPairs(options.candidates, weigher, weighing)
      : await weigh(options.candidates, model, weighing);
  const groups = componentsOf(table.count, candidates, Math.min(join, 1), options.constraints.mustLink);
  const groupOf = new Int32Array(table.count);
  for (const [index, group] of groups.entries()) for (const record of group) groupOf[record] = index;
  const further = await weighMissing(weigher, options, groups, groupOf, candidates);
  const edgesOf = edgesByGroup([candidates, further], groupOf, groups.length, options.constraints);
  const clusters: (readonly number[])[] = [];
  for (const [index, group] of groups.entries()) {
    if (group.length === 1) clusters.push(group);
    else clusters.push(...clusterComponent(group, edgesOf(index), { ...linkage, ...options.constraints, join }));
  }
  return { pairs: [candidates, further], clusters };
}

function componentsOf(
  count: number,
  pairs: WeighedPairs,
  least: number,
  mustLink: readonly (readonly [number, number])[],
): number[][] {
  const forest = new Forest(count);
  for (const [a, b] of mustLink) forest.join(a, b);
  for (let index = 0; index < pairs.length; index += 1) {
    if ((pairs.weight[index] as number) >= least) forest.join(pairs.a[index] as number, pairs.b[index] as number);
  }
  return forest.groups();
}

/** Sorts pairs by group once; the edges of a group are made when it is clustered, and forgotten after. */
function edgesByGroup(
  weighed: readonly WeighedPairs[],
  groupOf: Int32Array,
  groups: number,
  constraints: Constraints,
): (group: number) => Edge[] {
  const sets: readonly Weights[] = [...weighed, decidedWeights(constraints)];
  const firsts = sets.map((_, number) => sets.slice(0, number).reduce((sum, { length }) => sum + length, 0));
  const ends = new Int32Array(groups + 1);
  const within = (set: Weights, index: number): number => {
    const group = groupOf[set.a[index] as number] as number;
    return group === groupOf[set.b[index] as number] ? group : -1;
  };
  for (const set of sets) {
    for (let index = 0; index < set.length; index += 1) {
      const next = within(set, index) + 1;
      if (next > 0) ends[next] = (ends[next] as number) + 1;
    }
  }
  for (let group = 0; group < groups; group += 1) {
    ends[group + 1] = (ends[group + 1] as number) + (ends[group] as number);
  }
  const sorted = new Int32Array(ends[groups] as number);
  for (const [number, set] of sets.entries()) {
    for (let index = 0; index < set.length; index += 1) {
      const group = within(set, index);
      if (group < 0) continue;
      const end = ends[group] as number;
      sorted[end] = (firsts[number] as number) + index;
      ends[group] = end + 1;
    }
  }
  return (group) => {
    const edges: Edge[] = [];
    for (let at = group === 0 ? 0 : (ends[group - 1] as number); at < (ends[group] as number); at += 1) {
      const place = sorted[at] as number;
      const number = firsts.findLastIndex((first) => first <= place);
      const [set, index] = [sets[number] as Weights, place - (firsts[number] as number)];
      edges.push({ a: set.a[index] as number, b: set.b[index] as number, weight: set.weight[index] as number });
    }
    return edges;
  };
}

interface Weights {
  readonly length: number;
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** What stewards decided; also of pairs that nothing proposed: a third record must not bring them together. */
function decidedWeights({ mustLink, cannotLink }: Constraints): Weights {
  const apart = Array.from(cannotLink, (pair) => pair.split(":").map(Number));
  const pairs = [...mustLink, ...apart];
  return {
    length: pairs.length,
    a: pairs.map(([a = 0]) => a),
    b: pairs.map(([, b = 0]) => b),
    weight: pairs.map((_, index) => (index < mustLink.length ? demanded : forbidden)),
  };
}

async function weighMissing(
  weigher: PairWeigher,
  options: LinkOptions,
  groups: readonly (readonly number[])[],
  groupOf: Int32Array,
  known: WeighedPairs,
): Promise<WeighedPairs> {
  const { table } = options;
  const incomplete = (group: number): boolean => {
    const size = groups[group]?.length ?? 0;
    return size >= 3 && size <= largestCompleted;
  };
  // A square of pairs for each group; a set of a million pairs would take longer than to weigh them.
  const placeOf = new Int32Array(table.count);
  const squareOf = new Int32Array(groups.length);
  let places = 0;
  for (const [number, group] of groups.entries()) {
    if (!incomplete(number)) continue;
    squareOf[number] = places;
    places += group.length ** 2;
    for (const [place, record] of group.entries()) placeOf[record] = place;
  }
  const seen = new Uint8Array(places);
  for (let index = 0; index < known.length; index += 1) {
    const [a, b] = [known.a[index] ?? 0, known.b[index] ?? 0];
    const group = groupOf[a] ?? 0;
    if (group !== groupOf[b] || !incomplete(group)) continue;
    seen[(squareOf[group] ?? 0) + (placeOf[a] ?? 0) * (groups[group]?.length ?? 0) + (placeOf[b] ?? 0)] = 1;
  }
  const [as, bs]: [number[], number[]] = [[], []];
  for (const [number, group] of groups.entries()) {
    if (!incomplete(number)) continue;
    for (const [index, a] of group.entries()) {
      const row = (squareOf[number] ?? 0) + index * group.length;
      for (let other = index + 1; other < group.length; other += 1) {
        if (seen[row + other] === 1) continue;
        as.push(a);
        bs.push(group[other] ?? a);
      }
    }
  }
  return await weighPairs({ a: Int32Array.from(as), b: Int32Array.from(bs) }, weigher, { signal: options.signal });
}
