import type { PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { clusterComponent, components, type Edge } from "../matching/clustering.ts";
import { linkage } from "../matching/link.ts";
import { weightOf } from "../matching/model.ts";
import { worthReview } from "../matching/review.ts";
import type { Crosswalk, HeldLink, SharingLink } from "../store/crosswalk.ts";
import { onceSent } from "../store/statements.ts";
import { deterministicPass } from "./deterministic.ts";
import { type Bonds, breathe, type LinkReason, type ReviewPair } from "./engine.ts";
import { NearDecisions } from "./near-decisions.ts";
import { reasonsOf, reviewPairs } from "./probabilistic.ts";
import type { StoredScoring } from "./scoring.ts";
import { traitsOf } from "./traits.ts";
import type { WeighedRecords } from "./weighed-records.ts";

/** A record at hand. */
export interface KnownRecord {
  /** Number of its link, old or new. */
  readonly id: number;
  readonly department: string;
  readonly lookupKey: string;
  /** The citizen that it is linked to; null for a record that is new. */
  readonly ref: string | null;
  readonly record: PersonRecord;
  readonly source: PersonFeedDescription;
}

export interface Neighbourhood {
  /** Records whose clusters were made anew, then those that they were only compared with. */
  readonly records: readonly KnownRecord[];
  /** The links of the citizens of the former, by number. */
  readonly held: ReadonlyMap<number, HeldLink>;
  readonly clusters: readonly (readonly number[])[];
  /** Of all records; those that were only compared keep the clusters that they are in. */
  readonly clusterOf: Int32Array;
  /** What stewards decided on the records, by their numbers. */
  readonly bonds: Bonds;
  readonly reason: (record: number) => LinkReason;
  readonly review: Iterable<ReviewPair>;
}

export interface ExploreOptions {
  /** Links to begin with. */
  readonly seeds: readonly number[];
  /** The records at hand, and what fetches others. */
  readonly near: WeighedRecords;
  /** Those of the citizens' links whose records are at hand. */
  readonly loaded: readonly number[];
  /** All links of the citizens of those that are not new. */
  readonly citizens: readonly HeldLink[];
  readonly reads: Pick<Crosswalk, "neighbours" | "placesById" | "placesAt" | "heldOf" | "decisionsOn">;
  readonly scoring: StoredScoring;
  /** The store answers from elsewhere: what is computed meanwhile costs no time. */
  readonly whileWaiting: boolean;
  /** Called once neighbours are asked for: what the store does behind that, it does while they are weighed. */
  readonly onceAsked: () => void;
  /** By what a record is found. */
  readonly tokensOf: (record: PersonRecord) => readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Records that one change may move; a neighbourhood that is larger is cut off, and the next run over all sees to it; more where more are moved at once. */
const largest = 300;
/**
 * What is looked at around each record to begin with; those that are found around it are mostly of one person. The `first`
 * of those that share most are fetched however little that is: a poor copy shares little with whomever it is of.
 */
const aroundOne = { links: 50, rows: 300, first: 20 };
const aroundAnother = { links: 10, rows: 100, first: 0 };
/**
 * Where what has changed is one person with other records of its citizen as before, these share more with whomever it may
 * be, and fewer will do: beyond so many for each, those that share at least so many bits.
 */
const besideFitting = { first: 5, shared: 12 };

/**
 * Finds all records that a run over everything would put into one component with the seeds, and clusters them in the
 * same way: from each record to those that share tokens, on to those that weigh enough, until nothing is added.
 */
export async function explore(options: ExploreOptions): Promise<Neighbourhood> {
  const { near, loaded, reads, scoring, tokensOf, signal } = options;
  const join = weightOf(scoring.model.thresholds.link);
  const least = Math.min(join, 1);
  const inside = new Set<number>();
  const decisions = new NearDecisions(reads);
  /** Citizens all of whose links are known. */
  const whole = new Set(options.citizens.map(({ ref }) => ref));
  const held = new Map(options.citizens.map((link) => [link.id, link]));

  /** All links of the citizens that these are linked to, of each citizen once. */
  const withCitizens = async (links: Iterable<number>): Promise<Set<number>> => {
    const all = new Set(links);
    const refs = new Set([...all].flatMap((link) => near.get(link)?.ref ?? []));
    for (const ref of refs) if (whole.has(ref)) refs.delete(ref);
    if (refs.size > 0) {
      const links = await reads.heldOf([...refs]);
      for (const link of links) held.set(link.id, link);
      for (const link of await near.load(links)) all.add(link);
    }
    for (const ref of refs) whole.add(ref);
    return all;
  };

  /** What can be done while the store looks for neighbours. */
  const lookAhead = async (links: readonly number[]): Promise<void> => {
    const reading = near.readAhead(links);
    options.onceAsked();
    await onceSent();
    await Promise.all([reading, near.weigh(pairsWithin(links))]);
  };

  const seeds = options.seeds.filter((link) => near.has(link));
  let frontier = [...new Set([...seeds, ...loaded])];
  const others = frontier.slice(new Set(seeds).size);
  let most = around([...seeds.map(() => aroundOne), ...others.map(() => aroundAnother)]);
  /** Whether each of the links to begin with is one person with another one of its citizen as it is now. */
  const seedsFit = async (): Promise<boolean> => {
    await near.weigh(pairsWithin(frontier));
    return seeds.every((seed) => {
      const ref = near.get(seed)?.ref;
      return others.some((link) => near.get(link)?.ref === ref && (near.weight(seed, link) ?? join - 1) >= join);
    });
  };
  for (let round = 0; frontier.length > 0; round += 1) {
    for (const link of frontier) inside.add(link);
    const records = frontier.flatMap((link) => near.get(link) ?? []);
    const tokens = new Set(records.flatMap(({ record }) => tokensOf(record)));
    const first = most.first + inside.size;
    const [alike] = await Promise.all([
      reads.neighbours([...tokens], { ...most, first }),
      decisions.read(records),
      options.whileWaiting ? onceSent().then(() => lookAhead(frontier)) : options.onceAsked(),
    ]);
    const worthALook = round === 0 && (await seedsFit()) ? sharingMuch(alike, seeds.length, inside.size) : alike;
    const found = await near.load(worthALook);
    // Records at hand are compared with each other however many share their tokens.
    const others = [...new Set([...found, ...frontier])];
    await near.weigh(frontier.flatMap((a) => others.map((b) => [a, b] as const)));
    const next = new Set<number>();
    for (const a of frontier) {
      for (const b of others) if ((near.weight(a, b) ?? least - 1) >= least) next.add(b);
      for (const b of decisions.partners(a)) next.add(b);
    }
    const unseen = [...next].filter((link) => !near.has(link));
    if (unseen.length > 0) await near.load(await reads.placesById(unseen));
    const wanted = inside.size > largest + 10 * options.seeds.length ? [] : await withCitizens(next);
    frontier = [...wanted].filter((link) => near.has(link) && !inside.has(link));
    most = around([aroundOne, ...frontier.map(() => aroundAnother)]);
    await breathe(signal);
  }

  const records = near.inOrder(inside);
  const numberOf = new Map(records.map(({ id }, number) => [id, number]));
  const isInside = (record: number) => record < inside.size;
  const bonds = decisions.bonds(numberOf);
  const within = (pairs: Bonds["must"]) => pairs.filter(([, later]) => isInside(later));
  const [must, cannot] = [within(bonds.must), within(bonds.cannot)];
  const strong = near.atLeast(least).map(([a, b]) => ({ a: numberOf.get(a) ?? -1, b: numberOf.get(b) ?? -1 }));
  const groups = components(inside.size, [
    ...must.map(([a, b]) => ({ a, b })),
    ...strong.filter(({ a, b }) => isInside(a) && isInside(b)),
  ]);
  const linkOf = (record: number) => records[record]?.id ?? -1;
  await near.weigh(groups.flatMap((group) => pairsWithin(group)).map(([a, b]) => [linkOf(a), linkOf(b)] as const));
  const sources = [...new Set(records.map(({ department }) => department))];
  const cannotLink = new Set(cannot.map(([a, b]) => `${a}:${b}`));
  const clusters = groups.flatMap((group) => {
    const edges: Edge[] = pairsWithin(group).flatMap(([a, b]) => {
      const weight = near.weight(linkOf(a), linkOf(b));
      return weight === undefined ? [] : [{ a, b, weight }];
    });
    const demanded = must
      .filter(([a]) => group.includes(a))
      .map(([a, b]) => ({ a, b, weight: Number.POSITIVE_INFINITY }));
    return clusterComponent(group, [...edges, ...demanded], {
      ...linkage,
      join,
      uniqueSourceOf: (record) => {
        const source = records[record]?.source;
        return source?.uniquePerPerson ? sources.indexOf(source.department) : -1;
      },
      cannotLink,
    });
  });

  const clusterOf = clustersOfAll(clusters, records, inside.size);
  const rules = deterministicPass();
  for (const { source, record } of records.slice(0, inside.size)) {
    rules.add({ department: source, records: [record], traits: [traitsOf(record)] });
  }
  const byRule = await rules.cluster({ bonds: { must, cannot }, signal });
  const together = (a: number, b: number) => clusterOf[a] === clusterOf[b];
  const atLeast = weightOf(scoring.model.thresholds.review);
  const wanted = worthReview({ pairs: (visit) => near.each(numberOf, visit), clusterOf, atLeast, linkage });
  return {
    records,
    held,
    clusters,
    clusterOf,
    bonds,
    reason: reasonsOf({
      clusterOf: clusterOf.slice(0, inside.size),
      byRule,
      links: near.links(numberOf, (a, b) => together(a, b) && isInside(a) && isInside(b)),
    }),
    review: reviewPairs(near.links(numberOf, (a, b, weight) => weight >= atLeast && wanted(a, b))),
  };
}

function around(records: readonly (typeof aroundOne)[]): typeof aroundOne {
  const all = (what: keyof typeof aroundOne) => records.reduce((sum, one) => sum + one[what], 0);
  return { links: all("links"), rows: all("rows"), first: all("first") };
}

/** They come in the order of what they share. */
function sharingMuch(alike: readonly SharingLink[], seeds: number, inside: number): readonly SharingLink[] {
  const first = seeds * besideFitting.first + inside;
  return alike.filter(({ shared }, place) => shared >= besideFitting.shared || place < first);
}

function pairsWithin(group: readonly number[]): readonly (readonly [number, number])[] {
  return group.flatMap((a, index) => group.slice(index + 1).map((b) => [a, b] as const));
}

/** Clusters of the records inside, and behind them one for each citizen of the others. */
function clustersOfAll(
  clusters: readonly (readonly number[])[],
  records: readonly KnownRecord[],
  inside: number,
): Int32Array {
  const clusterOf = new Int32Array(records.length);
  for (const [cluster, members] of clusters.entries()) for (const record of members) clusterOf[record] = cluster;
  const others = new Map<string | null, number>();
  for (let record = inside; record < records.length; record += 1) {
    const ref = records[record]?.ref ?? null;
    const cluster = others.get(ref) ?? clusters.length + others.size;
    others.set(ref, cluster);
    clusterOf[record] = cluster;
  }
  return clusterOf;
}
