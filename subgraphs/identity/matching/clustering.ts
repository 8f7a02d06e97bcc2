/** A scored pair of records, by number; the weight is in bits of log-odds. */
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
 * still finds the records that it resembles. Ties fall to the lowest record numbers.
 */
export function clusterComponent(
  records: readonly number[],
  edges: readonly Edge[],
  options: ClusteringOptions,
): number[][] {
  const position = new Map(records.map((record, index) => [record, index]));
  const groups: (number[] | undefined)[] = records.map((record) => [record]);
  const sources = records.map((record) => new Set([options.uniqueSourceOf(record)].filter((source) => source >= 0)));
  const links = records.map(() => new Map<number, Link>());
  const queue: Link[] = [];
  const connect = (left: number, right: number, weights: readonly number[]): void => {
    const sizes: [number, number] = [groups[left]?.length ?? 0, groups[right]?.length ?? 0];
    const link = {
      left: Math.min(left, right),
      right: Math.max(left, right),
      weights,
      strength: strength(weights, sizes, options),
    };
    links[left]?.set(right, link);
    links[right]?.set(left, link);
    if (link.strength < options.join) return;
    if (link.strength === demanded || !overlap(sources[left], sources[right])) push(queue, link);
  };
  for (const { a, b, weight } of edges) {
    const [left, right] = [position.get(a), position.get(b)];
    if (left === undefined || right === undefined) continue;
    const barred = options.cannotLink.has(`${Math.min(a, b)}:${Math.max(a, b)}`);
    const clipped = weight === demanded ? weight : Math.min(options.most, Math.max(options.least, weight));
    connect(left, right, [barred ? forbidden : clipped]);
  }
  for (let link = pop(queue); link !== undefined; link = pop(queue)) {
    const { left: kept, right: gone } = link;
    if (links[kept]?.get(gone) !== link) continue;
    groups[kept] = [...(groups[kept] ?? []), ...(groups[gone] ?? [])].sort((x, y) => x - y);
    groups[gone] = undefined;
    for (const source of sources[gone] ?? []) sources[kept]?.add(source);
    const [ours, theirs] = [links[kept] ?? new Map(), links[gone] ?? new Map()];
    links[kept] = new Map();
    links[gone] = new Map();
    for (const neighbour of new Set([...ours.keys(), ...theirs.keys()])) {
      links[neighbour]?.delete(gone);
      if (neighbour === kept || neighbour === gone) continue;
      connect(kept, neighbour, merge(ours.get(neighbour)?.weights ?? [], theirs.get(neighbour)?.weights ?? []));
    }
  }
  return groups.filter((group) => group !== undefined);
}

/** Connected components over the edges, each sorted, in the order of their first record. */
export function components(count: number, edges: Iterable<{ readonly a: number; readonly b: number }>): number[][] {
  const parent = Int32Array.from({ length: count }, (_, index) => index);
  const root = (record: number): number => {
    let at = record;
    while ((parent[at] ?? at) !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at;
      at = parent[at] ?? at;
    }
    return at;
  };
  for (const { a, b } of edges) {
    const [left, right] = [root(a), root(b)];
    if (left !== right) parent[Math.max(left, right)] = Math.min(left, right);
  }
  const members = new Map<number, number[]>();
  for (let record = 0; record < count; record += 1) {
    const group = members.get(root(record));
    if (group === undefined) members.set(root(record), [record]);
    else group.push(record);
  }
  return [...members.values()];
}

/** The pairs between two groups of one component, strongest first. */
interface Link {
  readonly left: number;
  readonly right: number;
  readonly weights: readonly number[];
  readonly strength: number;
}

const forbidden = Number.NEGATIVE_INFINITY;
/** The weight of a pair that a steward has declared to be one person. */
const demanded = Number.POSITIVE_INFINITY;

function strength(weights: readonly number[], [left, right]: [number, number], options: ClusteringOptions): number {
  if (weights.at(-1) === forbidden) return forbidden;
  if (weights[0] === demanded) return demanded;
  const pairs = left * right;
  const share = Math.min(1, options.share + options.growth * (Math.min(left, right) - 1));
  const counted = Math.max(Math.min(options.fewest, pairs), Math.ceil(pairs * share));
  let sum = Math.max(0, counted - weights.length) * options.unscored;
  for (let index = 0; index < Math.min(counted, weights.length); index += 1) sum += weights[index] ?? 0;
  return sum / counted;
}

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

/** Whether a link joins before another: the stronger one, then the one with the lower groups. */
function before(one: Link, other: Link): boolean {
  if (one.strength !== other.strength) return one.strength > other.strength;
  return one.left !== other.left ? one.left < other.left : one.right < other.right;
}

function push(heap: Link[], link: Link): void {
  let at = heap.push(link) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !before(link, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = link;
}

function pop(heap: Link[]): Link | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    const [left, right] = [heap[down], heap[down + 1]];
    if (left === undefined) break;
    if (right !== undefined && before(right, left)) down += 1;
    const child = heap[down];
    if (child === undefined || !before(child, last)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = last;
  return first;
}
