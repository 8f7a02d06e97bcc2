import type { WeighedPairs } from "./edges.ts";
import type { RecordId } from "./match.ts";
import { type Model, probabilityOf, weightOf } from "./model.ts";
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
  return linksWhere(material, (together) => together);
}

/** Pairs that reach the review threshold though clustering kept them apart. */
export function pairsToReview(material: Material): Iterable<Link> {
  const least = weightOf(material.model.thresholds.review);
  return linksWhere(material, (together, weight) => !together && weight >= least);
}

function linksWhere(material: Material, wanted: (together: boolean, weight: number) => boolean): Iterable<Link> {
  const clusterOf = new Int32Array(material.count);
  for (const [index, cluster] of material.clusters.entries()) for (const r of cluster) clusterOf[r] = index;
  return {
    *[Symbol.iterator]() {
      for (const pairs of material.pairs) {
        for (let index = 0; index < pairs.length; index += 1) {
          const [a, b, weight] = [pairs.a[index] ?? 0, pairs.b[index] ?? 0, pairs.weight[index] ?? 0];
          if (!wanted(clusterOf[a] === clusterOf[b], weight)) continue;
          const evidence = evidenceOf(material.model, pairs, index);
          yield { a: material.idOf(a), b: material.idOf(b), probability: probabilityOf(weight), weight, evidence };
        }
      }
    },
  };
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
