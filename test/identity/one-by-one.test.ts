import { afterAll, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { resolve } from "../../subgraphs/identity/linking/resolve.ts";
import { removeReviews } from "../../subgraphs/identity/linking/write-reviews.ts";
import { openConnection } from "../../subgraphs/identity/store/open.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const kinds = await storeKinds();

const given = ["Anna", "Peeter", "Liis", "Juhan", "Kadri", "Mart", "Olga", "Ivan", "Tiina", "Rein", "Helve", "Uku"];
const family = ["Tamm", "Saar", "Kask", "Sepp", "Jansen", "Petrov", "Lill", "Vaher", "Rand", "Kivi", "Ots"];
const streets = ["Lai", "Vene", "Kooli", "Aia", "Uus", "Tartu maantee", "Kreutzwaldi"];

/** Other people, a hundred to a department; of all of them the same things are known. */
const others = Array.from(
  { length: 100 },
  (_, index): PersonRecord => ({
    key: `other-${index}`,
    givenName: given[index % given.length] ?? "",
    familyName: family[index % family.length] ?? "",
    dateOfBirth: `${1930 + ((index * 7) % 80)}-0${1 + (index % 9)}-${11 + (index % 17)}`,
    address: {
      thoroughfare: streets[index % streets.length] ?? "",
      locatorDesignator: String(1 + ((index * 5) % 90)),
      postCode: String(10_100 + (index % 23)),
    },
  }),
);

const original: PersonRecord = {
  key: "original",
  givenName: "Marlene",
  familyName: "Oberholzer",
  dateOfBirth: "1971-11-23",
  address: { thoroughfare: "Pargi", locatorDesignator: "47", postCode: "10143" },
};
/** Names in which nothing that look-up tokens are made of is left, though anybody would know them again. */
const misspelt = { givenName: "Narlene", familyName: "Overholzer" };

const refusingTokens = {
  sqlite: ["create trigger refuse before insert on token begin select raise(abort, 'no room for tokens'); end"],
  postgres: [
    "create function refuse() returns trigger language plpgsql as $$ begin raise 'no room for tokens'; end $$",
    "create trigger refuse before insert on token for each row execute function refuse()",
  ],
};

it("removes the reviews of a record without reading all of them, on SQLite", async () => {
  const { knex, close } = await openConnection({ file: ":memory:" });
  try {
    const text = removeReviews.sqlite.text(
      "(select value ->> 0 as link_id, value ->> 1 as part from json_each(?)) as rows where true",
    );
    const plan: { detail: string }[] = await knex.raw(`explain query plan ${text}`, ["[[1, 1]]"]);
    const reading = plan.map(({ detail }) => detail).filter((detail) => detail.includes(" review "));
    expect(reading).toEqual([expect.stringMatching(/^SEARCH/), expect.stringMatching(/^SEARCH/)]);
  } finally {
    await close();
  }
});

describe("linking one by one", { timeout: 60_000 }, () => {
  const stores: TestStore[] = [];
  afterAll(async () => {
    for (const store of stores) await store.remove();
  });

  for (const kind of kinds) {
    const open = async () => {
      const test = await kind.open();
      stores.push(test);
      return test.store;
    };
    /** Whether the two records are one citizen, linked at once and linked one after the other. */
    async function joined(neighbours: readonly PersonRecord[], copy: PersonRecord, earlier?: PersonRecord) {
      const sameEarlier = earlier === undefined ? [] : [{ ...earlier, key: "earlier" }];
      const registry = memoryFeed("registry", [...others, original, ...sameEarlier]);
      const benefits = memoryFeed("benefits", neighbours);
      const feeds = [registry, benefits];
      const departments = new Map(feeds.map((feed) => [feed.description.department, { feed }]));
      const [late, atOnce] = [await open(), await open()];
      if (earlier !== undefined) benefits.records = [...neighbours, earlier];
      await link({ feeds, store: late, keys: testKeys });
      benefits.records = [...neighbours, copy];
      await followFeeds({ store: late, keys: testKeys, departments, sweeps: new Map() });
      await link({ feeds, store: atOnce, keys: testKeys });
      const places = [
        { department: "registry", lookupKey: original.key },
        { department: "benefits", lookupKey: copy.key },
      ];
      const areOne = async (store: TestStore["store"]) => new Set(await store.refsOf(places)).size === 1;
      return { atOnce: await areOne(atOnce), oneByOne: await areOne(late) };
    }

    it(`finds by the address whose names and birth date are all mistyped, on ${kind.name}`, async () => {
      const address = { thoroughfare: "Pargi tn", postCode: "10143" };
      const copy = { ...original, ...misspelt, key: "copy", dateOfBirth: "1971-11-28", address };
      expect(await joined([], copy)).toEqual({ atOnce: true, oneByOne: true });
    });

    it(`tells what the store has refused, not what that brought down behind it, on ${kind.name}`, async () => {
      const store = await open();
      const registry = memoryFeed("registry", [...others, original]);
      await link({ feeds: [registry], store, keys: testKeys });
      await store.write(async (transaction) => {
        for (const statement of refusingTokens[store.engine]) await transaction.raw(statement);
      });
      const departments = new Map([["registry", { feed: registry }]]);
      const changed = { feed: registry, records: [{ ...original, telephone: ["+372 5550 1234"] }] };
      const places = [{ department: "registry", lookupKey: original.key }];
      const before = await store.digestsAt(places);
      const resolving = resolve({ store, keys: testKeys, departments, actor: "test", changed });
      await expect(resolving).rejects.toThrow("no room for tokens");
      expect(await store.digestsAt(places)).toEqual(before);
    });

    it(`looks at some who share no more than many others do, on ${kind.name}`, async () => {
      const bornThatDay = others.slice(0, 12).map((other) => ({ ...other, dateOfBirth: original.dateOfBirth }));
      const copy = { key: "copy", ...misspelt, dateOfBirth: original.dateOfBirth };
      expect(await joined(bornThatDay, copy)).toEqual({ atOnce: true, oneByOne: true });
    });

    it(`looks at them for a record that fits its citizen no more, on ${kind.name}`, async () => {
      const bornThatDay = others.slice(0, 12).map((other) => ({ ...other, dateOfBirth: original.dateOfBirth }));
      const copy = { key: "copy", ...misspelt, dateOfBirth: original.dateOfBirth };
      const birth = { dateOfBirth: "1902-05-30" };
      const earlier = { key: "copy", givenName: "Zacharias", familyName: "Quellmann", ...birth };
      expect(await joined(bornThatDay, copy, earlier)).toEqual({ atOnce: true, oneByOne: true });
    });

    it(`keeps what stewards are asked about records that are as they were, on ${kind.name}`, async () => {
      const store = await open();
      const copies = [original, { ...original, key: "second" }];
      const [registry, benefits] = [memoryFeed("registry", [...others, ...copies]), memoryFeed("benefits", [original])];
      await link({ feeds: [registry, benefits], store, keys: testKeys });
      const departments = new Map([registry, benefits].map((feed) => [feed.description.department, { feed }]));
      const idOf = async (lookupKey: string) =>
        (await store.placesAt([{ department: "registry", lookupKey }]))[0]?.id ?? 0;
      const [doubtful, other] = [await idOf("second"), await idOf("other-50")];
      await store.write(async (transaction) => {
        const pair = { left_link: Math.min(doubtful, other), right_link: Math.max(doubtful, other) };
        const said = { match_probability: 0.5, weight: 0, evidence: "[]", assertion_id: 1 };
        await transaction("review").insert({ ...pair, ...said });
      });
      const change = (record: PersonRecord) => {
        const changed = { feed: registry, records: [{ ...record, telephone: ["+372 5550 1234"] }] };
        return resolve({ store, keys: testKeys, departments, actor: "test", changed });
      };
      await change(original);
      expect(await store.reviewCount()).toBe(1);
      await change({ ...original, key: "second" });
      expect(await store.reviewCount()).toBe(0);
    });

    it(`looks at those who share most even where that is no more than others share, on ${kind.name}`, async () => {
      const bornThatDay = others.slice(0, 12).map((other) => ({ ...other, dateOfBirth: original.dateOfBirth }));
      const copy = { ...original, ...misspelt, key: "copy", address: { postCode: "10143" } };
      expect(await joined(bornThatDay, copy)).toEqual({ atOnce: true, oneByOne: true });
    });
  }
});
