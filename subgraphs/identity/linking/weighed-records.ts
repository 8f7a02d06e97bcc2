import type { WeighedPairs } from "../matching/edges.ts";
import { evidenceOf } from "../matching/links.ts";
import { probabilityOf } from "../matching/model.ts";
import type { PlacedLink } from "../store/crosswalk.ts";
import { FewRecords } from "./few-records.ts";
import type { KnownRecord } from "./neighbourhood.ts";
import type { NumberedLink } from "./probabilistic.ts";
import type { StoredScoring } from "./scoring.ts";

/** Records that are fetched while a neighbourhood is explored, by the numbers of their links, and what pairs of them weigh. */
export class WeighedRecords {
  private readonly records = new Map<number, Held>();
  private readonly pairs = new Map<number, WeighedPair>();
  private readonly scoring: StoredScoring;
  private readonly few: FewRecords;
  private readonly fetch: (links: readonly PlacedLink[]) => Promise<Iterable<KnownRecord>>;

  constructor(
    scoring: StoredScoring,
    known: Iterable<KnownRecord>,
    fetch: (links: readonly PlacedLink[]) => Promise<Iterable<KnownRecord>>,
  ) {
    this.scoring = scoring;
    this.few = new FewRecords(scoring);
    this.fetch = fetch;
    for (const record of known) this.hold(record);
  }

  has(link: number): boolean {
    return this.records.has(link);
  }

  get(link: number): KnownRecord | undefined {
    return this.records.get(link)?.record;
  }

  /** Fetches what is not at hand, and gives the links that are then; a record that is gone is not. */
  async load(links: readonly PlacedLink[]): Promise<readonly number[]> {
    const missing = links.filter(({ id }) => !this.records.has(id));
    if (missing.length > 0) for (const record of await this.fetch(missing)) this.hold(record);
    return links.flatMap(({ id }) => (this.records.has(id) ? [id] : []));
  }

  /** See `FewRecords.readAhead`. */
  async readAhead(links: readonly number[]): Promise<void> {
    await this.few.readAhead(links.flatMap((link) => this.records.get(link)?.number ?? []));
  }

  /** Weighs those of the pairs that were not weighed before; all of them are at hand. */
  async weigh(pairs: Iterable<readonly [number, number]>): Promise<void> {
    const fresh = new Map<number, readonly [Held, Held]>();
    for (const [a, b] of pairs) {
      const [one, other] = [this.records.get(a), this.records.get(b)];
      if (one === undefined || other === undefined || one === other) continue;
      const name = nameOf(one, other);
      if (!this.pairs.has(name)) fresh.set(name, [one, other]);
    }
    if (fresh.size === 0) return;
    const weighed = await this.few.weigh(
      Array.from(fresh.values(), ([one, other]) =>
        compare(one, other) < 0 ? [one.number, other.number] : [other.number, one.number],
      ),
    );
    let index = 0;
    for (const [name, [one, other]] of fresh) {
      this.pairs.set(name, { a: one.record.id, b: other.record.id, weighed, index });
      index += 1;
    }
  }

  /** In bits; undefined for a pair that was not weighed. */
  weight(a: number, b: number): number | undefined {
    const [one, other] = [this.records.get(a), this.records.get(b)];
    const pair = one && other && this.pairs.get(nameOf(one, other));
    return pair?.weighed.weight[pair.index];
  }

  /** The weighed pairs of at least so many bits. */
  atLeast(bits: number): readonly (readonly [number, number])[] {
    return [...this.pairs.values()].flatMap(({ a, b, weighed, index }) =>
      (weighed.weight[index] ?? 0) >= bits ? [[a, b] as const] : [],
    );
  }

  /** All records at hand: these first, both parts by department and key, which arrival has no part in. */
  inOrder(first: ReadonlySet<number>): readonly KnownRecord[] {
    const all = [...this.records.values()].sort(compare).map(({ record }) => record);
    return [...all.filter(({ id }) => first.has(id)), ...all.filter(({ id }) => !first.has(id))];
  }

  /** The weighed pairs that are wanted, as the numbers that their links are given. */
  *links(
    numberOf: ReadonlyMap<number, number>,
    wanted: (left: number, right: number, weight: number) => boolean,
  ): Iterable<NumberedLink> {
    for (const { a, b, weighed, index } of this.pairs.values()) {
      const [left, right, weight] = [numberOf.get(a) ?? 0, numberOf.get(b) ?? 0, weighed.weight[index] ?? 0];
      if (!wanted(left, right, weight)) continue;
      const evidence = evidenceOf(this.scoring.model, weighed, index);
      yield { left, right, weight, probability: probabilityOf(weight), evidence };
    }
  }

  /** Shows every weighed pair, by the same numbers. */
  each(numberOf: ReadonlyMap<number, number>, visit: (left: number, right: number, weight: number) => void): void {
    for (const { a, b, weighed, index } of this.pairs.values()) {
      visit(numberOf.get(a) ?? 0, numberOf.get(b) ?? 0, weighed.weight[index] ?? 0);
    }
  }

  private hold(record: KnownRecord): void {
    this.records.set(record.id, { record, number: this.few.add(record.record) });
  }
}

interface Held {
  readonly record: KnownRecord;
  readonly number: number;
}

interface WeighedPair {
  /** Numbers of the links. */
  readonly a: number;
  readonly b: number;
  readonly weighed: WeighedPairs;
  readonly index: number;
}

/** One number for a pair, whichever comes first; there are never a million records at hand. */
function nameOf(one: Held, other: Held): number {
  return Math.min(one.number, other.number) * 2 ** 20 + Math.max(one.number, other.number);
}

function compare({ record: a }: Held, { record: b }: Held): number {
  if (a.department !== b.department) return a.department < b.department ? -1 : 1;
  return a.record.key < b.record.key ? -1 : a.record.key > b.record.key ? 1 : 0;
}
