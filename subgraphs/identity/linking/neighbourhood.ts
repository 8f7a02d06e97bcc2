import type { PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { clusterComponent, components, type Edge } from "../matching/clustering.ts";
import { type Features, featuresOf } from "../matching/features.ts";
import type { PairScore } from "../matching/index.ts";
import { linkage } from "../matching/link.ts";
import { weightOf } from "../matching/model.ts";
import { scoreFeatures } from "../matching/score-pair.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { deterministicPass } from "./deterministic.ts";
import { type Bonds, breathe, type LinkReason, type ReviewPair } from "./engine.ts";
import { type NumberedLink, reasonsOf, reviewPairs } from "./probabilistic.ts";
import type { RollEntry } from "./roll.ts";
import type { StoredScoring } from "./scoring.ts";
import { traitsOf } from "./traits.ts";

/** A record at hand, by the number of its link. */
export interface KnownRecord {
  readonly entry: RollEntry;
  readonly record: PersonRecord;
  readonly source: PersonFeedDescription;
}

export interface Neighbourhood {
  /** Records whose clusters were made anew, then those that they were only compared with. */
  readonly roll: readonly RollEntry[];
  readonly clusters: readonly (readonly number[])[];
  /** Of all records of the roll; the others keep the clusters that they are in. */
  readonly clusterOf: Int32Array;
  readonly reason: (record: number) => LinkReason;
  readonly review: Iterable<ReviewPair>;
}

export interface ExploreOptions {
  /** Links to begin with. */
  readonly seeds: readonly number[];
  readonly reads: Pick<Crosswalk, "candidates" | "tokensOf" | "placesOf">;
  readonly scoring: StoredScoring;
  /** Fetches records by the numbers of their links; those that cannot be linked are left out. */
  readonly load: (links: readonly number[]) => Promise<ReadonlyMap<number, KnownRecord>>;
  /** By the numbers of links. */
  readonly bonds: Bonds;
  readonly signal?: AbortSignal | undefined;
}

/** Records that one change may move; a neighbourhood that is larger is cut off, and the next run over all sees to it; more where more are moved at once. */
const largest = 300;
const candidatesAtOnce = 100;

/**
 * Finds all records that a run over everything would put into one component with the seeds, and clusters them in the
 * same way: from each record to those that share tokens, on to those that weigh enough, until nothing is added.
 */
export async function explore(options: ExploreOptions): Promise<Neighbourhood> {
  const { reads, scoring, bonds, signal } = options;
  const { model } = scoring;
  const join = weightOf(model.thresholds.link);
  const least = Math.min(join, 1);
  const known = new Map<number, KnownRecord & { readonly features: Features }>();
  const inside = new Set<number>();
  const scores = new Map<string, PairScore>();
  const partners = partnersOf(bonds);

  const load = async (links: Iterable<number>): Promise<readonly number[]> => {
    const missing = [...links].filter((link) => !known.has(link));
    if (missing.length > 0) {
      for (const [link, one] of await options.load(missing))
        known.set(link, { ...one, features: featuresOf(one.record) });
    }
    return [...links].filter((link) => known.has(link));
  };
  const weigh = async (pairs: readonly (readonly [number, number])[]): Promise<void> => {
    const fresh = pairs.filter(([a, b]) => a !== b && !scores.has(nameOf(a, b)));
    const involved = new Set(fresh.flat());
    const frequencies = await scoring.frequencies(
      [...involved].map((link) => known.get(link)?.features).filter((features) => features !== undefined),
    );
    for (const [a, b] of fresh) {
      const [left, right] = [known.get(a)?.features, known.get(b)?.features];
      if (left && right) scores.set(nameOf(a, b), scoreFeatures(model, left, right, frequencies));
    }
  };

  let frontier = await load(new Set(options.seeds));
  while (frontier.length > 0) {
    for (const link of frontier) inside.add(link);
    const tokens = await reads.tokensOf(frontier);
    const found = await load(await reads.candidates(tokens, candidatesAtOnce + 10 * frontier.length));
    await weigh(frontier.flatMap((a) => found.map((b) => [a, b] as const)));
    const next = new Set<number>();
    for (const a of frontier) {
      for (const b of found) if ((scores.get(nameOf(a, b))?.weight ?? least - 1) >= least) next.add(b);
      for (const b of partners.get(a) ?? []) next.add(b);
    }
    const refs = [...next, ...frontier].flatMap((link) => known.get(link)?.entry.link?.ref ?? []);
    for (const { id } of await reads.placesOf([...new Set(refs)])) next.add(id);
    frontier =
      inside.size > largest + 10 * options.seeds.length ? [] : (await load(next)).filter((link) => !inside.has(link));
    await breathe(signal);
  }

  const order = (links: Iterable<number>) =>
    [...links].sort((a, b) => compareEntries(known.get(a)?.entry as RollEntry, known.get(b)?.entry as RollEntry));
  const members = order(inside);
  const links = [...members, ...order([...known.keys()].filter((link) => !inside.has(link)))];
  const numberOf = new Map(links.map((link, number) => [link, number]));
  const numbered = (pairs: Bonds["must"]) =>
    pairs.flatMap(([a, b]): [number, number][] => {
      const [left, right] = [numberOf.get(a) ?? Infinity, numberOf.get(b) ?? Infinity].sort((x, y) => x - y);
      return left === undefined || right === undefined || right >= members.length ? [] : [[left, right]];
    });
  const [must, cannot] = [numbered(bonds.must), numbered(bonds.cannot)];
  const strong = [...scores].flatMap(([name, { weight }]) => (weight >= least ? [pairOf(name)] : []));
  const groups = components(
    members.length,
    [...must, ...numbered(strong)].map(([a, b]) => ({ a, b })),
  );
  const clusters: (readonly number[])[] = [];
  for (const group of groups) {
    const pairs = group.flatMap((a, index) => group.slice(index + 1).map((b) => [a, b] as const));
    await weigh(pairs.map(([a, b]) => [links[a] ?? -1, links[b] ?? -1] as const));
    const edges: Edge[] = pairs.flatMap(([a, b]) => {
      const weight = scores.get(nameOf(links[a] ?? -1, links[b] ?? -1))?.weight;
      return weight === undefined ? [] : [{ a, b, weight }];
    });
    const demanded = must
      .filter(([a]) => group.includes(a))
      .map(([a, b]) => ({ a, b, weight: Number.POSITIVE_INFINITY }));
    const sourceOf = (record: number) => known.get(links[record] ?? -1)?.source;
    const sources = [...new Set([...known.values()].map(({ source }) => source.department))];
    clusters.push(
      ...clusterComponent(group, [...edges, ...demanded], {
        ...linkage,
        join,
        uniqueSourceOf: (record) => {
          const source = sourceOf(record);
          return source?.uniquePerPerson ? sources.indexOf(source.department) : -1;
        },
        cannotLink: new Set(cannot.map(([a, b]) => `${a}:${b}`)),
      }),
    );
  }

  const entries = links.map((link) => known.get(link) as KnownRecord);
  const clusterOf = clustersOfAll(clusters, entries, members.length);
  const weighed = [...scores].map(([name, score]): NumberedLink => {
    const [a, b] = pairOf(name);
    return { left: numberOf.get(a) ?? 0, right: numberOf.get(b) ?? 0, ...score };
  });
  const together = ({ left, right }: NumberedLink) => clusterOf[left] === clusterOf[right];
  const rules = deterministicPass();
  for (const { source, record } of entries.slice(0, members.length)) {
    rules.add({ department: source, records: [record], traits: [traitsOf(record)] });
  }
  const byRule = await rules.cluster({ bonds: { must, cannot }, signal });
  const atLeast = weightOf(model.thresholds.review);
  return {
    roll: entries.map(({ entry }) => entry),
    clusters,
    clusterOf,
    reason: reasonsOf({
      clusterOf: clusterOf.slice(0, members.length),
      byRule,
      links: weighed.filter((link) => together(link) && Math.max(link.left, link.right) < members.length),
    }),
    review: reviewPairs(weighed.filter((link) => !together(link) && link.weight >= atLeast)),
  };
}

/** Clusters of the records inside, and behind them one for each citizen of the others. */
function clustersOfAll(
  clusters: readonly (readonly number[])[],
  entries: readonly KnownRecord[],
  inside: number,
): Int32Array {
  const clusterOf = new Int32Array(entries.length);
  for (const [cluster, members] of clusters.entries()) for (const record of members) clusterOf[record] = cluster;
  const others = new Map<string, number>();
  for (let record = inside; record < entries.length; record += 1) {
    const ref = entries[record]?.entry.link?.ref ?? "";
    const cluster = others.get(ref) ?? clusters.length + others.size;
    others.set(ref, cluster);
    clusterOf[record] = cluster;
  }
  return clusterOf;
}

function partnersOf({ must }: Bonds): ReadonlyMap<number, readonly number[]> {
  const partners = new Map<number, number[]>();
  for (const [a, b] of must) {
    partners.set(a, [...(partners.get(a) ?? []), b]);
    partners.set(b, [...(partners.get(b) ?? []), a]);
  }
  return partners;
}

function nameOf(a: number, b: number): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

function pairOf(name: string): readonly [number, number] {
  const [a, b] = name.split(":").map(Number);
  return [a ?? -1, b ?? -1];
}

function compareEntries(a: RollEntry, b: RollEntry): number {
  if (a.department !== b.department) return a.department < b.department ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
