import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { deterministicEngine } from "../../subgraphs/identity/linking/deterministic.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import type { Sweeps } from "../../subgraphs/identity/linking/sweep.ts";
import { townspeople } from "./matching/townspeople.ts";
import { entity, keyedCity, keyedValues } from "./support/keyed-city.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const people = townspeople(30);
const call = { requestId: "test", audience: "city" };

for (const kind of await storeKinds()) {
  describe(`a rotation of keys on ${kind.name}`, () => {
    const opened: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of opened.splice(0).reverse()) await close();
    });

    const city = () => keyedCity(kind, opened);
    const links = ({ store }: TestStore) =>
      store.write((transaction) => transaction("link").select("id", "department", "ref", "status").orderBy("id"));

    it("leaves nothing that was computed under the old key, and every id as it was", async () => {
      const { test, identity, centre } = await city();
      const [before, linked] = [await keyedValues(test), await links(test)];
      const phone = centre.feed.records[3]?.key ?? "";
      const citizen = await entity(identity, `contact-centre:${phone}`);
      expect(citizen).toMatchObject({ id: expect.any(String), contactCentreKeys: [phone] });
      for (let round = 1; round <= 2; round += 1) {
        const summary = await identity.link({ rotateKeys: true });
        expect(summary).toMatchObject({ links: { added: 0, moved: 0, removed: 0 }, refs: { created: 0, retired: 0 } });
        expect([...(await keyedValues(test))].filter((value) => before.has(value))).toEqual([]);
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
      const { test, identity, open, registry, taxes, library, centre } = await city();
      const [before, linked] = [await keyedValues(test), await links(test)];
      await identity.close();
      const without = await open({ registry: [centre, taxes], retired: ["library"] });
      await without.link({ rotateKeys: true });
      expect([...(await keyedValues(test))].filter((value) => before.has(value))).toEqual([]);
      expect(await links(test)).toEqual(linked);
      await without.close();
      const again = await open({ registry });
      expect(await again.link()).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
      await again.close();
      // The library is no part of the city any more; its history is.
      const gone = await open({ registry: [centre, taxes] });
      await gone.link();
      const middle = await keyedValues(test);
      await gone.link({ rotateKeys: true });
      expect([...(await keyedValues(test))].filter((value) => middle.has(value))).toEqual([]);
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

    it("renews hashes that earlier rotations have left alone", async () => {
      const { test, identity, centre } = await city();
      const linked = await links(test);
      const phone = centre.feed.records[3]?.key ?? "";
      const citizen = await entity(identity, `contact-centre:${phone}`);
      // As a program left it that rotated twice, and did not hash local keys again.
      await test.store.write(async (transaction) => {
        await transaction("link").update({ content_digest: "" });
        await transaction("setting").insert({ name: "token version", value: "3" });
      });
      await identity.link();
      await identity.link({ rotateKeys: true });
      expect(await links(test)).toEqual(linked);
      expect(await entity(identity, `contact-centre:${phone}`)).toEqual(citizen);
      expect((await identity.follow()).map(({ records }) => records)).toEqual([0, 0, 0]);
    });

    it("leaves no shares of values behind that nothing has weighed anew", async () => {
      const { test, identity } = await city();
      const before = await keyedValues(test);
      await identity.link({ rotateKeys: true, engine: deterministicEngine() });
      expect([...(await keyedValues(test))].filter((value) => before.has(value))).toEqual([]);
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
        const before = await keyedValues(test);
        await identity.link({ rotateKeys: true });
        const { file } = test.location as { file: string };
        const bytes = readFileSync(file, "latin1") + readFileSync(`${file}-wal`, "latin1");
        expect([...(await keyedValues(test))].some((value) => bytes.includes(value))).toBe(true);
        expect([...before].filter((value) => bytes.includes(value))).toEqual([]);
      });
    }
  });
}
