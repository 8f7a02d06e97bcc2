import { describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { createSearch } from "../../subgraphs/identity/search.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, testKeys } from "./support/stores.ts";

const syllables = ["ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve"];
/** People of one family name, and no two of one given name. */
const named = (familyName: string, count: number, from = 0): PersonRecord[] =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const digits = [number % 12, Math.floor(number / 12) % 12, Math.floor(number / 144), (number * 5) % 12];
    return { key: String(number), familyName, givenName: digits.map((digit) => syllables[digit]).join("") };
  });

for (const kind of await storeKinds()) {
  describe(`a search by a name that very many have, on ${kind.name}`, { timeout: 60_000 }, () => {
    async function searching(records: Readonly<Record<string, readonly PersonRecord[]>>) {
      const feeds = Object.entries(records).map(([id, own]) => memoryFeed(id, own));
      const test = await kind.open();
      await link({ feeds, store: test.store, keys: testKeys });
      const departments = new Map(feeds.map((feed) => [feed.description.department, { feed }]));
      return { test, feeds, search: createSearch({ store: test.store, keys: testKeys, departments }) };
    }

    it.each([850, 1_100])("says that there are more where %i have it", async (count) => {
      const { test, search } = await searching({ registry: named("Runolfsdottir", count) });
      try {
        const { found, limits } = await search({ familyName: "Runolfsdottir" });
        expect(limits).toEqual(["TOO_MANY_ALIKE"]);
        expect(found.length).toBeGreaterThanOrEqual(200);
      } finally {
        await test.remove();
      }
    });

    it("gives whom it has found where all others are known to a department alone that does not answer", async () => {
      const { test, feeds, search } = await searching({
        registry: named("Runolfsdottir", 40),
        taxes: named("Runolfsdottir", 20, 40),
      });
      try {
        for (const feed of feeds) if (feed.description.department === "taxes") feed.down = true;
        const { found, limits } = await search({ familyName: "Runolfsdottir" });
        expect(found).toHaveLength(40);
        expect(limits).toContain("DEPARTMENT_UNAVAILABLE");
      } finally {
        await test.remove();
      }
    });
  });
}
