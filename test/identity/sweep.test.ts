import { afterEach, describe, expect, it, vi } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import type { Sweeps } from "../../subgraphs/identity/linking/sweep.ts";
import { townspeople } from "./matching/townspeople.ts";
import { type MemoryFeed, memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const people = townspeople(40);
const changed = "2026-03-01T10:00:00Z";
const backdated = "2020-01-01T00:00:00Z";
const recordsOf = (prefix: string, of: typeof people, at = changed): PersonRecord[] =>
  of.map((person, index) => ({ ...person, key: `${prefix}${index}`, changed: at }));

for (const kind of await storeKinds()) {
  describe(`the sweep for what the change times do not tell, on ${kind.name}`, () => {
    const opened: TestStore[] = [];
    afterEach(async () => {
      vi.useRealTimers();
      for (const test of opened.splice(0)) await test.remove();
    });

    async function linked(personalKey = false, more: readonly PersonRecord[] = []) {
      const test = await kind.open();
      opened.push(test);
      const taxes = memoryFeed("taxes", recordsOf("t", people));
      const pupils = [...recordsOf("s", people.slice(0, 20)), ...more];
      const schools = memoryFeed("schools", pupils, { tellsChanges: true, personalKey });
      await link({ feeds: [taxes, schools], store: test.store, keys: testKeys });
      const departments = new Map([taxes, schools].map((feed) => [feed.description.department, { feed }]));
      const sweeps: Sweeps = new Map();
      const failures: [department: string, error: unknown][] = [];
      const onFailure = (department: string, error: unknown) => void failures.push([department, error]);
      const follow = async () => {
        const followed = await followFeeds({ store: test.store, keys: testKeys, departments, sweeps, onFailure });
        return followed.find(({ department }) => department === "schools")?.records;
      };
      return { store: test.store, taxes, schools, failures, follow };
    }
    /** How many of the schools' records share a citizen with the taxes'. */
    async function shared({ store }: Awaited<ReturnType<typeof linked>>): Promise<number> {
      const rows = await store.keys(await store.page({ first: 10_000, after: "" }));
      const taxed = new Set(rows.filter(({ department }) => department === "taxes").map(({ ref }) => ref));
      return rows.filter(({ department, ref }) => department === "schools" && taxed.has(ref)).length;
    }
    const late = (feed: MemoryFeed, from: number, to: number) =>
      feed.records.push(...recordsOf("late", people.slice(from, to), backdated));

    for (const personalKey of [false, true]) {
      it(`links records with an old time of change, their keys ${personalKey ? "personal" : "plain"}`, async () => {
        const city = await linked(personalKey);
        expect(await city.follow()).toBe(0);
        late(city.schools, 20, 25);
        expect(await city.follow()).toBe(5);
        expect(await shared(city)).toBe(25);
        expect(await city.follow()).toBe(0);
      });
    }

    it("finds them also when as many others have gone, within hours", async () => {
      const city = await linked();
      await city.follow();
      late(city.schools, 20, 23);
      city.schools.records.splice(0, 3);
      expect(await city.follow()).toBe(0);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 3_600_000 });
      expect(await city.follow()).toBe(6);
      expect(await shared(city)).toBe(20);
    });

    it("takes over a bounded number at a time, without listing all keys again for the others", async () => {
      const city = await linked();
      const extras = Array.from({ length: 1_500 }, (_, index) => ({ key: `x${index}`, changed: backdated }));
      city.schools.records.push(...extras);
      const first = await city.follow();
      expect(first).toBe(1_000);
      const listed = city.schools.keysCalls;
      expect(await city.follow()).toBe(500);
      expect(city.schools.keysCalls).toBe(listed);
      expect(await city.store.recordCount("schools")).toBe(20 + 1_500);
    });

    it("loses none of them when the department fails in the middle", async () => {
      const city = await linked();
      late(city.schools, 20, 25);
      const { byKeys } = city.schools;
      city.schools.byKeys = async (...args) => {
        city.schools.byKeys = byKeys;
        city.schools.down = true;
        return byKeys(...args);
      };
      expect(await city.follow()).toBeUndefined();
      city.schools.down = false;
      expect(await city.follow()).toBe(5);
    });

    /** A record that nothing can be made of. */
    const unreadable = (key: string, at = changed): PersonRecord => ({ key, changed: at, givenName: {} as string });

    it("takes over all others, and what has gone, when one record fails, and tells it once", async () => {
      const city = await linked();
      await city.follow();
      city.schools.records.push(unreadable("odd", backdated));
      late(city.schools, 20, 34);
      city.schools.records.splice(0, 2);
      expect(await city.follow()).toBe(2 + 14);
      expect(city.failures).toEqual([["schools", expect.any(TypeError)]]);
      const listed = city.schools.keysCalls;
      for (let round = 1; round <= 2; round += 1) expect(await city.follow()).toBe(0);
      expect(city.schools.keysCalls).toBe(listed);
      city.schools.records.splice(0, 1);
      expect(await city.follow()).toBe(1);
      expect(city.failures).toHaveLength(1);
      expect(await shared(city)).toBe(20 - 3 + 14);
      city.schools.records = city.schools.records.map((record) =>
        record.key === "odd" ? { ...people[39], key: "odd", changed: backdated } : record,
      );
      expect(await city.follow()).toBe(1);
      expect(await shared(city)).toBe(20 - 3 + 15);
    });

    it("stops where ten more fail, and goes on past them the next time", async () => {
      const city = await linked();
      await city.follow();
      city.schools.records.push(...Array.from({ length: 12 }, (_, index) => unreadable(`odd${index}`, backdated)));
      late(city.schools, 20, 23);
      expect(await city.follow()).toBeUndefined();
      expect(city.failures).toHaveLength(10);
      expect(await city.follow()).toBe(3);
      expect(city.failures).toHaveLength(12);
      expect(await city.follow()).toBe(0);
      expect(city.failures).toHaveLength(12);
    });

    it("reads a record that failed again, however many have changed since", async () => {
      const city = await linked();
      const later = (day: number) => `2026-04-0${day}T10:00:00Z`;
      const [first, second] = city.schools.records as [PersonRecord, PersonRecord];
      city.schools.records[0] = unreadable(first.key, later(1));
      city.schools.records[1] = { ...second, gender: "F", changed: later(3) };
      late(city.schools, 20, 22);
      expect(await city.follow()).toBe(1 + 2);
      expect(city.failures).toEqual([["schools", expect.any(TypeError)]]);
      city.schools.records[0] = { ...first, gender: "F", changed: later(2) };
      expect(await city.follow()).toBe(1);
      expect(city.failures).toHaveLength(1);
      expect(await city.follow()).toBe(0);
    });

    it("follows the other departments when one fails, whatever it is", async () => {
      const city = await linked();
      city.taxes.page = async () => {
        throw new RangeError("unforeseen");
      };
      late(city.schools, 20, 22);
      expect(await city.follow()).toBe(2);
      expect(city.failures).toEqual([["taxes", expect.any(RangeError)]]);
    });

    it("does not list all keys again and again where the department counts differently", async () => {
      const city = await linked();
      city.schools.count = async () => 27;
      await city.follow();
      const listed = city.schools.keysCalls;
      await city.follow();
      await city.follow();
      expect(city.schools.keysCalls).toBe(listed);
      late(city.schools, 20, 21);
      city.schools.count = async () => 28;
      expect(await city.follow()).toBe(1);
    });

    describe("reads the department again, slice by slice, and", { timeout: 30_000 }, () => {
      const pass = (minutes: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * 60_000 });

      /** Of two slices and a bit, the first was read; those that are read from now on are listed by their first records. */
      async function large(personalKey = false) {
        const more = Array.from({ length: 10_100 }, (_, index) => ({ key: `x${index}`, changed: backdated }));
        const city = await linked(personalKey, more);
        expect(await city.follow()).toBe(0);
        const slices: (string | undefined)[] = [];
        const { page } = city.schools;
        city.schools.page = async (options) => {
          const answer = await page(options);
          if (options.changedSince === undefined) slices.push(answer.records[0]?.key);
          return answer;
        };
        const rounds = async (count: number) => {
          const found: (number | undefined)[] = [];
          for (let round = 1; round <= count; round += 1) {
            pass(5);
            found.push(await city.follow());
          }
          return found;
        };
        const rewrite = (key: string, as: object = { ...people[39] }) => {
          city.schools.records = city.schools.records.map((each) => (each.key === key ? { ...each, ...as } : each));
        };
        return { ...city, slices, rounds, rewrite };
      }

      for (const personalKey of [false, true]) {
        it(`finds what changed without a new time, its keys ${personalKey ? "personal" : "plain"}`, async () => {
          const city = await large(personalKey);
          city.rewrite("x7500");
          city.rewrite("x0", { ...people[38] });
          expect(await city.rounds(4)).toEqual([1, 0, 1, 0]);
          expect(city.slices).toEqual(["x4980", "x9980", "s0", "x4980"]);
          expect(await shared(city)).toBe(20 + 2);
        });
      }

      it("reads one in five minutes, however often it follows", async () => {
        const city = await large();
        for (let round = 1; round <= 4; round += 1) {
          await city.follow();
          pass(1);
        }
        expect(city.slices).toEqual([]);
        pass(1);
        for (let round = 1; round <= 3; round += 1) await city.follow();
        expect(city.slices).toEqual(["x4980"]);
      });

      it("reads on behind records that cannot be taken over", async () => {
        const city = await large();
        for (let index = 7_000; index < 7_012; index += 1) city.rewrite(`x${index}`, { givenName: {} });
        city.rewrite("x7500");
        expect(await city.rounds(4)).toEqual([undefined, 1, 0, 0]);
        expect(city.failures).toHaveLength(12);
        expect(city.slices).toEqual(["x4980", "x4980", "x9980", "s0"]);
      });

      it("begins again where the department has forgotten the place", async () => {
        const city = await large();
        const { page } = city.schools;
        city.schools.page = async (options) => {
          if (options.after !== undefined) throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
          return await page(options);
        };
        expect(await city.rounds(1)).toEqual([undefined]);
        city.schools.page = page;
        await city.rounds(2);
        expect(city.slices).toEqual(["s0", "x4980"]);
      });
    });
  });
}
