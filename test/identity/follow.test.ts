import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonFeed, PersonRecord } from "../../shared/department/person-feed.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { createIdentity } from "../../subgraphs/identity/index.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { refresh } from "../../subgraphs/identity/linking/refresh.ts";
import { allPages } from "../../subgraphs/identity/linking/roll.ts";
import { writeSetting } from "../../subgraphs/identity/linking/scoring.ts";
import { disorderIn } from "../../subgraphs/identity/matching/monotone.ts";
import { department } from "./support/city.ts";
import { type LabelledCity, labelledCity } from "./support/demo-city.ts";
import { type MemoryFeed, memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys, tokensAt } from "./support/stores.ts";

const kinds = await storeKinds();

/** The demo city in memory, so that its records can be changed. */
async function inMemory(feeds: readonly PersonFeed[]): Promise<readonly MemoryFeed[]> {
  return await Promise.all(
    feeds.map(async (feed) => {
      const records: PersonRecord[] = [];
      for await (const page of allPages(feed)) records.push(...page);
      return memoryFeed(feed.description.department, records, feed.description);
    }),
  );
}

describe("following the departments", { timeout: 180_000 }, () => {
  let city: LabelledCity;
  const stores: TestStore[] = [];
  beforeAll(async () => {
    city = await labelledCity({ size: 150, seed: 5 });
  });
  afterAll(async () => {
    for (const store of stores) await store.remove();
    await city.close();
  });

  async function open(kind = kinds[0]): Promise<TestStore> {
    const test = (await kind?.open()) as TestStore;
    stores.push(test);
    return test;
  }
  const departmentsOf = (feeds: readonly MemoryFeed[]) =>
    new Map(feeds.map((feed) => [feed.description.department, { feed }]));

  /** Which records are one citizen, whatever their refs. */
  async function clustersOf({ store }: TestStore): Promise<readonly string[]> {
    const rows = await store.keys(await store.page({ first: 1_000_000, after: "" }));
    const byRef = new Map<string, string[]>();
    for (const { ref, department, lookupKey } of rows) {
      byRef.set(ref, [...(byRef.get(ref) ?? []), `${department}:${lookupKey}`]);
    }
    return [...byRef.values()].map((records) => records.sort().join(" ")).sort();
  }

  it("says why a department could not be followed, by the driver's code and no word of its message", async () => {
    const told: object[] = [];
    const taxes = department("taxes", [{ key: "1", fullName: "Anna Tamm" }]);
    const { location } = await open();
    const log = (event: string, details: object) => void told.push({ event, ...details });
    const identity = await createIdentity({ registry: [taxes], store: location, secret: Buffer.alloc(32, 7), log });
    try {
      await identity.link();
      const cause = Object.assign(new Error("connect to 10.0.0.7 as Anna"), { code: "ECONNREFUSED" });
      taxes.feed.page = async () => {
        throw new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: "taxes" }, { cause });
      };
      expect(await identity.follow()).toEqual([]);
      const [event, reason] = ["records could not be followed", "ECONNREFUSED"];
      expect(told).toEqual([{ event, department: "taxes", error: "DEPARTMENT_UNAVAILABLE", reason }]);
    } finally {
      await identity.close();
    }
  });

  it("goes on by the model that records were linked by, which a new one would have to be better than", async () => {
    const feeds = (await inMemory(city.feeds)).map(({ description, records }) =>
      memoryFeed(description.department, records, { ...description, tellsChanges: false }),
    );
    const { store } = await open();
    await link({ feeds, store, keys: testKeys });
    const kept = JSON.parse((await store.setting("model")) ?? "");
    kept.comparisons[0].levels.at(-1).m = 1;
    expect(disorderIn(kept)).toContain("weighs more than");
    await store.write(async (transaction) => {
      await writeSetting(transaction, "model", JSON.stringify(kept));
      await writeSetting(transaction, "scoring digest", "of an earlier version");
    });
    const [feed] = feeds as [MemoryFeed];
    const [first, ...others] = feed.records as [PersonRecord];
    feed.records = [{ ...first, familyName: "Elsewhere", fullName: "Somebody Elsewhere" }, ...others];
    const [followed] = await followFeeds({
      store,
      keys: testKeys,
      departments: departmentsOf([feed]),
      sweeps: new Map(),
    });
    expect(followed).toMatchObject({ department: feed.description.department, records: 1 });
  });

  for (const kind of kinds) {
    it(`gives the clusters of a run over everything, for records that come, change and go, on ${kind.name}`, async () => {
      const whole = await inMemory(city.feeds);
      const late = (record: PersonRecord, index: number) => index % 9 === 4 && record.key !== "";
      const feeds = whole.map((feed) => {
        const { description } = feed;
        const records = feed.records.filter((record, index) => !late(record, index));
        // Some more people who will be gone, and some who are written otherwise before.
        const before = records.map((record, index) =>
          index % 17 === 3 ? { ...record, familyName: "Elsewhere", fullName: "Somebody Elsewhere" } : record,
        );
        return memoryFeed(description.department, before, { ...description, tellsChanges: false });
      });
      const test = await open(kind);
      await link({ feeds, store: test.store, keys: testKeys });
      for (const [index, feed] of feeds.entries()) feed.records = [...(whole[index]?.records ?? [])].reverse();
      for (const feed of feeds.slice(0, 2)) feed.records.splice(7, 3);
      const followed = await followFeeds({
        store: test.store,
        keys: testKeys,
        departments: departmentsOf(feeds),
        sweeps: new Map(),
      });
      expect(followed.reduce((sum, { records }) => sum + records, 0)).toBeGreaterThan(50);

      const fresh = await open(kind);
      const summary = await link({ feeds, store: fresh.store, keys: testKeys });
      const [online, batch] = [await clustersOf(test), await clustersOf(fresh)];
      const differing = online.filter((group) => !batch.includes(group));
      console.info(
        `${kind.name}: ${online.length} citizens online, ${batch.length} in batch, ${differing.length} differ`,
      );
      expect(differing).toEqual([]);
      expect(online).toEqual(batch);
      expect((await test.store.watermarks()).map(({ recordCount }) => recordCount)).toEqual(
        (await fresh.store.watermarks()).map(({ recordCount }) => recordCount),
      );
      expect(summary.records).toBe(feeds.reduce((sum, { records }) => sum + records.length, 0));
      const again = await followFeeds({
        store: test.store,
        keys: testKeys,
        departments: departmentsOf(feeds),
        sweeps: new Map(),
      });
      expect(again.every(({ records }) => records === 0)).toBe(true);
    });

    it(`keeps nothing by which a record could be found whose values were erased, on ${kind.name}`, async () => {
      const identifier = [{ schemaAgency: "NATIONAL", notation: "38001010002" }];
      const feed = memoryFeed("registry", [{ key: "1", givenName: "Ann", familyName: "Doe", identifier }]);
      const { store } = await open(kind);
      const tokens = () => store.write(async (transaction) => (await transaction("token").select()).length);
      await link({ feeds: [feed], store, keys: testKeys });
      expect(await tokens()).toBeGreaterThan(0);
      feed.records = [{ key: "1" }];
      await followFeeds({ store, keys: testKeys, departments: departmentsOf([feed]), sweeps: new Map() });
      expect(await tokens()).toBe(0);
    });

    it(`renews the tokens of a record that has more than a thousand, on ${kind.name}`, async () => {
      const letters = "bcdfglmnprstaeio";
      const name = (index: number) => [...index.toString(16).padStart(4, "0")].map((d) => letters[Number(`0x${d}`)]);
      const alternativeName = Array.from({ length: 1_500 }, (_, index) => `Q${name(index * 37).join("u")}`);
      const record = { key: "1", givenName: "Ann", familyName: "Doe", dateOfBirth: "1980-01-02", alternativeName };
      const feed = memoryFeed("registry", [record, { ...record, key: "2", alternativeName: [] }]);
      const [{ store }, fresh] = [await open(kind), await open(kind)];
      await link({ feeds: [feed], store, keys: testKeys });
      feed.records[0] = { ...record, alternativeName: alternativeName.slice(100), dateOfBirth: "1980-01-03" };
      const failures: unknown[] = [];
      const options = { store, keys: testKeys, departments: departmentsOf([feed]), sweeps: new Map() };
      const followed = await followFeeds({ ...options, onFailure: (_, error) => failures.push(error) });
      expect(failures).toEqual([]);
      expect(followed).toEqual([{ department: "registry", records: 1 }]);
      await link({ feeds: [feed], store: fresh.store, keys: testKeys });
      const place = [{ department: "registry", lookupKey: "1" }];
      const [tokens, expected] = await Promise.all(
        [store, fresh.store].map(async (each) => [...(await tokensAt(each, place))].sort()),
      );
      expect(expected?.length).toBeGreaterThan(1_000);
      expect(tokens).toEqual(expected);
    });

    it(`leaves the tokens of values that are normalised anew to the next run over everything, on ${kind.name}`, async () => {
      const people = (prefix: string): PersonRecord[] =>
        [1, 2, 3].map((n) => ({
          key: `${prefix}${n}`,
          givenName: `Ann${n}`,
          familyName: "Doe",
          dateOfBirth: `1980-01-0${n}`,
        }));
      const feeds = [memoryFeed("registry", people("r")), memoryFeed("library", people("l"))] as const;
      const { store } = await open(kind);
      const everything = { feeds, store, keys: testKeys };
      await link(everything);
      const tokens = () => store.write((transaction) => transaction("token").select().orderBy(["token", "link_id"]));
      const expected = await tokens();
      // As an earlier version has left it.
      await store.write(async (transaction) => {
        await transaction("token").delete();
        await transaction("token").insert([1, 2, 3, 4, 5, 6].map((id) => ({ token: "otherwise", link_id: id })));
        await transaction("setting").where("name", "like", "normalisation %").delete();
      });
      const followed = await followFeeds({ ...everything, departments: departmentsOf(feeds), sweeps: new Map() });
      expect(followed.map(({ records }) => records)).toEqual([0, 0]);
      const unchanged = { links: { added: 0, moved: 0, removed: 0 } };
      // The library is not read, and so is left as it is until it is.
      expect(await link({ ...everything, feeds: [feeds[0]], kept: new Set(["library"]) })).toMatchObject(unchanged);
      expect((await tokens()).filter(({ token }) => token === "otherwise")).toHaveLength(3);
      expect(await link(everything)).toMatchObject(unchanged);
      expect(await tokens()).toEqual(expected);
    });

    for (const end of ["changed", "is gone"]) {
      it(`never goes back to an older record that was read when the newer one ${end}, on ${kind.name}`, async () => {
        const record = (key: string, day: number, familyName = "Doe"): PersonRecord => ({
          ...{ key, givenName: `Ann${key}`, familyName, dateOfBirth: `1980-01-0${key}` },
          changed: `2026-03-0${day}T10:00:00Z`,
        });
        const feed = memoryFeed("registry", [record("1", 1), record("2", 1)], { tellsChanges: true });
        const { store } = await open(kind);
        const options = { store, keys: testKeys, departments: departmentsOf([feed]), sweeps: new Map() };
        await link({ feeds: [feed], store, keys: testKeys });
        await followFeeds(options);
        const place = [{ department: "registry", lookupKey: "1" }];
        const links = await store.placesAt(place);
        feed.records[0] = record("1", 2, "Older");
        const { byKeys } = feed;
        feed.byKeys = async (...args) => {
          feed.byKeys = byKeys;
          const read = await byKeys(...args);
          // Another record's change moves the watermark behind this one's.
          feed.records = [...(end === "changed" ? [record("1", 3, "Newer")] : []), record("2", 4, "Other")];
          await followFeeds(options);
          return read;
        };
        await refresh(links, options);
        const digests = await store.digestsAt(place);
        await followFeeds(options);
        expect(await store.digestsAt(place)).toEqual(digests);
        const fresh = await open(kind);
        await link({ feeds: [feed], store: fresh.store, keys: testKeys });
        expect(digests).toEqual(await fresh.store.digestsAt(place));
        expect(digests.size).toBe(end === "changed" ? 1 : 0);
      });
    }
  }
});
