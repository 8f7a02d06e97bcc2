import { type Crosswalk, type DecidedRecord, placeName, type RecordPlace } from "../store/crosswalk.ts";
import { bondsOf } from "./decisions.ts";
import type { Bonds } from "./engine.ts";

/** What stewards decided on records at hand, read as these come to hand. */
export class NearDecisions {
  private readonly reads: Pick<Crosswalk, "decisionsOn" | "placesAt">;
  private readonly decisions = new Map<number, DecidedRecord[]>();
  private readonly links = new Map<string, number>();
  private partnersOf: ReadonlyMap<number, readonly number[]> = new Map();

  constructor(reads: Pick<Crosswalk, "decisionsOn" | "placesAt">) {
    this.reads = reads;
  }

  async read(records: readonly (RecordPlace & { readonly id: number })[]): Promise<void> {
    for (const record of records) this.links.set(placeName(record), record.id);
    const found = await this.reads.decisionsOn(records);
    const fresh = found.filter(({ decision }) => !this.decisions.has(decision));
    if (fresh.length === 0) return;
    for (const record of fresh) {
      const one = this.decisions.get(record.decision);
      if (one === undefined) this.decisions.set(record.decision, [record]);
      else one.push(record);
    }
    const elsewhere = fresh.filter((record) => !this.links.has(placeName(record)));
    for (const link of await this.reads.placesAt(elsewhere)) this.links.set(placeName(link), link.id);
    this.partnersOf = partners(this.pairs());
  }

  /** The links that are one person with this one by decision. */
  partners(link: number): readonly number[] {
    return this.partnersOf.get(link) ?? none;
  }

  /** As pairs of the numbers that links are given, the smaller first; without those that are given none. */
  bonds(numberOf: ReadonlyMap<number, number>): Bonds {
    const { must, cannot } = this.pairs();
    const numbered = (pairs: Bonds["must"]) =>
      pairs.flatMap(([a, b]): [number, number][] => {
        const [one, other] = [numberOf.get(a), numberOf.get(b)];
        if (one === undefined || other === undefined) return [];
        return [one < other ? [one, other] : [other, one]];
      });
    return { must: numbered(must), cannot: numbered(cannot) };
  }

  private pairs(): Bonds {
    const inOrder = [...this.decisions.values()].flat().sort((a, b) => a.decision - b.decision);
    return bondsOf(inOrder, (department, lookupKey) => this.links.get(placeName({ department, lookupKey })));
  }
}

function partners({ must }: Bonds): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [a, b] of must) {
    found.set(a, [...(found.get(a) ?? []), b]);
    found.set(b, [...(found.get(b) ?? []), a]);
  }
  return found;
}

const none: readonly number[] = [];
