import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { decide, latest } from "../../subgraphs/identity/decide.ts";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { deterministicEngine } from "../../subgraphs/identity/linking/deterministic.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import type { Sweeps } from "../../subgraphs/identity/linking/sweep.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department, type TestDepartment } from "./support/city.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const people = townspeople(30);
const secret = Buffer.alloc(32, 7);
const call = { requestId: "test", audience: "city" };

/** What each table holds that is computed with a key. Refs are, too: they are what stays. */
const keyed = {
  token: ["token"],
  link: ["lookup_key", "sealed_key", "content_digest"],
  decision_record: ["lookup_key"],
  identity_event: ["lookup_key"],
  frequency: ["token"],
  assertion: ["reason"],
} as const;

for (const kind of await storeKinds()) {
  describe(`a rotation of keys on ${kind.name}`, () => {
    const opened: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of opened.splice(0).reverse()) await close();
    });

    async function open(test: TestStore, registry: readonly TestDepartment[], retired: readonly string[] = []) {
      const identity = await createIdentity({ registry, retired, store: test.location, secret });
      opened.push(() => identity.close());
      return identity;
    }
    /** Taxes know everybody by number, the contact centre by telephone number, the library some, as nobody is told. */
    async function city() {
      const test = await kind.open();
      opened.push(() => test.remove());
      const taxes = department(
        "taxes",
        people.map((person, index) => ({ ...person, key: `t${index}` })),
      );
      const centre = department(
        "contact-centre",
        people.slice(5).map((person) => ({ ...person, key: person.telephone?.[0] ?? "" })),
        true,
      );
      const library = department(
        "library",
        people.slice(0, 8).map((person) => ({ ...person, key: person.telephone?.[0] ?? "" })),
        true,
      );
      const registry = [centre, library, taxes];
      const identity = await open(test, registry);
      await identity.link();
      const options = {
        store: test.store,
        keys: testKeys,
        departments: new Map(registry.map((each) => [each.id, each])),
      };
      const refs = await test.store.page({ first: 2, after: "" });
      await decide({
        ...options,
        kind: "REJECT",
        actor: "steward",
        reason: "The neighbour said so",
        version: latest(await test.store.versions(refs)),
        subject: async (reads) => {
          const links = await reads.placesOf(refs);
          return refs.map((ref) => links.filter((link) => link.ref === ref));
        },
      });
      // Somebody of whom only history and decisions are left.
      centre.feed.records.splice(0, 2);
      await identity.follow();
      return { test, identity, registry, taxes, centre, library };
    }

    async function values({ store }: TestStore): Promise<ReadonlySet<string>> {
      return await store.write(async (transaction) => {
        const found = new Set<string>();
        for (const [table, columns] of Object.entries(keyed)) {
          for (const row of await transaction(table).select(...columns)) {
            for (const value of Object.values(row)) if (typeof value === "string" && value !== "") found.add(value);
          }
        }
        // Keys that are no secret.
        for (const value of found) if (/^t\d+$/.test(value)) found.delete(value);
        return found;
      });
    }
    const links = ({ store }: TestStore) =>
      store.write((transaction) => transaction("link").select("id", "department", "ref", "status").orderBy("id"));
    const entity = async (identity: Identity, record: string) => {
      const { data } = await identity.execute({
        query: "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { id contactCentreKeys } } }",
        variables: { r: [{ __typename: "Citizen", record }] },
        context: call,
      });
      return (data as { _entities: ({ id: string; contactCentreKeys: string[] } | null)[] })._entities[0];
    };

    it("leaves nothing that was computed under the old key, and every id as it was", async () => {
      const { test, identity, centre } = await city();
      const [before, linked] = [await values(test), await links(test)];
      const phone = centre.feed.records[3]?.key ?? "";
      const citizen = await entity(identity, `contact-centre:${phone}`);
      expect(citizen).toMatchObject({ id: expect.any(String), contactCentreKeys: [phone] });
      for (let round = 1; round <= 2; round += 1) {
        const summary = await identity.link({ rotateKeys: true });
        expect(summary).toMatchObject({ links: { added: 0, moved: 0, removed: 0 }, refs: { created: 0, retired: 0 } });
        expect([...(await values(test))].filter((value) => before.has(value))).toEqual([]);
        expect(await links(test)).toEqual(linked);
        expect(await entity(identity, `contact-centre:${phone}`)).toEqual(citizen);
      }
      // What comes after finds the same records.
      expect(await identity.follow()).toEqual([
        { department: "contact-centre", records: 0 },
        { department: "library", records: 0 },
        { department: "taxes", records: 0 },
      ]);
      expect(await identity.link()).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
      const { data } = await identity.execute({
        query: "query ($id: ID!) { citizen(id: $id) { history { kind reason } } }",
        variables: { id: citizen?.id },
        context: call,
      });
      expect(data).toMatchObject({ citizen: { history: expect.any(Array) } });
      const reasons = await test.store.write((transaction) => transaction("assertion").whereNotNull("reason"));
      expect(reasons.map(({ reason }) => testKeys.open(reason, "reasons"))).toEqual(["The neighbour said so"]);
    });

    it("leaves nothing of departments that are retired or gone either, and takes them back", async () => {
      const { test, identity, registry, taxes, library, centre } = await city();
      const [before, linked] = [await values(test), await links(test)];
      await identity.close();
      const without = await open(test, [centre, taxes], ["library"]);
      await without.link({ rotateKeys: true });
      expect([...(await values(test))].filter((value) => before.has(value))).toEqual([]);
      expect(await links(test)).toEqual(linked);
      await without.close();
      const again = await open(test, registry);
      expect(await again.link()).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
      await again.close();
      // The library is no part of the city any more; its history is.
      const gone = await open(test, [centre, taxes]);
      await gone.link();
      const middle = await values(test);
      await gone.link({ rotateKeys: true });
      expect([...(await values(test))].filter((value) => middle.has(value))).toEqual([]);
      expect(library.feed.records).toHaveLength(8);
    });

    it("keeps what stewards decided about somebody who is gone, for when they come back", async () => {
      const { test, identity, centre } = await city();
      const records = [...centre.feed.records];
      const decided = () => test.store.write((transaction) => transaction("decision_record").select());
      const count = (await decided()).length;
      centre.feed.records = [];
      await identity.follow();
      await identity.link({ rotateKeys: true });
      centre.feed.records = records;
      await identity.follow();
      const places = await test.store.placesAt(
        (await decided()).map((row) => ({ department: row.department, lookupKey: row.lookup_key })),
      );
      expect(places).toHaveLength(count);
    });

    it("leaves no shares of values behind that nothing has weighed anew", async () => {
      const { test, identity } = await city();
      const before = await values(test);
      await identity.link({ rotateKeys: true, engine: deterministicEngine() });
      expect([...(await values(test))].filter((value) => before.has(value))).toEqual([]);
    });

    it("takes nobody for gone whose department is followed meanwhile", async () => {
      const test = await kind.open();
      opened.push(() => test.remove());
      const records = people.map((person) => ({ ...person, key: person.telephone?.[0] ?? "", changed: "2026-01-01" }));
      const feed = memoryFeed("contact-centre", records, { personalKey: true, tellsChanges: true });
      const linking = { feeds: [feed], store: test.store, keys: testKeys };
      await link(linking);
      const linked = await links(test);
      const { page } = feed;
      feed.page = async (options) => {
        feed.page = page;
        await link({ ...linking, rotateKeys: true });
        return await page(options);
      };
      const departments = new Map([["contact-centre", { feed }]]);
      const sweeps: Sweeps = new Map();
      for (let round = 1; round <= 2; round += 1) {
        const followed = await followFeeds({ store: test.store, keys: testKeys, departments, sweeps });
        expect(followed).toEqual([{ department: "contact-centre", records: 0 }]);
        expect(await links(test)).toEqual(linked);
      }
    });

    if (kind.name === "SQLite") {
      it("leaves no trace in the file", async () => {
        const { test, identity } = await city();
        const before = await values(test);
        await identity.link({ rotateKeys: true });
        const { file } = test.location as { file: string };
        const bytes = readFileSync(file, "latin1") + readFileSync(`${file}-wal`, "latin1");
        expect([...(await values(test))].some((value) => bytes.includes(value))).toBe(true);
        expect([...before].filter((value) => bytes.includes(value))).toEqual([]);
      });
    }
  });
}
