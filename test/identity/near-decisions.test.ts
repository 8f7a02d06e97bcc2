import { describe, expect, it } from "vitest";
import { Random } from "../../shared/demo-city/random.ts";
import { bondsOf } from "../../subgraphs/identity/linking/decisions.ts";
import { NearDecisions } from "../../subgraphs/identity/linking/near-decisions.ts";
import type { DecidedRecord, PlacedLink, RecordPlace } from "../../subgraphs/identity/store/crosswalk.ts";

const records = Array.from({ length: 30 }, (_, id) => ({ id, department: "registry", lookupKey: `r${id}` }));
const idOf = (lookupKey: string) => Number(lookupKey.slice(1));

/** Decisions on few records, so that many of them speak of the same pairs. */
function someDecisions(random: Random): readonly DecidedRecord[] {
  return Array.from({ length: 40 }, (_, decision) => {
    const kind = random.pick(["CONFIRM", "REJECT", "MERGE", "SPLIT"] as const);
    const first = random.between(0, 24);
    return [0, 1, 2].slice(0, random.between(2, 3)).map(
      (step): DecidedRecord => ({
        decision,
        kind,
        department: "registry",
        lookupKey: `r${first + step * random.between(1, 2)}`,
        side: step === 0 ? 0 : 1,
      }),
    );
  }).flat();
}

function readsOf(decisions: readonly DecidedRecord[]) {
  const asked: string[] = [];
  return {
    asked,
    async decisionsOn(places: readonly RecordPlace[]) {
      const keys = new Set(places.map(({ lookupKey }) => lookupKey));
      asked.push(...keys);
      const near = new Set(decisions.filter(({ lookupKey }) => keys.has(lookupKey)).map(({ decision }) => decision));
      return decisions.filter(({ decision }) => near.has(decision));
    },
    async placesAt(places: readonly RecordPlace[]): Promise<readonly PlacedLink[]> {
      return places.map(({ department, lookupKey }) => {
        return { id: idOf(lookupKey), ref: "ref", department, lookupKey, sealedKey: null };
      });
    },
  };
}

describe("decisions on records at hand", () => {
  it.each([
    1, 2, 3, 4, 5,
  ])("say of these what all decisions say, in whichever order they are read: seed %i", async (seed) => {
    const random = new Random(seed, "decisions");
    const decisions = someDecisions(random);
    const near = new NearDecisions(readsOf(decisions));
    const atHand = records.filter(() => random.chance(0.5));
    for (const record of random.shuffled(atHand)) await near.read([record]);
    const numbers = new Map(atHand.map(({ id }) => [id, id]));
    const inOrder = (pairs: readonly (readonly [number, number])[]) => pairs.map((pair) => pair.join(" ")).sort();
    const all = bondsOf(decisions, (_, key) => numbers.get(idOf(key)));
    const { must, cannot } = near.bonds(numbers);
    expect(must.length + cannot.length).toBeGreaterThan(5);
    expect([inOrder(must), inOrder(cannot)]).toEqual([inOrder(all.must), inOrder(all.cannot)]);
  });

  it("names the others of one person, records that are not linked yet among them", async () => {
    const place = (lookupKey: string) => ({ department: "registry", lookupKey });
    const merged = ["r1", "r2", "new"].map(
      (key): DecidedRecord => ({ decision: 1, kind: "MERGE", side: 0, ...place(key) }),
    );
    const near = new NearDecisions(readsOf(merged));
    await near.read([{ id: 99, ...place("new") }]);
    expect([...near.partners(99)].sort()).toEqual([1, 2]);
    expect(near.partners(7)).toEqual([]);
  });
});
