import { afterEach, describe, expect, it } from "vitest";
import { createIdentity } from "../../subgraphs/identity/index.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department } from "./support/city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds, type TestStore } from "./support/stores.ts";

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
        const identity = await createIdentity({ registry: [schools, taxes], store: test.location, secret });
        opened.push(() => identity.close());
        const ids = () => Promise.all(children.map(({ key }) => steward(identity).idOf(`schools:${key}`)));
        return { identity, schools, ids, ...steward(identity) };
      };
      return { test, children, open };
    }
    const plainKeys = async (test: TestStore) => new Set((await test.dump()).match(/child-\d{10}/g) ?? []);

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
  });
}
