import { afterEach, describe, expect, it, vi } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import type { Sweeps } from "../../subgraphs/identity/linking/sweep.ts";
import { townspeople } from "./matching/townspeople.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const people = townspeople(30);
const recordsOf = (prefix: string, of: typeof people, changed: string): PersonRecord[] =>
  of.map((person, index) => ({ ...person, key: `${prefix}${index}`, changed }));

for (const kind of await storeKinds()) {
  describe(`following times of change, on ${kind.name}`, { timeout: 60_000 }, () => {
    const opened: TestStore[] = [];
    afterEach(async () => {
      vi.useRealTimers();
      for (const test of opened.splice(0)) await test.remove();
    });
    const at = (time: string) => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(time) });

    /** A department at noon, half an hour after its last change; those who read it are listed by whence they read. */
    async function city(changed = "2026-03-02T11:30:00Z", more: readonly PersonRecord[] = []) {
      at("2026-03-02T12:00:00Z");
      const test = await kind.open();
      opened.push(test);
      const schools = memoryFeed("schools", [...recordsOf("s", people, changed), ...more], { tellsChanges: true });
      const reads: (string | undefined)[] = [];
      let read = 0;
      const { page } = schools;
      schools.page = async (options) => {
        const answer = await page(options);
        // Keys are listed, and slices read again, without a time.
        if (options.changedSince !== undefined) read += answer.records.length;
        if (options.changedSince !== undefined) reads.push(options.changedSince);
        return answer;
      };
      const departments = new Map([["schools", { feed: schools }]]);
      const told: [event: string, details: object][] = [];
      const options = { store: test.store, keys: testKeys, departments, sweeps: new Map() as Sweeps };
      const follow = async () => {
        read = 0;
        const [followed] = await followFeeds({ ...options, tell: (...each) => void told.push(each) });
        return followed?.records;
      };
      const run = () => link({ feeds: [schools], store: test.store, keys: testKeys });
      const summary = await run();
      const change = (index: number, changed: string, familyName: string) => {
        schools.records[index] = { ...(schools.records[index] as PersonRecord), familyName, changed };
      };
      const watermark = async () => (await test.store.watermarks())[0]?.changedSince;
      return { ...test, schools, summary, told, reads, read: () => read, options, follow, run, change, watermark };
    }

    for (const from of ["the run over everything", "following"]) {
      it(`goes by no time that is still to come, wherever it was first seen: ${from}`, async () => {
        const { schools, told, follow, run, change, watermark } = await city();
        change(0, "9999-12-31T00:00:00Z", "Ahead");
        const notes = from === "following" ? [] : (await run()).notes.filter((note) => note.includes("future"));
        const first = await follow();
        expect(await watermark()).toBe("2026-03-02T11:30:00Z");
        at("2026-03-02T12:10:00Z");
        change(1, "2026-03-02T12:05:00Z", "Changed");
        expect([first, await follow()]).toEqual([from === "following" ? 1 : 0, 1]);
        expect(await watermark()).toBe("2026-03-02T12:05:00Z");
        expect(await follow()).toBe(0);
        const future = "records say that they change in the future";
        expect(told).toEqual([[future, { department: "schools", count: "1" }]]);
        if (from !== "following") expect(notes).toEqual([expect.stringMatching(/^schools: 1 record .*future/)]);
        expect(schools.records).toHaveLength(30);
      });
    }

    it("heals a time that an earlier version took from the future, and finds what was missed meanwhile", async () => {
      const { store, follow, change, watermark } = await city();
      await store.write((transaction) => transaction("watermark").update({ changed_since: "9999-12-31T00:00:00Z" }));
      change(1, "2026-03-02T11:45:00Z", "Changed");
      expect(await follow()).toBe(1);
      expect(await watermark()).toBe("2026-03-02T11:45:00Z");
    });

    it("compares instants, not texts: the offset differs in summer and winter", async () => {
      const { follow, change, watermark } = await city("2026-03-02T11:30:00Z");
      change(1, "2026-03-02T14:20:00+03:00", "Before");
      change(2, "2026-03-02T11:40:00Z", "After");
      expect(await follow()).toBe(2);
      expect(await watermark()).toBe("2026-03-02T11:40:00Z");
      change(3, "2026-03-02T11:30:00-05:00", "Ahead");
      expect(await follow()).toBe(1);
      expect(await watermark()).toBe("2026-03-02T11:40:00Z");
    });

    it("says nothing of a department whose clock is a little ahead, and misses nothing of it", async () => {
      const { told, follow, change, watermark } = await city();
      change(1, "2026-03-02T12:04:00Z", "Ahead");
      expect(await follow()).toBe(1);
      expect(await watermark()).toBe("2026-03-02T11:30:00Z");
      at("2026-03-02T12:05:00Z");
      change(2, "2026-03-02T12:03:00Z", "Ahead");
      expect(await follow()).toBe(1);
      expect(await watermark()).toBe("2026-03-02T12:04:00Z");
      expect(told).toEqual([]);
    });

    it("takes over what was stamped before the last change, and committed after it was seen", async () => {
      const { follow, change } = await city();
      expect(await follow()).toBe(0);
      change(1, "2026-03-02T11:30:00Z", "Same");
      expect(await follow()).toBe(1);
      change(2, "2026-03-02T11:29:58Z", "Seconds");
      expect(await follow()).toBe(1);
      at("2026-03-02T12:30:00Z");
      change(3, "2026-03-02T11:21:00Z", "Minutes");
      expect(await follow()).toBe(1);
      expect(await follow()).toBe(0);
    });

    it("does so as well when the last change moves on meanwhile, and where only days are told", async () => {
      const { follow, change } = await city("2026-03-02");
      at("2026-03-03T00:10:00Z");
      change(1, "2026-03-03", "Next");
      expect(await follow()).toBe(1);
      change(2, "2026-03-02", "Late");
      expect(await follow()).toBe(1);
      change(3, "2026-03-03", "Next");
      expect(await follow()).toBe(1);
    });

    it("reads nothing again once no such change is to be expected", async () => {
      const { follow, change, reads, read } = await city();
      await follow();
      expect(read()).toBe(30);
      at("2026-03-02T13:11:00Z");
      change(1, "2026-03-02T11:30:00Z", "Late");
      expect(await follow()).toBe(1);
      at("2026-03-02T13:12:00Z");
      expect(await follow()).toBe(0);
      expect(read()).toBe(0);
      expect(reads.slice(0, 3)).toEqual(["2026-03-02T10:20:00Z", "2026-03-02T10:20:00Z", "2026-03-02T11:30:01Z"]);
      change(2, "2026-03-02T13:11:59Z", "Next");
      expect(await follow()).toBe(1);
      change(3, "2026-03-02T13:08:00Z", "Late");
      expect(await follow()).toBe(1);
    });

    it("reads many that changed together again now and then alone, and what changes after them each time", async () => {
      const mass = Array.from({ length: 6_000 }, (_, index) => ({ key: `x${index}`, changed: "2026-03-02T11:30:00Z" }));
      const { follow, change, read } = await city("2026-03-02T11:30:00Z", mass);
      await follow();
      expect(read()).toBe(6_030);
      at("2026-03-02T12:00:05Z");
      change(1, "2026-03-02T12:00:01Z", "Next");
      expect(await follow()).toBe(1);
      expect(read()).toBe(1);
      at("2026-03-02T12:00:10Z");
      change(2, "2026-03-02T11:29:00Z", "Late");
      expect(await follow()).toBe(1);
      expect(read()).toBe(6_030);
      at("2026-03-02T12:00:11Z");
      await follow();
      expect(read()).toBe(0);
    });

    it("reads many that say they change in the future now and then alone", async () => {
      const ahead = Array.from({ length: 6_000 }, (_, index) => ({ key: `x${index}`, changed: "9999-12-31" }));
      const { follow, change, read } = await city("2026-03-02T11:30:00Z", ahead);
      await follow();
      expect(read()).toBe(6_030);
      at("2026-03-02T12:00:05Z");
      change(1, "2026-03-02T12:00:01Z", "Next");
      expect(await follow()).toBe(0);
      expect(read()).toBe(0);
      at("2026-03-02T12:00:10Z");
      expect(await follow()).toBe(1);
    });
  });
}
