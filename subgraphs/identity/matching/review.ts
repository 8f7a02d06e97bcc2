import { type ClusteringOptions, strengthBetween } from "./clustering.ts";

/** Calls back with each scored pair of records, by number, and its bits. */
export type EachPair = (visit: (a: number, b: number, weight: number) => void) => void;

/**
 * Which pairs of records a steward should see: those between clusters that as a whole may be one person. Two records
 * that resemble each other are not worth an hour of anybody where the rest of what is known of both has settled it.
 */
export function worthReview(options: {
  readonly pairs: EachPair;
  readonly clusterOf: ArrayLike<number>;
  /** Bits from which two clusters are shown. */
  readonly atLeast: number;
  readonly linkage: Pick<ClusteringOptions, "share" | "growth" | "fewest" | "unscored" | "most" | "least">;
}): (a: number, b: number) => boolean {
  const { pairs, clusterOf, atLeast, linkage } = options;
  let clusters = 0;
  const sizes: number[] = [];
  for (let record = 0; record < clusterOf.length; record += 1) {
    const cluster = clusterOf[record] ?? 0;
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    clusters = Math.max(clusters, cluster + 1);
  }
  const nameOf = (a: number, b: number): number => {
    const [one, other] = [clusterOf[a] ?? 0, clusterOf[b] ?? 0];
    return Math.min(one, other) * clusters + Math.max(one, other);
  };
  const between = new Map<number, number[]>();
  pairs((a, b, weight) => {
    if (weight >= atLeast && clusterOf[a] !== clusterOf[b]) between.set(nameOf(a, b), []);
  });
  pairs((a, b, weight) => {
    if (clusterOf[a] !== clusterOf[b]) between.get(nameOf(a, b))?.push(weight);
  });
  const shown = new Set<number>();
  for (const [name, weights] of between) {
    const sizesOf: [number, number] = [sizes[Math.floor(name / clusters)] ?? 1, sizes[name % clusters] ?? 1];
    if (strengthBetween(weights, sizesOf, linkage) >= atLeast) shown.add(name);
  }
  return (a, b) => clusterOf[a] !== clusterOf[b] && shown.has(nameOf(a, b));
}
