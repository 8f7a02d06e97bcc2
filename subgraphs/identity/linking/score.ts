/** How well clusters agree with the truth, over pairs of records. */
export interface PairwiseScore {
  readonly records: number;
  readonly truePairs: number;
  readonly foundPairs: number;
  readonly correctPairs: number;
  /** Share of the found pairs that are right; 1 where none was found. */
  readonly precision: number;
  /** Share of the true pairs that were found; 1 where there are none. */
  readonly recall: number;
  readonly f1: number;
}

/** Compares clusters with persons, both given for each record in the same order. */
export function pairwiseScore(
  clusters: readonly (string | number)[],
  persons: readonly (string | number)[],
): PairwiseScore {
  const truePairs = pairsWithin(persons);
  const foundPairs = pairsWithin(clusters);
  const correctPairs = pairsWithin(clusters.map((cluster, record) => `${cluster}\0${persons[record]}`));
  const precision = foundPairs === 0 ? 1 : correctPairs / foundPairs;
  const recall = truePairs === 0 ? 1 : correctPairs / truePairs;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { records: clusters.length, truePairs, foundPairs, correctPairs, precision, recall, f1 };
}

function pairsWithin(groups: readonly (string | number)[]): number {
  const sizes = new Map<string | number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  let pairs = 0;
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2;
  return pairs;
}
