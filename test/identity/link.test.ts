import { afterEach, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { deterministicEngine } from "../../subgraphs/identity/linking/deterministic.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { probabilisticEngine } from "../../subgraphs/identity/linking/probabilistic.ts";
import { type MemoryFeed, memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const maria: PersonRecord = {
  key: "1",
  fullName: "Maria Tamm",
  givenName: "Maria",
  familyName: "Tamm",
  dateOfBirth: "1980-02-03",
  identifier: [{ schemaAgency: "NATIONAL", notation: "48002034567" }],
  address: { thoroughfare: "Harbour Street", locatorDesignator: "12", postName: "Northport", postCode: "10115" },
  telephone: ["+372 555 1234"],
  email: ["maria@example.org"],
};

/** The same person without what the arguments leave out. */
function without(record: PersonRecord, ...attributes: (keyof PersonRecord)[]): PersonRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !attributes.includes(name as keyof PersonRecord)),
  ) as unknown as PersonRecord;
}

for (const kind of await storeKinds()) {
  describe(`linking on ${kind.name}`, () => {
    const opened: TestStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.remove();
    });
    async function open(): Promise<TestStore> {
      const store = await kind.open();
      opened.push(store);
      return store;
    }
    async function linkAll({ store }: TestStore, feeds: readonly MemoryFeed[], signal?: AbortSignal) {
      return await link({ feeds, store, keys: testKeys, engine: deterministicEngine(), ...(signal ? { signal } : {}) });
    }
    async function refs({ store }: TestStore, ...records: string[]): Promise<readonly (string | null)[]> {
      return await store.refsOf(
        records.map((record) => {
          const [department = "", lookupKey = ""] = record.split(":");
          return { department, lookupKey };
        }),
      );
    }
    /** Which of the records are one citizen, as sorted groups. */
    async function groups(feeds: readonly MemoryFeed[]): Promise<readonly string[]> {
      const test = await open();
      await linkAll(test, feeds);
      const records = feeds
        .flatMap((feed) => feed.records.map(({ key }) => `${feed.description.department}:${key}`))
        .sort();
      const byRef = new Map<string | null, string[]>();
      for (const [index, ref] of (await refs(test, ...records)).entries()) {
        byRef.set(ref, [...(byRef.get(ref) ?? []), records[index] as string]);
      }
      return [...byRef.values()].map((group) => group.join(" ")).sort();
    }

    it("links by identifier, and by name and birth date with address, phone or e-mail", async () => {
      const other = { ...without(maria, "identifier"), key: "9" };
      const feeds = [
        memoryFeed("a", [maria]),
        memoryFeed("b", [{ key: "1", identifier: [{ schemaAgency: "NATIONAL", notation: "480 020-34567" }] }]),
        memoryFeed("c", [
          { ...without(other, "telephone", "email"), fullName: "TAMM, MARÍA", givenName: "MARÍA", familyName: "TAMM" },
        ]),
        memoryFeed("d", [without(other, "address", "email")]),
        memoryFeed("e", [{ ...without(other, "address", "telephone"), givenName: "Tamm", familyName: "Maria" }]),
        memoryFeed("f", [without(other, "address", "telephone", "email")]),
      ];
      expect(await groups(feeds)).toEqual(["a:1 b:1 c:9 d:9 e:9", "f:9"]);
    });

    it("keeps twins of one surname, birth date, address and phone apart", async () => {
      const twin = { ...without(maria, "identifier"), fullName: "Mari Tamm", givenName: "Liis", key: "2" };
      expect(await groups([memoryFeed("a", [maria, twin]), memoryFeed("b", [twin, { ...maria, key: "3" }])])).toEqual([
        "a:1 b:3",
        "a:2 b:2",
      ]);
    });

    it("keeps namesakes of one birth date apart, and twins on one mistyped identifier", async () => {
      const namesake = { ...without(maria, "identifier", "address", "telephone", "email"), key: "2" };
      const twinOnHerNumber = {
        ...maria,
        key: "3",
        fullName: "Liis Tamm",
        givenName: "Liis",
        email: [],
        telephone: [],
      };
      const childOnHerNumber = { ...maria, key: "4", dateOfBirth: "2001-01-05", email: [], telephone: [] };
      expect(await groups([memoryFeed("a", [maria, namesake, twinOnHerNumber, childOnHerNumber])])).toEqual([
        "a:1",
        "a:2",
        "a:3",
        "a:4",
      ]);
    });

    it("does not let a third record pull two contradicting ones together", async () => {
      const bridge = { key: "5", identifier: maria.identifier ?? [], telephone: ["+372 555 1234"] };
      const liis = { ...maria, key: "6", fullName: "Liis Tamm", givenName: "Liis" };
      expect(await groups([memoryFeed("a", [maria]), memoryFeed("b", [bridge]), memoryFeed("c", [liis])])).toEqual([
        "a:1 b:5",
        "c:6",
      ]);
    });

    it("gives a person at most one record of a department that holds one per person", async () => {
      const again = { ...maria, key: "2" };
      const unique = memoryFeed("a", [maria, again], { uniquePerPerson: true });
      expect(await groups([unique, memoryFeed("b", [maria])])).toEqual(["a:1 b:1", "a:2"]);
      expect(await groups([memoryFeed("a", [maria, again]), memoryFeed("b", [maria])])).toEqual(["a:1 a:2 b:1"]);
    });

    it("takes placeholders for missing values", async () => {
      const nobody = {
        fullName: "Unknown Unknown",
        dateOfBirth: "1900-01-01",
        identifier: [{ schemaAgency: "NATIONAL", notation: "999-99-9999" }],
      };
      expect(
        await groups([
          memoryFeed("a", [
            { key: "1", ...nobody },
            { key: "2", ...nobody },
          ]),
        ]),
      ).toEqual(["a:1", "a:2"]);
    });

    it("makes the same citizens in whatever order records and departments arrive", async () => {
      const people = cityOf(60);
      const reversed = people.map((feed) => memoryFeed(feed.description.department, [...feed.records].reverse()));
      const [one, other] = [await open(), await open()];
      await linkAll(one, people);
      await linkAll(other, reversed.reverse());
      expect(await citizensOf(one)).toEqual(await citizensOf(other));
    });

    it("keeps every citizen's ref when linking runs again", async () => {
      const test = await open();
      const feeds = cityOf(40);
      const first = await linkAll(test, feeds);
      const before = await citizensOf(test);
      const again = await linkAll(test, feeds);
      expect(first.citizens).toBeLessThan(first.records);
      expect(again).toMatchObject({
        refs: { created: 0, retired: 0, revived: 0 },
        links: { added: 0, moved: 0, removed: 0 },
      });
      expect(await citizensOf(test)).toEqual(before);
    });

    it("redirects the smaller citizen's ref after a merge, and gives it back after a split", async () => {
      const test = await open();
      const married = { ...without(maria, "identifier"), key: "7", familyName: "Kask", fullName: "Maria Kask" };
      const feeds = [memoryFeed("a", [maria]), memoryFeed("b", [maria]), memoryFeed("c", [married])];
      await linkAll(test, feeds);
      const [large, , small] = await refs(test, "a:1", "b:1", "c:7");
      expect(small).not.toBe(large);

      feeds[2]?.records.splice(0, 1, { ...married, identifier: maria.identifier ?? [] });
      expect(await linkAll(test, feeds)).toMatchObject({ refs: { created: 0, retired: 1 }, links: { moved: 1 } });
      expect(await refs(test, "c:7")).toEqual([large]);
      expect((await test.store.livingRefs([small as string])).get(small as string)).toBe(large);
      expect((await test.store.events([large as string])).map(({ kind, otherRef }) => [kind, otherRef])).toContainEqual(
        ["MERGED", small],
      );

      feeds[2]?.records.splice(0, 1, married);
      expect(await linkAll(test, feeds)).toMatchObject({
        refs: { created: 0, retired: 0, revived: 1 },
        links: { moved: 1 },
      });
      expect(await refs(test, "a:1", "c:7")).toEqual([large, small]);
      expect((await test.store.events([small as string])).map(({ kind }) => kind)).toContain("SPLIT");
    });

    it("ends the ref of a citizen whose records are gone", async () => {
      const test = await open();
      const feed = memoryFeed("a", [maria, { key: "2", fullName: "Juhan Saar" }]);
      await linkAll(test, [feed]);
      const [ref] = await refs(test, "a:2");
      feed.records.pop();
      expect(await linkAll(test, [feed])).toMatchObject({ refs: { retired: 1 }, links: { removed: 1 }, citizens: 1 });
      expect(await test.store.livingRefs([ref as string])).toEqual(new Map());
      expect(await test.dump()).not.toMatch(/^token .* 2$/m);
    });

    for (const engine of [deterministicEngine(), probabilisticEngine()]) {
      it(`leaves the store as it was when it is aborted, by ${engine.modelVersion}`, async () => {
        const test = await open();
        const feeds = cityOf(30);
        await linkAll(test, feeds.slice(0, 1));
        const before = await test.dump();
        for (const phase of ["read", "compare", "write"]) {
          const abort = new AbortController();
          const onProgress = (progress: { phase: string }) => {
            if (progress.phase === phase) abort.abort();
          };
          const run = link({ feeds, store: test.store, keys: testKeys, engine, signal: abort.signal, onProgress });
          await expect(run).rejects.toThrow("aborted");
          expect(await test.dump()).toBe(before);
        }
      });

      it(`changes nothing when nothing has changed, by ${engine.modelVersion}`, async () => {
        const test = await open();
        const feeds = [...cityOf(30), memoryFeed("phones", [{ ...maria, key: "+3725551234" }], { personalKey: true })];
        const [first, again] = [
          await link({ feeds, store: test.store, keys: testKeys, engine }),
          await link({ feeds, store: test.store, keys: testKeys, engine }),
        ];
        expect(again).toMatchObject({
          links: { added: 0, moved: 0, removed: 0 },
          refs: { created: 0, retired: 0, revived: 0 },
          citizens: first.citizens,
          reviews: first.reviews,
          rules: first.rules,
        });
        const { assertions } = await test.store.write(async (transaction) => ({
          assertions: await transaction("link").distinct("assertion_id"),
        }));
        expect(assertions).toEqual([{ assertion_id: 1 }]);
      });
    }

    it("makes all tokens anew under a new key, and finds everybody again", async () => {
      const test = await open();
      const feeds = cityOf(20);
      await linkAll(test, feeds);
      const tokens = () => test.store.write((transaction) => transaction("token").orderBy(["link_id", "token"]));
      const before: { token: string; link_id: number }[] = await tokens();
      const citizens = await citizensOf(test);
      await link({ feeds, store: test.store, keys: testKeys, rotateKeys: true, engine: deterministicEngine() });
      const after: { token: string; link_id: number }[] = await tokens();
      expect(after.map(({ link_id }) => link_id)).toEqual(before.map(({ link_id }) => link_id));
      const old = new Set(before.map(({ token }) => token));
      expect(after.filter(({ token }) => old.has(token))).toEqual([]);
      expect(await citizensOf(test)).toEqual(citizens);
      expect(await linkAll(test, feeds)).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
    });

    it("leaves out a department that was never linked, and stops for one that was, when it does not answer", async () => {
      const test = await open();
      const [a, b] = [memoryFeed("a", [maria]), memoryFeed("b", [maria])];
      b.down = true;
      expect(await linkAll(test, [a, b])).toMatchObject({ unavailable: ["b"], records: 1 });
      b.down = false;
      await linkAll(test, [a, b]);
      b.down = true;
      const before = await test.dump();
      await expect(linkAll(test, [a, b])).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
      expect(await test.dump()).toBe(before);
    });

    it("finds a record with a personal key again without holding the key", async () => {
      const test = await open();
      const feed = memoryFeed("phones", [{ ...maria, key: "+3725551234" }], { personalKey: true });
      await linkAll(test, [feed]);
      expect(await linkAll(test, [feed])).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
      expect(await test.dump()).not.toContain("5551234");
      const [row] = await test.store.keys(await test.store.page({ first: 1, after: "" }));
      expect(testKeys.open(row?.sealedKey ?? "")).toBe("+3725551234");
    });
  });
}

/** Refs with the records that they stand for. */
async function citizensOf({ store }: TestStore): Promise<readonly string[]> {
  const rows = await store.keys(await store.page({ first: 10_000, after: "" }));
  return rows.map(({ ref, department, lookupKey }) => `${ref} ${department} ${lookupKey}`);
}

/** Three departments with overlapping people, some of them on one identifier by mistake. */
function cityOf(people: number): MemoryFeed[] {
  const given = ["Anna", "Peeter", "Liis", "Juhan", "Kadri", "Mart", "Olga", "Ivan"];
  const family = ["Tamm", "Saar", "Kask", "Sepp", "Ivanov"];
  return ["a", "b", "c"].map((department, index) =>
    memoryFeed(
      department,
      Array.from({ length: people }, (_, person) => ({
        key: String(person + 100 * index),
        givenName: given[person % given.length],
        familyName: family[person % family.length],
        dateOfBirth: `19${60 + (person % 30)}-0${1 + (person % 9)}-1${person % 10}`,
        ...(person % 3 === index
          ? {}
          : { identifier: [{ schemaAgency: "NATIONAL", notation: `5000${Math.floor(person / 2) * 2}77` }] }),
        ...(person % 4 === 0 ? {} : { telephone: [`555 10${person % 10}${person}`] }),
      })),
    ),
  );
}
