/** Precision, recall and their harmonic mean, with the counts behind them. */
export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly found: number;
  readonly right: number;
}

/** Quality of `found` pairs of which `right` are among the `truePairs`. */
export function quality(right: number, found: number, truePairs: number): Quality {
  const precision = found === 0 ? 1 : right / found;
  const recall = truePairs === 0 ? 1 : right / truePairs;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, found, right };
}

export interface ClusterQuality extends Quality {
  readonly largest: number;
  readonly bCubed: { readonly precision: number; readonly recall: number; readonly f1: number };
  /** Share of the true persons with several records whose cluster is exactly right. */
  readonly exact: number;
  /** Clusters that mix persons, per 10,000 true persons. */
  readonly overMergesPer10000: number;
}

/** Judges clusters of record numbers against the true person of each record; `counts` says which pairs are scored. */
export function clusterQuality(
  clusters: readonly (readonly number[])[],
  truth: readonly string[],
  counts: (a: number, b: number) => boolean,
): ClusterQuality {
  const persons = new Map<string, number[]>();
  for (const [record, person] of truth.entries()) persons.set(person, [...(persons.get(person) ?? []), record]);
  let right = 0;
  let found = 0;
  let mixed = 0;
  let exact = 0;
  let [bPrecision, bRecall] = [0, 0];
  for (const cluster of clusters) {
    const sizes = new Map<string, number>();
    for (const record of cluster) sizes.set(truth[record] ?? "", (sizes.get(truth[record] ?? "") ?? 0) + 1);
    if (sizes.size > 1) mixed += 1;
    for (const [person, size] of sizes) {
      const whole = persons.get(person)?.length ?? size;
      bPrecision += (size * size) / cluster.length;
      bRecall += (size * size) / whole;
      if (sizes.size === 1 && size === whole && size > 1) exact += 1;
    }
    const pairs = countPairs(cluster, truth, counts);
    right += pairs.right;
    found += pairs.all;
  }
  const several = [...persons.values()].filter((records) => records.length > 1);
  const truePairs = several.reduce((sum, records) => sum + countPairs(records, truth, counts).all, 0);
  const [precision, recall] = [bPrecision / truth.length, bRecall / truth.length];
  return {
    ...quality(right, found, truePairs),
    largest: clusters.reduce((most, cluster) => Math.max(most, cluster.length), 0),
    bCubed: { precision, recall, f1: (2 * precision * recall) / (precision + recall) },
    exact: several.length === 0 ? 1 : exact / several.length,
    overMergesPer10000: (mixed / Math.max(persons.size, 1)) * 10_000,
  };
}

/** Pairs within a group that are scored, and those of them of one person. */
export function countPairs(
  group: readonly number[],
  truth: readonly string[],
  counts: (a: number, b: number) => boolean,
): { all: number; right: number } {
  let [all, right] = [0, 0];
  for (const [index, a] of group.entries()) {
    for (const b of group.slice(index + 1)) {
      if (!counts(a, b)) continue;
      all += 1;
      if (truth[a] === truth[b]) right += 1;
    }
  }
  return { all, right };
}
