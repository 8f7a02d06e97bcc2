import type { RollEntry } from "./roll.ts";

/** Clusters as lists of records, members and clusters sorted by department and key: arrival has no part in it. */
export function canonicalClusters(
  roll: readonly RollEntry[],
  clusterOf: ArrayLike<number>,
): readonly (readonly number[])[] {
  const order = Int32Array.from(roll.keys()).sort((a, b) => compareEntries(roll[a] as RollEntry, roll[b] as RollEntry));
  const clusters = new Map<number, number[]>();
  for (const record of order) {
    const number = clusterOf[record] ?? -1;
    const members = clusters.get(number);
    if (members === undefined) clusters.set(number, [record]);
    else members.push(record);
  }
  return [...clusters.values()];
}

function compareEntries(a: RollEntry, b: RollEntry): number {
  if (a.department !== b.department) return a.department < b.department ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
