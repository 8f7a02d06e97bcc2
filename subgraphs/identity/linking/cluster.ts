import { breathe } from "./engine.ts";

/** Two records that a rule found to be one person; `rule` is its number, 0 the strongest; what is below was decided by a steward. */
export interface Edge {
  readonly left: number;
  readonly right: number;
  readonly rule: number;
}

/** More records than this in one person are taken for a mistake: no further edge joins them. */
const largestCluster = 200;

/**
 * Joins records along edges, strongest rule first, but never two clusters that hold records which contradict each
 * other, or two records of a department that has one per person. Among edges of one rule the records' ranks decide, so
 * that the order of arrival has no influence.
 */
export async function cluster(options: {
  readonly edges: readonly Edge[];
  /** Position of each record in an order that does not depend on arrival. */
  readonly rankOf: Int32Array;
  /** The department of a record where it holds at most one per person, else -1. */
  readonly uniqueSourceOf: (record: number) => number;
  readonly contradict: (left: number, right: number) => boolean;
  readonly signal?: AbortSignal;
}): Promise<{
  /** A record of each record's cluster, the same for all of them. */
  readonly clusterOf: Int32Array;
  /** The strongest rule that ties each record to its cluster, -1 for single records. */
  readonly strongestRule: Int8Array;
}> {
  const { rankOf } = options;
  const clusterOf = Int32Array.from(rankOf.keys());
  const strongestRule = new Int8Array(rankOf.length).fill(-1);
  const membersOf = new Map<number, number[]>();
  const members = (root: number): number[] => membersOf.get(root) ?? [root];
  const rank = (record: number): number => rankOf[record] ?? 0;
  const sorted = options.edges
    .map((edge) =>
      rank(edge.left) <= rank(edge.right) ? edge : { left: edge.right, right: edge.left, rule: edge.rule },
    )
    .sort((a, b) => a.rule - b.rule || rank(a.left) - rank(b.left) || rank(a.right) - rank(b.right));

  for (const [index, { left, right, rule }] of sorted.entries()) {
    if (index % 20_000 === 0) await breathe(options.signal);
    const a = clusterOf[left] ?? left;
    const b = clusterOf[right] ?? right;
    if (a !== b) {
      if (rule >= 0 && !joinable(members(a), members(b), options)) continue;
      const [root, other] = rank(a) < rank(b) ? [a, b] : [b, a];
      const joined = members(root).concat(members(other));
      for (const record of members(other)) clusterOf[record] = root;
      membersOf.set(root, joined);
      membersOf.delete(other);
    }
    for (const record of [left, right]) {
      if (strongestRule[record] === -1 && rule >= 0) strongestRule[record] = rule;
    }
  }
  return { clusterOf, strongestRule };
}

function joinable(
  left: readonly number[],
  right: readonly number[],
  { uniqueSourceOf, contradict }: Pick<Parameters<typeof cluster>[0], "uniqueSourceOf" | "contradict">,
): boolean {
  if (left.length + right.length > largestCluster) return false;
  const sources = new Set(left.map(uniqueSourceOf).filter((source) => source >= 0));
  if (sources.size > 0 && right.some((record) => sources.has(uniqueSourceOf(record)))) return false;
  return left.every((a) => right.every((b) => !contradict(a, b)));
}
