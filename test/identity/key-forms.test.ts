import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createIdentity } from "../../subgraphs/identity/index.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department } from "./support/city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const people = townspeople(12);
const secret = Buffer.alloc(32, 7);
/** As long as the hash of a key, and of the same letters. */
const keyOf = (index: number) => `child-${String(index).padStart(10, "0")}`;
const unchanged = { links: { added: 0, moved: 0, removed: 0 }, refs: { created: 0, retired: 0, revived: 0 } };

for (const kind of await storeKinds()) {
  describe(`local keys that become personal, or cease to be, on ${kind.name}`, () => {
    const opened: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of opened.splice(0).reverse()) await close();
    });

    async function city() {
      const test = await kind.open();
      opened.push(() => test.remove());
      const taxes = department(
        "taxes",
        people.slice(0, 6).map((person, index) => ({ ...person, key: `t${index}` })),
      );
      const children = people.map((person, index) => ({ ...person, key: keyOf(index) }));
      /** Who is known as the test goes on, from now on by keys of this form. */
      const open = async (personalKey: boolean) => {
        const schools = department("schools", children, personalKey);
        const registry = [schools, taxes];
        const identity = await createIdentity({ registry, store: test.location, secret });
        opened.push(() => identity.close());
        const ids = () => Promise.all(children.map(({ key }) => steward(identity).idOf(`schools:${key}`)));
        return { identity, registry, schools, ids, ...steward(identity) };
      };
      return { test, children, open };
    }
    const plainKeys = async (test: TestStore) => new Set((await test.dump()).match(/child-\d{10}/g) ?? []);
    /** Where what was overwritten could be read still: in PostgreSQL, whose files are out of reach, the files' number. */
    async function traces({ location, store }: TestStore): Promise<readonly string[]> {
      if ("file" in location) {
        const bytes = ["", "-wal"].map((suffix) => readFileSync(location.file + suffix, "latin1")).join();
        return [...new Set(bytes.match(/child-\d{10}/g) ?? [])].sort();
      }
      const tables = ["link", "decision_record", "identity_event"];
      const numbers = tables.map((table) => `pg_relation_filenode('${table}')::text as ${table}`);
      const found = await store.write((transaction) => transaction.raw(`select ${numbers.join(", ")}`));
      return Object.values(found.rows[0]);
    }
    /** None that were there before. */
    async function expectNoneLeft(test: TestStore, before: readonly string[]): Promise<void> {
      expect(before).not.toEqual([]);
      const left = await traces(test);
      expect(before.filter((trace) => left.includes(trace))).toEqual([]);
    }

    for (const personal of [true, false]) {
      for (const by of ["linking", "following"] as const) {
        it(`keep all ids and decisions when keys ${personal ? "are no more" : "become"} personal, by ${by}`, async () => {
          const { test, children, open } = await city();
          const before = await open(personal);
          await before.identity.link();
          const [one, other] = [await before.idOf("taxes:t0"), await before.idOf(`schools:${keyOf(9)}`)];
          expect((await before.merge(one, other)).errors).toBeUndefined();
          // Somebody of whom only the history is left.
          for (const known of [children, before.schools.feed.records]) known.splice(11, 1);
          await before.identity.link();
          const ids = await before.ids();
          await before.identity.close();

          const after = await open(!personal);
          if (by === "linking") expect(await after.identity.link()).toMatchObject(unchanged);
          else expect((await after.identity.follow()).every(({ records }) => records === 0)).toBe(true);
          expect(await after.ids()).toEqual(ids);
          expect((await plainKeys(test)).size).toBe(personal ? children.length : 0);
          for (const rotateKeys of [false, true, true]) {
            expect(await after.identity.link({ rotateKeys })).toMatchObject(unchanged);
            expect(await after.ids()).toEqual(ids);
          }
          await after.identity.close();

          const again = await open(personal);
          expect(await again.identity.link()).toMatchObject(unchanged);
          expect(await again.ids()).toEqual(ids);
          expect(await again.idOf("taxes:t0")).toBe(await again.idOf(`schools:${keyOf(9)}`));
          if (personal) expect(await plainKeys(test)).toEqual(new Set());
        });
      }
    }

    for (const by of ["linking", "following", "whoever comes next"] as const) {
      it(`leave no trace in the store's files once they are personal, by ${by}`, async () => {
        const { test, children, open } = await city();
        const before = await open(false);
        await before.identity.link();
        await before.merge(await before.idOf("taxes:t0"), await before.idOf(`schools:${keyOf(9)}`));
        for (const known of [children, before.schools.feed.records]) known.splice(11, 1);
        await before.identity.follow();
        await before.identity.close();
        const plain = await traces(test);
        const after = await open(true);
        if (by === "linking") await after.identity.link();
        else {
          if (by === "whoever comes next") {
            // Ends before it has compacted anything.
            await link({ feeds: after.registry.map(({ feed }) => feed), store: test.store, keys: testKeys });
          }
          await after.identity.follow();
        }
        expect(await plainKeys(test)).toEqual(new Set());
        await expectNoneLeft(test, plain);
        if (kind.name !== "PostgreSQL") return;
        // Once is enough.
        const left = await traces(test);
        await after.identity.close();
        const again = await open(true);
        await again.identity.follow();
        await again.identity.link();
        expect(await traces(test)).toEqual(left);
      });
    }

    it("have nothing compacted when they were personal from the first", async () => {
      const { test, open } = await city();
      const compacted = vi.spyOn(test.store, "compact");
      const { registry } = await open(true);
      const feeds = registry.map(({ feed }) => feed);
      const departments = new Map(registry.map((each) => [each.id, each]));
      await link({ feeds, store: test.store, keys: testKeys });
      await followFeeds({ store: test.store, keys: testKeys, departments, sweeps: new Map() });
      expect(compacted).not.toHaveBeenCalled();
    });
  });
}
