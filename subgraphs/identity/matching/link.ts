import { type Compared, comparePairs } from "./batch/compare.ts";
import type { FeatureTable } from "./batch/feature-table.ts";
import type { ValueFrequencies } from "./batch/frequencies.ts";
import { weigh } from "./batch/weigh.ts";
import { type ClusteringOptions, clusterComponent, components, type Edge } from "./clustering.ts";
import type { WeighedPairs } from "./edges.ts";
import { type Model, weightOf } from "./model.ts";

export interface LinkOptions {
  /** The candidate pairs, kept or compared while they are weighed. */
  readonly compared: Iterable<Compared>;
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
  const candidates = await weigh(options.compared, model, { ...options, atLeast: slightest });
  const groups = components(table.count, strongEdges(candidates, Math.min(join, 1), options.constraints.mustLink));
  const groupOf = new Int32Array(table.count);
  for (const [index, group] of groups.entries()) for (const record of group) groupOf[record] = index;
  const further = await weighMissing(model, options, groups, groupOf, candidates);
  const edgesOf = edgesByGroup([candidates, further], groupOf, options.constraints);
  const clusters: (readonly number[])[] = [];
  for (const [index, group] of groups.entries()) {
    if (group.length === 1) clusters.push(group);
    else
      clusters.push(...clusterComponent(group, edgesOf.get(index) ?? [], { ...linkage, ...options.constraints, join }));
  }
  return { pairs: [candidates, further], clusters };
}

function* strongEdges(
  pairs: WeighedPairs,
  least: number,
  mustLink: readonly (readonly [number, number])[],
): Generator<{ a: number; b: number }> {
  for (const [a, b] of mustLink) yield { a, b };
  for (let index = 0; index < pairs.length; index += 1) {
    if ((pairs.weight[index] ?? 0) >= least) yield { a: pairs.a[index] ?? 0, b: pairs.b[index] ?? 0 };
  }
}

function edgesByGroup(
  sets: readonly WeighedPairs[],
  groupOf: Int32Array,
  { mustLink, cannotLink }: Constraints,
): Map<number, Edge[]> {
  const byGroup = new Map<number, Edge[]>();
  const put = (edge: Edge): void => {
    const group = groupOf[edge.a] ?? -1;
    if (group !== groupOf[edge.b]) return;
    const edges = byGroup.get(group);
    if (edges === undefined) byGroup.set(group, [edge]);
    else edges.push(edge);
  };
  for (const pairs of sets) {
    for (let index = 0; index < pairs.length; index += 1) {
      put({ a: pairs.a[index] ?? 0, b: pairs.b[index] ?? 0, weight: pairs.weight[index] ?? 0 });
    }
  }
  for (const [a, b] of mustLink) put({ a, b, weight: Number.POSITIVE_INFINITY });
  // Also of pairs that nothing proposed: a third record must not bring them together.
  for (const pair of cannotLink) {
    const [a = -1, b = -1] = pair.split(":").map(Number);
    put({ a, b, weight: Number.NEGATIVE_INFINITY });
  }
  return byGroup;
}

async function weighMissing(
  model: Model,
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
  return await weigh(comparePairs(table, model, { a: Int32Array.from(as), b: Int32Array.from(bs) }), model, options);
}
