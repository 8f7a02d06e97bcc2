import { decisionsAmong, demanded, forbidden, nameOf } from "./decided.ts";
import { type GroupLink, pop, push } from "./link-queue.ts";

/**
 * A scored pair of records, by number; the weight is in bits of log-odds. `Infinity` says that a steward has declared
 * the two to be one person, `-Infinity` that they are two.
 */
export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

export interface ClusteringOptions {
  /** Strength of the link between two groups in bits from which they are of one person. */
  readonly join: number;
  /** Share of the pairs between two groups, the strongest first, whose average is the strength of their link. */
  readonly share: number;
  /** Added to the share for each further record of the smaller group: two well-known persons must agree on the whole. */
  readonly growth: number;
  /** At least so many pairs count, where there are so many. */
  readonly fewest: number;
  /** Weight of a pair that was not scored. */
  readonly unscored: number;
  /** Weights count at most this much for, and this much against. */
  readonly most: number;
  readonly least: number;
  /** The source of a record, where each person has at most one record in it; -1 otherwise. */
  readonly uniqueSourceOf: (record: number) => number;
  /** Pairs `a:b` (a < b) that a steward has declared to be two persons. */
  readonly cannotLink: ReadonlySet<string>;
}

/**
 * Groups the records of one component by constrained agglomeration. The link between two groups is the average of the
 * strongest share of all pairs between them; the two groups with the strongest link join first, as long as it reaches
 * `join` and no constraint forbids it. One strong edge therefore cannot hold two families together, and a poor copy
 * still finds the records that it resembles. A group that belongs as well to another person waits until something tells
 * the two apart. Ties fall to the lowest record numbers. Whom stewards declared to be one person is put together last,
 * with all that is linked to either: what speaks against the pair was the reason for asking them. Each pair is scored
 * once at most.
 */
export function clusterComponent(
  records: readonly number[],
  edges: readonly Edge[],
  options: ClusteringOptions,
): number[][] {
  if (isPlain(records, edges, options)) return [[...records].sort((one, other) => one - other)];
  const position = new Map(records.map((record, index) => [record, index]));
  const groups: (number[] | undefined)[] = records.map((record) => [record]);
  const sources = records.map((record) => new Set([options.uniqueSourceOf(record)].filter((source) => source >= 0)));
  const decided = decisionsAmong(records, edges, options.cannotLink);
  const persons = records.map((record) => new Set(decided.personOf(record)));
  const links = records.map(() => new Map<number, GroupLink>());
  const queue: GroupLink[] = [];
  const connect = (left: number, right: number, weights: readonly number[]): void => {
    const link = {
      left: Math.min(left, right),
      right: Math.max(left, right),
      weights,
      strength: strength(weights, [groups[left]?.length ?? 0, groups[right]?.length ?? 0], options),
    };
    links[left]?.set(right, link);
    links[right]?.set(left, link);
    if (link.strength >= options.join && !overlap(sources[left], sources[right])) push(queue, link);
  };
  for (const { a, b, weight } of edges) {
    const [left, right] = [position.get(a), position.get(b)];
    if (left === undefined || right === undefined || weight === demanded) continue;
    const clipped = Math.min(options.most, Math.max(options.least, weight));
    connect(left, right, [decided.apart(a, b) ? forbidden : clipped]);
  }
  let doubtful: GroupLink[] = [];
  for (let link = pop(queue); link !== undefined; link = pop(queue)) {
    const { left: kept, right: gone } = link;
    if (links[kept]?.get(gone) !== link) continue;
    if (link.strength - Math.log2(1 + rivalry(link, links, persons, options)) < options.join) {
      doubtful.push(link);
      continue;
    }
    groups[kept] = [...(groups[kept] ?? []), ...(groups[gone] ?? [])].sort((x, y) => x - y);
    groups[gone] = undefined;
    for (const source of sources[gone] ?? []) sources[kept]?.add(source);
    for (const person of persons[gone] ?? []) persons[kept]?.add(person);
    const [ours, theirs] = [links[kept] ?? new Map(), links[gone] ?? new Map()];
    links[kept] = new Map();
    links[gone] = new Map();
    for (const neighbour of new Set([...ours.keys(), ...theirs.keys()])) {
      links[neighbour]?.delete(gone);
      if (neighbour === kept || neighbour === gone) continue;
      connect(kept, neighbour, merge(ours.get(neighbour)?.weights ?? [], theirs.get(neighbour)?.weights ?? []));
    }
    // Rivals may have become clearer.
    for (const one of doubtful) push(queue, one);
    doubtful = [];
  }
  return decided.join(groups.filter((group) => group !== undefined));
}

/**
 * Whether all pairs of a component are of one person by themselves and nothing forbids it: then every average of them
 * is, no group has a rival, and all join whatever the order. Most components are like that.
 */
function isPlain(records: readonly number[], edges: readonly Edge[], options: ClusteringOptions): boolean {
  const { join, most, uniqueSourceOf, cannotLink } = options;
  if (edges.length !== (records.length * (records.length - 1)) / 2 || join < 0 || join >= most) return false;
  for (const { a, b, weight } of edges) {
    if (!(weight > join + rounding) || weight === demanded) return false;
    if (cannotLink.size > 0 && cannotLink.has(nameOf(a, b))) return false;
  }
  const sources = new Set<number>();
  for (const record of records) {
    const source = uniqueSourceOf(record);
    if (sources.has(source)) return false;
    if (source >= 0) sources.add(source);
  }
  return true;
}

/** An average of weights may be that much less than all of them. */
const rounding = 1e-9;

/** The strength in bits of the link between two groups of so many records, by the weights of the pairs between them. */
export function strengthBetween(
  weights: readonly number[],
  sizes: readonly [number, number],
  options: Pick<ClusteringOptions, "share" | "growth" | "fewest" | "unscored" | "most" | "least">,
): number {
  const clipped = weights.map((weight) => Math.min(options.most, Math.max(options.least, weight)));
  return strength(
    clipped.sort((one, other) => other - one),
    sizes,
    options,
  );
}

/** Connected components over the edges, each sorted, in the order of their first record. */
export function components(count: number, edges: Iterable<{ readonly a: number; readonly b: number }>): number[][] {
  const forest = new Forest(count);
  for (const { a, b } of edges) forest.join(a, b);
  return forest.groups();
}

/** Records put together two by two. */
export class Forest {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, index) => index);
  }

  join(a: number, b: number): void {
    const [left, right] = [this.root(a), this.root(b)];
    if (left < right) this.parent[right] = left;
    else this.parent[left] = right;
  }

  /** The groups, each sorted, in the order of their first record. */
  groups(): number[][] {
    const groups: number[][] = [];
    const groupOf = new Int32Array(this.parent.length);
    for (let record = 0; record < groupOf.length; record += 1) {
      // The root of a group is its first record.
      const first = this.root(record);
      if (first === record) groupOf[record] = groups.push([record]) - 1;
      else groups[groupOf[first] as number]?.push(record);
    }
    return groups;
  }

  private root(record: number): number {
    const { parent } = this;
    let at = record;
    while (parent[at] !== at) {
      const next = parent[parent[at] as number] as number;
      parent[at] = next;
      at = next;
    }
    return at;
  }
}

function strength(
  weights: readonly number[],
  [left, right]: readonly [number, number],
  options: Pick<ClusteringOptions, "share" | "growth" | "fewest" | "unscored">,
): number {
  if (weights.at(-1) === forbidden) return forbidden;
  const pairs = left * right;
  const share = Math.min(1, options.share + options.growth * (Math.min(left, right) - 1));
  const counted = Math.max(Math.min(options.fewest, pairs), Math.ceil(pairs * share));
  let sum = Math.max(0, counted - weights.length) * options.unscored;
  for (let index = 0; index < Math.min(counted, weights.length); index += 1) sum += weights[index] ?? 0;
  return sum / counted;
}

/**
 * Odds that one side of a link belongs elsewhere: to a group that it resembles too and that is not of one person with the
 * other side. A record that fits father and son of one name equally well is neither's until something tells them apart.
 * Of three groups two may be one person, or all three: what speaks against the third pair has to outweigh what ties it.
 */
function rivalry(
  { left, right }: GroupLink,
  links: readonly ReadonlyMap<number, GroupLink>[],
  persons: readonly ReadonlySet<number>[],
  { most, least, unscored }: ClusteringOptions,
): number {
  let odds = 0;
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const) {
    for (const [neighbour, { strength }] of links[side] ?? []) {
      if (neighbour === other || strength < leastRivalry || overlap(persons[neighbour], persons[other])) continue;
      const apart = Math.max(least, links[neighbour]?.get(other)?.strength ?? unscored);
      if (apart < 0) odds += 2 ** Math.min(most, strength) / (1 + 2 ** (Math.min(most, strength) + apart));
    }
  }
  return odds;
}

/** Weaker links than this many bits to another group do not matter. */
const leastRivalry = -5;

function merge(left: readonly number[], right: readonly number[]): readonly number[] {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  return [...left, ...right].sort((x, y) => y - x);
}

function overlap(left: ReadonlySet<number> | undefined, right: ReadonlySet<number> | undefined): boolean {
  if (left === undefined || right === undefined || left.size === 0 || right.size === 0) return false;
  for (const source of left) if (right.has(source)) return true;
  return false;
}
