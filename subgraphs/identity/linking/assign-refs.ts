/** What became of the refs when records were clustered anew. */
export interface RefAssignment {
  /** The ref of each cluster. */
  readonly refOf: readonly string[];
  /** Refs that no store knew before. */
  readonly created: readonly string[];
  /** Retired refs that live again, because the records that they once stood for were split off again. */
  readonly revived: readonly string[];
  /** Refs that end, and the ref that most of their records went to; null when the records are gone. */
  readonly retired: ReadonlyMap<string, string | null>;
  /** Refs that records which have come back had when they went, by the numbers of their links. */
  readonly former?: ReadonlyMap<number, string>;
}

/**
 * Gives each cluster the ref that most of its records had, so that citizens keep their ids when links change. Each ref
 * goes to one cluster at most; where two claim it with equally many records, the cluster that comes first has it, and of
 * two refs one that citizens have now.
 */
export function assignRefs(options: {
  /** Old refs of the records of each cluster, null for new records that had none; clusters in an order that does not depend on arrival. */
  readonly clusters: readonly (readonly (string | null)[])[];
  /** Refs that citizens have now. */
  readonly living: ReadonlySet<string>;
  /** Refs that redirect or ended. */
  readonly ended: ReadonlySet<string>;
  /** Those of them whose records come back: they live again, or lead to who most of these records are now. */
  readonly returning?: ReadonlySet<string>;
  /** The n-th ref that a new citizen of this cluster may take. */
  readonly candidate: (cluster: number, attempt: number) => string;
}): RefAssignment {
  const { clusters, living, ended, returning = new Set<string>(), candidate } = options;
  const claims = claimsOf(clusters);
  const refOf: string[] = new Array(clusters.length).fill("");
  const holder = new Map<string, number>();
  const created: string[] = [];
  const revived: string[] = [];
  const rank = ({ ref }: Claim) => Number(returning.has(ref));
  const inOrder = (a: Claim, b: Claim) => b.records - a.records || rank(a) - rank(b) || a.cluster - b.cluster;
  for (const { cluster, ref } of [...claims].sort(inOrder)) {
    if (refOf[cluster] !== "" || holder.has(ref)) continue;
    refOf[cluster] = ref;
    holder.set(ref, cluster);
    if (returning.has(ref)) revived.push(ref);
  }
  for (const cluster of clusters.keys()) {
    if (refOf[cluster] !== "") continue;
    let attempt = 0;
    let ref = candidate(cluster, attempt);
    while (holder.has(ref) || living.has(ref)) ref = candidate(cluster, ++attempt);
    refOf[cluster] = ref;
    holder.set(ref, cluster);
    (ended.has(ref) ? revived : created).push(ref);
  }
  return { refOf, created, revived, retired: retiredRefs([...living, ...returning], holder, claims, refOf) };
}

interface Claim {
  readonly cluster: number;
  readonly ref: string;
  readonly records: number;
}

function claimsOf(clusters: readonly (readonly (string | null)[])[]): readonly Claim[] {
  const claims: Claim[] = [];
  for (const [cluster, oldRefs] of clusters.entries()) {
    const counts = new Map<string, number>();
    for (const ref of oldRefs) if (ref !== null) counts.set(ref, (counts.get(ref) ?? 0) + 1);
    for (const [ref, records] of counts) claims.push({ cluster, ref, records });
  }
  return claims;
}

function retiredRefs(
  refs: readonly string[],
  holder: ReadonlyMap<string, number>,
  claims: readonly Claim[],
  refOf: readonly string[],
): ReadonlyMap<string, string | null> {
  const largest = new Map<string, Claim>();
  for (const claim of claims) {
    if (holder.has(claim.ref)) continue;
    const other = largest.get(claim.ref);
    if (other === undefined || claim.records > other.records) largest.set(claim.ref, claim);
  }
  const retired = new Map<string, string | null>();
  for (const ref of refs) {
    if (holder.has(ref)) continue;
    const heir = largest.get(ref);
    retired.set(ref, heir === undefined ? null : (refOf[heir.cluster] ?? null));
  }
  return retired;
}
