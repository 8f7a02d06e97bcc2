import { afterAll, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { createSearch } from "../../subgraphs/identity/search.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const home = { thoroughfare: "Barton Unions", locatorDesignator: "116-12", postName: "Northport", postCode: "10120" };
const former = { thoroughfare: "Goyette Harbor", locatorDesignator: "125", postName: "Northport", postCode: "10130" };
const child = { givenName: "Luka", familyName: "Krasilnikov", dateOfBirth: "2025-02-14", address: home };
const mother = {
  ...{ givenName: "Ekaterina", familyName: "Krasilnikova", dateOfBirth: "2003-10-31", address: home },
  identifier: [{ schemaAgency: "NATIONAL", notation: "27718519359" }],
};
const names = ["Tamm", "Saar", "Kask", "Sepp", "Jansen", "Petrov", "Lill", "Vaher", "Rand", "Kivi", "Ots"];
const others = Array.from(
  { length: 60 },
  (_, index): PersonRecord => ({
    key: `other-${index}`,
    givenName: ["Anna", "Peeter", "Liis", "Juhan", "Kadri", "Mart", "Olga"][index % 7] ?? "",
    familyName: names[index % names.length] ?? "",
    dateOfBirth: `${1930 + index}-0${1 + (index % 9)}-${11 + (index % 17)}`,
    address: { thoroughfare: "Lai", locatorDesignator: String(index), postName: "Northport", postCode: "10120" },
  }),
);

const stores: TestStore[] = [];
afterAll(async () => {
  for (const store of stores) await store.remove();
});

for (const kind of await storeKinds()) {
  it(`finds the person before a relative who has lived elsewhere too, on ${kind.name}`, async () => {
    const test = await kind.open();
    stores.push(test);
    const feeds = [
      memoryFeed("registry", [...others, { ...child, key: "child" }, { ...mother, key: "mother" }]),
      memoryFeed("taxes", [
        { ...child, key: "child" },
        { ...mother, key: "mother", address: former },
      ]),
    ];
    await link({ feeds, store: test.store, keys: testKeys });
    const departments = new Map(feeds.map((feed) => [feed.description.department, { feed }]));
    const refs = await test.store.refsOf(
      ["child", "mother"].flatMap((lookupKey) => [
        { department: "registry", lookupKey },
        { department: "taxes", lookupKey },
      ]),
    );
    expect(refs[2]).toBe(refs[3]);
    const { givenName, familyName, address } = child;
    const { found } = await createSearch({ store: test.store, keys: testKeys, departments })({
      givenName,
      familyName,
      address,
    });
    expect(found[0]?.ref).toBe(refs[0]);
    const relative = found.find(({ ref }) => ref === refs[2]);
    expect(relative?.weight ?? Number.NEGATIVE_INFINITY).toBeLessThan(found[0]?.weight ?? 0);
  });
}
