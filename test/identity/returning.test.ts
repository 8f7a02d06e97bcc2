import { afterEach, describe, expect, it, vi } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { createIdentity } from "../../subgraphs/identity/index.ts";
import { tooManyGone } from "../../subgraphs/identity/linking/missing.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department } from "./support/city.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { steward } from "./support/steward.ts";
import { storeKinds } from "./support/stores.ts";

const secret = Buffer.alloc(32, 7);
const people = townspeople(24);
const changed = "2026-03-01T10:00:00Z";
/** Person 0 is known by four records, person 1 by two, the others by one. */
const clients = [0, 0, 0, 0, 1, 1, ...people.keys()].slice(0, 6 + 18).map((person, index) => ({
  ...(people[index < 6 ? person : index] as PersonRecord),
  key: `c${String(index).padStart(2, "0")}`,
  changed,
}));

for (const kind of await storeKinds()) {
  describe(`records that go and come back, on ${kind.name}`, { timeout: 60_000 }, () => {
    const opened: (() => Promise<void>)[] = [];
    afterEach(async () => {
      vi.useRealTimers();
      for (const close of opened.splice(0).reverse()) await close();
    });
    const at = (time: string) => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(`2026-03-02T${time}:00Z`) });

    /** Linked at noon; the taxes know person 20 and, if told so, another of the clients. */
    async function city({ tellsChanges = true, taxed = [20] } = {}) {
      at("12:00");
      const test = await kind.open();
      opened.push(() => test.remove());
      const social = { ...department("social", []), feed: memoryFeed("social", clients, { tellsChanges }) };
      const taxes = department(
        "taxes",
        taxed.map((person) => ({ ...(people[person] as PersonRecord), key: `t${person}` })),
      );
      const logged: [event: string, details: object][] = [];
      const identity = await createIdentity({
        registry: [social, taxes],
        store: test.location,
        secret,
        log: (...each) => void logged.push(each),
      });
      opened.push(() => identity.close());
      await identity.link();
      const follow = async () => {
        const followed = await identity.follow();
        return followed.find((each) => each.department === "social")?.records;
      };
      const linked = () => test.store.recordCount("social");
      return { ...steward(identity), test, social: social.feed, taxes: taxes.feed, identity, logged, follow, linked };
    }
    const warning = ["many records are gone: their links are kept for an hour", { department: "social" }] as const;
    const warned = (gone: number) => [[warning[0], { ...warning[1], gone: String(gone), known: "24" }]];

    for (const tellsChanges of [true, false]) {
      const how = tellsChanges ? "" : ", in a department that tells no changes";
      it(`ends no link when a table is empty for a moment, and warns once${how}`, async () => {
        const { social, logged, follow, linked, idOf, test } = await city({ tellsChanges });
        const id = await idOf("social:c00");
        await follow();
        const before = await test.dump();
        social.records = [];
        expect([await follow(), await follow()]).toEqual([0, 0]);
        expect(await linked()).toBe(24);
        social.records = [...clients];
        at("12:01");
        expect(await follow()).toBe(0);
        expect(await test.dump()).toBe(before);
        expect(logged).toEqual(warned(24));
        // The next night, and no hour after the first.
        at("13:30");
        social.records = [];
        expect(await follow()).toBe(0);
        social.records = [...clients];
        expect(await follow()).toBe(0);
        expect(await idOf("social:c00")).toBe(id);
        expect(logged).toEqual([...warned(24), ...warned(24)]);
      });

      it(`takes it over when the department says the same for an hour${how}`, async () => {
        const { social, logged, follow, linked } = await city({ tellsChanges });
        await follow();
        social.records = clients.slice(0, 3);
        for (const time of ["12:01", "12:30", "12:59"]) {
          at(time);
          expect(await follow()).toBe(0);
        }
        at("13:05");
        expect(await follow()).toBe(21);
        expect(await linked()).toBe(3);
        expect(logged).toEqual(warned(21));
      });
    }

    it("takes it over at once in a run over everything, and a few that are gone in the next round", async () => {
      const { social, identity, follow, linked } = await city();
      social.records = clients.slice(0, 3);
      await follow();
      await identity.link();
      expect(await linked()).toBe(3);
      social.records = clients.slice(0, 2);
      expect(await follow()).toBe(1);
      expect(await linked()).toBe(2);
    });

    it("lists a department of which many are missing again when their number is another one, else in minutes", async () => {
      const { social, follow, linked } = await city();
      await follow();
      const listed = () => social.keysCalls;
      social.records = [];
      await follow();
      const first = listed();
      await follow();
      expect(listed()).toBe(first);
      at("12:06");
      await follow();
      expect(listed()).toBe(first + 1);
      social.records = clients.slice(4);
      expect(await follow()).toBe(4);
      expect(await linked()).toBe(20);
    });

    const ends = {
      "in rounds of following": "follow",
      "in runs over everything": "link",
    } as const;
    for (const [where, how] of Object.entries(ends)) {
      it(`gives all of them the ids that they had, ${where}`, async () => {
        const { social, identity, follow, idOf, citizenOf } = await city();
        const keys = clients.map(({ key }) => key);
        const idsNow = () => Promise.all(keys.map((key) => idOf(`social:${key}`)));
        const before = await idsNow();
        expect(new Set(before.slice(0, 4)).size).toBe(1);
        social.records = [];
        await identity.link();
        expect(await citizenOf(before[0] ?? "")).toBeNull();
        // What comes first is not what the id was made of.
        for (const records of [clients.slice(2), [...clients].reverse()]) {
          social.records = records;
          if (how === "link") await identity.link();
          else await follow();
        }
        expect(await idsNow()).toEqual(before);
        for (const id of before) expect((await citizenOf(id))?.id).toBe(id);
        expect(await identity.link()).toMatchObject({ refs: { created: 0, retired: 0, revived: 0 } });
      });

      it(`leads what they were called before to them again, ${where}`, async () => {
        const { social, identity, follow, idOf, citizenOf, merge } = await city();
        const ids = await Promise.all(["c10", "c11", "c12", "c13"].map((key) => idOf(`social:${key}`)));
        const [a, b, c, d] = ids as [string, string, string, string];
        for (const pair of [
          [a, b],
          [b, c],
        ] as const) {
          expect((await merge(...pair)).errors).toBeUndefined();
        }
        const whole = await idOf("social:c10");
        social.records = clients.slice(0, 10);
        await identity.link();
        for (const id of [...ids, whole]) expect(await citizenOf(id)).toBeNull();
        // The first of them, so that others come to one who lives again already.
        for (const end of [11, 24]) {
          social.records = clients.slice(0, end);
          if (how === "link") await identity.link();
          else await follow();
        }
        for (const id of [a, b, c, whole]) expect((await citizenOf(id))?.id).toBe(whole);
        expect((await citizenOf(d))?.id).toBe(d);
        expect(await idOf("social:c13")).toBe(d);
      });

      it(`leads the id to whom they belong by now, where that is somebody else, ${where}`, async () => {
        const { social, taxes, identity, follow, idOf, citizenOf } = await city();
        const [old] = await Promise.all(["social:c10"].map(idOf));
        social.records = clients.slice(0, 10);
        await identity.link();
        taxes.records.push({ ...(people[10] as PersonRecord), key: "t10" });
        await identity.link();
        const now = await idOf("taxes:t10");
        social.records = [...clients];
        if (how === "link") await identity.link();
        else await follow();
        expect(await idOf("social:c10")).toBe(now);
        expect(now).not.toBe(old);
        expect((await citizenOf(old ?? ""))?.id).toBe(now);
      });

      it(`leads the id along when they leave whom they came to, ${where}`, async () => {
        const { social, taxes, identity, follow, idOf, citizenOf } = await city();
        const run = () => (how === "link" ? identity.link() : follow());
        const old = await idOf("social:c04");
        const without = (...keys: string[]) => clients.filter(({ key }) => !keys.includes(key));
        social.records = without("c04", "c05");
        await identity.link();
        for (const key of ["t1", "t1b"]) taxes.records.push({ ...(people[1] as PersonRecord), key });
        await identity.link();
        const others = await idOf("taxes:t1");
        social.records = without("c04");
        await run();
        expect((await citizenOf(old))?.id).toBe(others);
        const corrected = { givenName: "Zebulon", familyName: "Quarkmann", dateOfBirth: "1950-07-30", key: "c05" };
        social.records = [...without("c04", "c05"), { ...corrected, changed: "2026-03-02T11:58:00Z" }];
        await run();
        const left = await idOf("social:c05");
        expect([old, others]).not.toContain(left);
        expect((await citizenOf(old))?.id).toBe(left);
      });

      it(`gives the id to most of them where they are two by now, ${where}`, async () => {
        const { social, identity, follow, idOf, citizenOf } = await city();
        const old = await idOf("social:c00");
        social.records = clients.slice(4);
        await identity.link();
        const other = people[22] as PersonRecord;
        social.records = clients.map((each) => (each.key === "c00" ? { ...other, key: "c00", changed } : each));
        if (how === "link") await identity.link();
        else await follow();
        expect(await Promise.all(["c01", "c02", "c03"].map((key) => idOf(`social:${key}`)))).toEqual([old, old, old]);
        expect(await idOf("social:c00")).not.toBe(old);
        expect((await citizenOf(old))?.identityLinks).toHaveLength(3);
      });
    }
  });
}

describe("how many records are gone that is not believed at first", () => {
  it("is more than half, or more than ten and a tenth", () => {
    const cases = [
      [1, 1, true],
      [1, 2, false],
      [2, 3, true],
      [10, 20, false],
      [11, 20, true],
      [11, 100, true],
      [100, 1_000, false],
      [101, 1_000, true],
      [0, 0, false],
    ] as const;
    for (const [gone, known, expected] of cases) expect(tooManyGone(gone, known), `${gone}/${known}`).toBe(expected);
  });
});
