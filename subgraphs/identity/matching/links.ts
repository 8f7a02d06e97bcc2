import type { WeighedPairs } from "./edges.ts";
import { linkage } from "./link.ts";
import type { RecordId } from "./match.ts";
import { type Model, probabilityOf, weightOf } from "./model.ts";
import { worthReview } from "./review.ts";
import type { Evidence } from "./score-pair.ts";

/** Why two records are, or may be, one person. */
export interface Link {
  readonly a: RecordId;
  readonly b: RecordId;
  /** The numbers of the two, as `inspect` sees them. */
  readonly numbers: readonly [number, number];
  readonly probability: number;
  /** Total weight in bits, the prior included. */
  readonly weight: number;
  readonly evidence: readonly Evidence[];
}

interface Material {
  readonly clusters: readonly (readonly number[])[];
  readonly pairs: readonly WeighedPairs[];
  readonly model: Model;
  readonly idOf: (record: number) => RecordId;
  readonly count: number;
}

/** Weighed pairs inside clusters. */
export function linksWithin(material: Material): Iterable<Link> {
  const clusterOf = clustersOf(material);
  return linksWhere(material, (a, b) => clusterOf[a] === clusterOf[b]);
}

/** The heaviest link of each record within its cluster; of equal ones the first. */
export function strongestLinks(material: Material): (record: number) => Link | undefined {
  const { count, pairs, model, idOf } = material;
  const clusterOf = clustersOf(material);
  const weightOf = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const [setOf, indexOf] = [new Uint8Array(count), new Int32Array(count)];
  for (const [set, { length, a, b, weight }] of pairs.entries()) {
    for (let index = 0; index < length; index += 1) {
      const bits = weight[index] as number;
      const [left, right] = [a[index] as number, b[index] as number];
      if (clusterOf[left] !== clusterOf[right]) continue;
      for (const record of [left, right]) {
        if (bits <= (weightOf[record] as number)) continue;
        weightOf[record] = bits;
        setOf[record] = set;
        indexOf[record] = index;
      }
    }
  }
  return (record) =>
    weightOf[record] === Number.NEGATIVE_INFINITY
      ? undefined
      : linkAt({ model, idOf }, pairs[setOf[record] as number] as WeighedPairs, indexOf[record] as number);
}

/** Pairs that reach the review threshold between clusters that do so as a whole. */
export function pairsToReview(material: Material): Iterable<Link> {
  const atLeast = weightOf(material.model.thresholds.review);
  const wanted = worthReview({
    clusterOf: clustersOf(material),
    pairs(visit) {
      for (const { length, a, b, weight } of material.pairs) {
        for (let index = 0; index < length; index += 1) visit(a[index] ?? 0, b[index] ?? 0, weight[index] ?? 0);
      }
    },
    atLeast,
    linkage,
  });
  return linksWhere(material, (a, b, weight) => weight >= atLeast && wanted(a, b));
}

function linksWhere(
  { pairs: sets, model, idOf }: Pick<Material, "pairs" | "model" | "idOf">,
  wanted: (a: number, b: number, weight: number) => boolean,
): Iterable<Link> {
  return {
    *[Symbol.iterator]() {
      for (const pairs of sets) {
        for (let index = 0; index < pairs.length; index += 1) {
          const [a, b, weight] = [pairs.a[index] ?? 0, pairs.b[index] ?? 0, pairs.weight[index] ?? 0];
          if (wanted(a, b, weight)) yield linkAt({ model, idOf }, pairs, index);
        }
      }
    },
  };
}

function linkAt({ model, idOf }: Pick<Material, "model" | "idOf">, pairs: WeighedPairs, index: number): Link {
  const [a, b, weight] = [pairs.a[index] ?? 0, pairs.b[index] ?? 0, pairs.weight[index] ?? 0];
  return {
    a: idOf(a),
    b: idOf(b),
    numbers: [a, b],
    probability: probabilityOf(weight),
    weight,
    evidence: evidenceOf(model, pairs, index),
  };
}

function clustersOf({ clusters, count }: Material): Int32Array {
  const clusterOf = new Int32Array(count);
  for (const [index, cluster] of clusters.entries()) for (const record of cluster) clusterOf[record] = index;
  return clusterOf;
}

/** What the attributes of one of the pairs said. */
export function evidenceOf(model: Model, pairs: WeighedPairs, index: number): Evidence[] {
  const evidence: Evidence[] = [];
  for (const [number, comparison] of model.comparisons.entries()) {
    const level = comparison.levels[pairs.levels[number]?.[index] ?? -1];
    if (level === undefined) continue;
    evidence.push({ attribute: comparison.attribute, level: level.name, weight: pairs.weights[number]?.[index] ?? 0 });
  }
  const taken = pairs.taken[index] ?? 0;
  if (taken !== 0) evidence.push({ attribute: "dependency", level: "counted jointly", weight: taken });
  return evidence;
}
