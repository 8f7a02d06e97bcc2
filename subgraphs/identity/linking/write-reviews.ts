import { bulkInsert, runBulk } from "../store/bulk.ts";
import { type Bonds, breathe, type Clustering, type ReviewPair } from "./engine.ts";
import type { Run } from "./link.ts";
import type { RollEntry } from "./roll.ts";

/**
 * Keeps the pairs that a steward is asked about: of each two citizens the pair that speaks most for one person, unless
 * a steward has decided on it.
 */
export async function writeReviews(
  run: Run,
  options: {
    readonly clustering: Pick<Clustering, "review" | "clusterOf">;
    readonly roll: readonly Pick<RollEntry, "id">[];
    readonly bonds: Bonds;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<number> {
  const { clustering, roll, bonds, signal } = options;
  await run.transaction("review").delete();
  const pairs = strongestPairs(clustering, bonds);
  await insertReviews(run, pairs, (record) => roll[record]?.id ?? 0, signal);
  return pairs.length;
}

/** Links that a change was about. */
export interface LookedAt {
  /** Whose records are new, changed or gone: nothing holds any more that was said of them. */
  readonly changed: readonly number[];
  /** Whose clusters were made anew: what was said of them and of those looked at. */
  readonly clustered: readonly number[];
  /** All that were weighed with these. */
  readonly weighed: readonly number[];
}

/** Writes these pairs in place of those that were looked at again; between records that are as they were, others stay. */
export async function renewReviews(
  run: Run,
  { changed, clustered, weighed }: LookedAt,
  pairs: readonly ReviewPair[],
  linkOf: (record: number) => number,
  signal?: AbortSignal,
): Promise<void> {
  await runBulk(
    run.transaction,
    run.engine,
    removeReviews[run.engine],
    // Each once, by what says most of it.
    [...new Map([weighed, clustered, changed].flatMap((links, part) => links.map((link) => [link, part] as const)))],
  );
  await insertReviews(run, pairs, linkOf, signal);
}

/** Writes pairs whose reviews are not there yet. */
async function insertReviews(
  { transaction, engine, assertion }: Run,
  pairs: readonly ReviewPair[],
  linkOf: (record: number) => number,
  signal?: AbortSignal,
): Promise<void> {
  const rows = pairs.map(({ left, right, probability, weight, evidence }) => {
    const [a, b] = [linkOf(left), linkOf(right)];
    return [Math.min(a, b), Math.max(a, b), probability, weight, evidence, assertion];
  });
  await runBulk(transaction, engine, insert, rows, () => breathe(signal));
}

/** Of each two clusters the heaviest pair; without those that were decided on. */
export function strongestPairs(
  { review, clusterOf }: Pick<Clustering, "review" | "clusterOf">,
  { cannot }: Bonds,
): readonly ReviewPair[] {
  const decided = new Set(cannot.map(([a, b]) => between(clusterOf[a] ?? 0, clusterOf[b] ?? 0)));
  const strongest = new Map<string, ReviewPair>();
  for (const pair of review) {
    const name = between(clusterOf[pair.left] ?? 0, clusterOf[pair.right] ?? 0);
    if (!decided.has(name) && pair.weight > (strongest.get(name)?.weight ?? Number.NEGATIVE_INFINITY)) {
      strongest.set(name, pair);
    }
  }
  return [...strongest.values()];
}

function between(a: number, b: number): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

const insert = bulkInsert("review", [
  ["left_link", "integer"],
  ["right_link", "integer"],
  ["match_probability", "double precision"],
  ["weight", "double precision"],
  ["evidence", "text"],
  ["assertion_id", "integer"],
]);

const lookedAt = (rows: string) => `with looked as materialized (select link_id, part from ${rows}) delete from review`;
const lookedAtColumns = [
  ["link_id", "integer"],
  ["part", "integer"],
] as const;
/** 1 for a link whose cluster was made anew, 2 for one that is another by now. */
const those = (least: number) => `(select link_id from looked where part >= ${least})`;

/** By an index in both: PostgreSQL would read all reviews for an `or`, SQLite for anything else. */
export const removeReviews = {
  sqlite: {
    columns: lookedAtColumns,
    text: (rows: string) => `${lookedAt(rows)}
      where (left_link in ${those(1)} and (left_link in ${those(2)} or right_link in ${those(0)}))
      or (right_link in ${those(1)} and (right_link in ${those(2)} or left_link in ${those(0)}))`,
  },
  postgres: {
    columns: lookedAtColumns,
    text: (rows: string) => `${lookedAt(rows)} where (left_link, right_link) in (
      select review.left_link, review.right_link from looked join review on review.left_link = looked.link_id
        where part = 2 or (part = 1 and review.right_link in ${those(0)})
      union select review.left_link, review.right_link from looked join review on review.right_link = looked.link_id
        where part = 2 or (part = 1 and review.left_link in ${those(0)}))`,
  },
} as const;
