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

function linksWhere(material: Material, wanted: (a: number, b: number, weight: number) => boolean): Iterable<Link> {
  return {
    *[Symbol.iterator]() {
      for (const pairs of material.pairs) {
        for (let index = 0; index < pairs.length; index += 1) {
          const [a, b, weight] = [pairs.a[index] ?? 0, pairs.b[index] ?? 0, pairs.weight[index] ?? 0];
          if (!wanted(a, b, weight)) continue;
          const evidence = evidenceOf(material.model, pairs, index);
          yield { a: material.idOf(a), b: material.idOf(b), probability: probabilityOf(weight), weight, evidence };
        }
      }
    },
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
