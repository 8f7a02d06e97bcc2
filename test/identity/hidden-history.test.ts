import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department } from "./support/city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds, type TestStore } from "./support/stores.ts";

const secret = Buffer.alloc(32, 7);
const people = townspeople(30);
const records = (prefix: string, from: number, to: number) =>
  people.slice(from, to).map((person, index) => ({ ...person, key: `${prefix}${from + index}` }));

/** Of these people, the library and the schools know 5 to 19, the schools alone 20 to 29. */
const library = department("library", records("l", 0, 20));
const schools = department("schools", records("s", 5, 30));
const madeUp = Buffer.alloc(16, 5).toString("base64url");

interface Event {
  readonly kind: string;
  readonly reason: string | null;
  readonly otherCitizen: string | null;
  readonly decision: string | null;
}

for (const kind of await storeKinds()) {
  describe(`what stewards see and do while a department is hidden, on ${kind.name}`, { timeout: 60_000 }, () => {
    let test: TestStore;
    let opened: Identity[];
    /** Of a gateway that shows both departments, and of one to which the schools are in SHADOW. */
    let all: ReturnType<typeof steward>;
    let some: ReturnType<typeof steward>;
    beforeEach(async () => {
      test = await kind.open();
      opened = [];
      for (const phase of ["LIVE", "SHADOW"] as const) {
        const registry = [library, { ...schools, phase }];
        opened.push(await createIdentity({ registry, store: test.location, secret }));
      }
      const [both, one] = opened as [Identity, Identity];
      await both.link();
      [all, some] = [steward(both), steward(one)];
    });
    afterEach(async () => {
      for (const identity of opened) await identity.close();
      await test.remove();
    });

    const versionOf = async (...ids: string[]) =>
      String(Math.max(...(await Promise.all(ids.map(async (id) => Number((await all.citizenOf(id))?.version ?? 0))))));
    const linkIn = async (id: string, department: string) =>
      (await all.citizenOf(id))?.identityLinks.find((link) => link.department.id === department)?.id as string;
    const merge = async (who: typeof all, ids: readonly string[], version: string, reason = "so") =>
      who.ask(
        `mutation ($ids: [ID!]!, $version: ID!, $reason: String!) {
          mergeCitizens(citizens: $ids, version: $version, reason: $reason) { id citizens { id } } }`,
        { ids, version, reason },
      );
    const split = async (who: typeof all, id: string, links: readonly string[], reason = "so") =>
      who.ask(
        `mutation ($id: ID!, $links: [ID!]!, $version: ID!, $reason: String!) {
          splitCitizen(citizen: $id, links: $links, version: $version, reason: $reason) { id citizens { id } } }`,
        { id, links, version: await versionOf(id), reason },
      );
    const history = async (who: typeof all, id: string): Promise<readonly Event[]> => {
      const query = "query ($id: ID!) { citizen(id: $id) { history { kind reason otherCitizen decision } } }";
      const { data, errors } = await who.ask(query, { id });
      expect(errors).toBeUndefined();
      return data.citizen.history;
    };
    const kinds = (events: readonly Event[]) => events.map((event) => event.kind).sort();

    it("merges nobody whom it alone knows, as if there were no such person", async () => {
      const [seen, hidden] = [await all.idOf("library:l2"), await all.idOf("schools:s22")];
      const before = await test.dump();
      const version = await versionOf(seen, hidden);
      const answers = [await merge(some, [seen, hidden], version), await merge(some, [seen, madeUp], version)];
      expect(answers[0].errors[0].extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "citizens" });
      expect(answers[0]).toEqual(answers[1]);
      expect(await test.dump()).toBe(before);
    });

    it("splits none of its records off, as if there were no such link", async () => {
      const id = await all.idOf("library:l7");
      const [seen, hidden] = [await linkIn(id, "library"), await linkIn(id, "schools")];
      const before = await test.dump();
      const answers = [];
      for (const links of [[hidden], [madeUp], [seen, hidden], [seen, madeUp]])
        answers.push(await split(some, id, links));
      expect(answers[0].errors[0].extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "links" });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await test.dump()).toBe(before);
    });

    it("tells of no record of its, and of all others", async () => {
      const id = await all.idOf("library:l7");
      expect(kinds(await history(all, id))).toEqual(["LINKED", "LINKED"]);
      expect(kinds(await history(some, id))).toEqual(["LINKED"]);
      const alone = await all.idOf("library:l2");
      expect(await history(some, alone)).toEqual(await history(all, alone));
    });

    it("tells nothing of its own people who were merged with others and split off again", async () => {
      const ends: boolean[] = [];
      // The id that lives on is that of more records.
      for (const [record, pupils] of [
        ["library:l0", ["schools:s20"]],
        ["library:l1", ["schools:s21", "schools:s22"]],
      ] as const) {
        const [first = "", second] = await Promise.all(pupils.map(all.idOf));
        if (second) expect((await merge(all, [first, second], await versionOf(first, second))).errors).toBeUndefined();
        const [seen, hidden] = [await all.idOf(record), await all.idOf(pupils[0])];
        const check = async () => {
          for (const { kind: what, reason, otherCitizen } of await history(some, await all.idOf(record))) {
            expect(["LINKED", "UNLINKED"]).toContain(what);
            expect(reason).toBeNull();
            if (otherCitizen !== null) expect(await some.citizenOf(otherCitizen)).not.toBeNull();
          }
        };
        const merged = await merge(all, [seen, hidden], await versionOf(seen, hidden), "told of the pupil");
        expect(merged.errors).toBeUndefined();
        const whole = await all.idOf(record);
        ends.push(whole === hidden);
        expect(kinds(await history(all, whole))).toEqual(expect.arrayContaining(["CONFIRMED", "MERGED"]));
        await check();
        const own =
          (await all.citizenOf(whole))?.identityLinks.filter((link) => link.department.id === "schools") ?? [];
        const leaving = own.map(({ id }) => id);
        const parted = await split(all, whole, leaving, "another pupil");
        expect(parted.errors).toBeUndefined();
        const after = await Promise.all([record, pupils[0]].map(async (each) => history(all, await all.idOf(each))));
        expect(kinds(after.flat())).toEqual(expect.arrayContaining(["REJECTED", "SPLIT"]));
        await check();
        await all.undo(parted.data.splitCitizen.id);
        await check();
      }
      expect(ends).toEqual([false, true]);
    });

    it("tells as before what happened to those whom others know, too", async () => {
      const [one, other] = [await all.idOf("library:l8"), await all.idOf("library:l9")];
      expect((await merge(some, [one, other], await versionOf(one, other), "one family")).errors).toBeUndefined();
      const whole = await all.idOf("library:l8");
      const told = await history(some, whole);
      // The two of the schools were linked and moved, and that is not told.
      expect(kinds(told)).toEqual(["CONFIRMED", "CONFIRMED", "LINKED", "LINKED", "LINKED", "MERGED"]);
      expect(await history(all, whole)).toEqual(expect.arrayContaining([...told]));
      const merged = told.find((event) => event.kind === "MERGED");
      expect(merged).toMatchObject({ reason: "one family", otherCitizen: one === whole ? other : one });
    });

    it("names nobody whom it alone knows by now", async () => {
      const [one, other] = [await all.idOf("library:l8"), await all.idOf("library:l9")];
      expect((await merge(all, [one, other], await versionOf(one, other))).errors).toBeUndefined();
      const whole = await all.idOf("library:l8");
      const links = (await all.citizenOf(whole))?.identityLinks ?? [];
      const places = await test.store.placesAt(
        ["library", "schools"].map((id) => ({ department: id, lookupKey: `${id[0]}9` })),
      );
      const order = await test.store.links([places[0]?.ref as string]);
      const leaving = places.map(({ id }) => links[order.findIndex((link) => link.id === id)]?.id as string);
      expect((await split(all, whole, leaving, "two families")).errors).toBeUndefined();
      const split8 = (await history(some, await all.idOf("library:l8"))).find((event) => event.kind === "SPLIT");
      expect(split8).toMatchObject({ reason: "two families", otherCitizen: await all.idOf("library:l9") });
      const [gone] = library.feed.records.splice(9, 1);
      try {
        await opened[0]?.link();
        const told = await history(some, await all.idOf("library:l8"));
        for (const event of told) {
          expect(event.kind).not.toBe("SPLIT");
          if (event.otherCitizen !== null) expect(await some.citizenOf(event.otherCitizen)).not.toBeNull();
        }
        expect(await some.citizenOf(await all.idOf("schools:s9"))).toBeNull();
      } finally {
        library.feed.records.splice(9, 0, gone as PersonRecord);
      }
    });

    it("names no decision that cannot be taken back because one of those it is about is not shown", async () => {
      const [one, other, pupil] = await Promise.all(["library:l2", "library:l3", "schools:s22"].map(all.idOf));
      const ids = [one, other, pupil] as [string, string, string];
      const { data } = await merge(all, ids, await versionOf(...ids), "three of a family");
      const decisions = async (who: typeof all) =>
        (await history(who, await all.idOf("library:l2"))).flatMap(({ decision }) => decision ?? []);
      expect(new Set(await decisions(all))).toEqual(new Set([data.mergeCitizens.id]));
      expect(await decisions(some)).toEqual([]);
      const both = await merge(
        some,
        [await all.idOf("library:l8"), await all.idOf("library:l9")],
        await versionOf(await all.idOf("library:l8"), await all.idOf("library:l9")),
      );
      const told = (await history(some, await all.idOf("library:l8"))).flatMap(({ decision }) => decision ?? []);
      expect(new Set(told)).toEqual(new Set([both.data.mergeCitizens.id]));
      expect((await some.undo(told[0] as string)).errors).toBeUndefined();
    });

    it("takes back no decision on somebody whom it alone knows, as if there were no such decision", async () => {
      const [seen, alone] = [await all.idOf("library:l2"), await all.idOf("schools:s22")];
      const shared = await all.idOf("library:l7");
      const decisions: string[] = [
        (await all.merge(await all.idOf("schools:s25"), await all.idOf("schools:s26"))).data.mergeCitizens.id,
        (await all.merge(seen, alone)).data.mergeCitizens.id,
        (await all.split(shared, [await linkIn(shared, "schools")])).data.splitCitizen.id,
      ];
      const before = await test.dump();
      const unknown = await some.undo(madeUp);
      expect(unknown.errors[0].extensions.code).toBe("BAD_USER_INPUT");
      for (const decision of decisions) expect(await some.undo(decision)).toEqual(unknown);
      expect(await test.dump()).toBe(before);
      for (const decision of decisions) expect((await all.undo(decision)).errors).toBeUndefined();
      expect(await all.idOf("schools:s7")).toBe(await all.idOf("library:l7"));
    });

    it("takes back a decision on people whom others know, too, with its own records of them", async () => {
      const pair = async () => Promise.all(["library:l8", "schools:s8", "library:l9", "schools:s9"].map(all.idOf));
      const [one, , other] = await pair();
      const { data } = await some.merge(one as string, other as string);
      expect(new Set(await pair()).size).toBe(1);
      const undone = await some.undo(data.mergeCitizens.id);
      expect(undone.errors).toBeUndefined();
      expect(undone.data.undoDecision.citizens).toHaveLength(2);
      const [first, firstOfSchools, second, secondOfSchools] = await pair();
      expect([firstOfSchools, secondOfSchools]).toEqual([first, second]);
      expect(first).not.toBe(second);
    });

    it("decides on by versions that count what is not told, too", async () => {
      const [seen, other, hidden] = await Promise.all(["library:l2", "library:l3", "schools:s22"].map(all.idOf));
      const [a, b, c] = [seen, other, hidden] as [string, string, string];
      const stale = await versionOf(a, b);
      expect((await merge(all, [a, c], await versionOf(a, c))).errors).toBeUndefined();
      expect((await merge(some, [a, b], stale)).errors[0].extensions.code).toBe("IDENTITY_CHANGED");
      const merged = await some.merge(await all.idOf("library:l2"), b);
      expect(merged.errors).toBeUndefined();
      expect(merged.data.mergeCitizens.citizens).toHaveLength(1);
    });
  });
}
