import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department } from "./support/city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds, type TestStore } from "./support/stores.ts";

const people = townspeople(12);
const known = (prefix: string, from: number) =>
  people.slice(from).map((person, index) => ({ ...person, key: `${prefix}${from + index}` }));
const madeUp = Buffer.alloc(16, 5).toString("base64url");

interface Event {
  readonly kind: string;
  readonly otherCitizen: string | null;
  readonly decision: string | null;
}

for (const kind of await storeKinds()) {
  describe(`decisions on ${kind.name}`, { timeout: 60_000 }, () => {
    let test: TestStore;
    let identity: Identity;
    let { ask, citizenOf, idOf, merge, split, undo } = {} as ReturnType<typeof steward>;
    beforeEach(async () => {
      test = await kind.open();
      const registry = [department("library", known("l", 0)), department("schools", known("s", 4))];
      identity = await createIdentity({ registry, store: test.location, secret: Buffer.alloc(32, 7) });
      await identity.link();
      ({ ask, citizenOf, idOf, merge, split, undo } = steward(identity));
    });
    afterEach(async () => {
      await identity.close();
      await test.remove();
    });

    const versionOf = async (id: string) => (await citizenOf(id))?.version ?? "0";
    const history = async (id: string, audience = "city"): Promise<readonly Event[]> => {
      const query =
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { history { kind otherCitizen decision } } } }";
      const variables = { r: [{ __typename: "Citizen", record: id }] };
      const context = { requestId: "test", audience };
      const { data, errors } = JSON.parse(JSON.stringify(await identity.execute({ query, variables, context })));
      expect(errors).toBeUndefined();
      return data._entities[0].history;
    };
    const decisionsIn = (events: readonly Event[]) =>
      events.flatMap(({ kind: what, decision }) => (decision === null ? [] : [{ kind: what, decision }]));
    const mergeAll = (citizens: readonly string[], version: string) =>
      ask(
        `mutation ($citizens: [ID!]!, $version: ID!) {
          mergeCitizens(citizens: $citizens, version: $version, reason: "so") { id } }`,
        { citizens, version },
      );
    const splitOff = (citizen: string, links: readonly string[], version: string) =>
      ask(
        `mutation ($citizen: ID!, $links: [ID!]!, $version: ID!) {
          splitCitizen(citizen: $citizen, links: $links, version: $version, reason: "so") { id } }`,
        { citizen, links, version },
      );
    const refused = (answer: { errors: unknown }, argument: string) =>
      expect(answer.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
    const changed = (answer: { errors: unknown }) =>
      expect(answer.errors).toMatchObject([{ extensions: { code: "IDENTITY_CHANGED" } }]);

    it("are taken back by whoever reads of them in the history, until they were", async () => {
      const ids = await Promise.all(["library:l1", "library:l2"].map(idOf));
      const { data } = await merge(...ids);
      const [decision, ...others] = new Set(decisionsIn(await history("library:l1")).map((event) => event.decision));
      expect(others).toEqual([]);
      expect(decision).toBe(data.mergeCitizens.id);
      expect((await undo(decision as string)).errors).toBeUndefined();
      expect(await Promise.all(["library:l1", "library:l2"].map(idOf))).toEqual(ids);
      const events = (await Promise.all([history("library:l1"), history("library:l2")])).flat();
      expect(events.map((event) => event.kind)).toEqual(expect.arrayContaining(["CONFIRMED", "UNDONE"]));
      expect(decisionsIn(events)).toEqual([]);
    });

    it("are named only by the events that tell of them", async () => {
      const shared = await idOf("library:l7");
      const own = (await citizenOf(shared))?.identityLinks ?? [];
      const leaving = own.filter((link) => link.department.id === "schools").map(({ id }) => id);
      const { data } = await split(shared, leaving);
      const events = await history("library:l7");
      expect(decisionsIn(events)).toEqual([{ kind: "REJECTED", decision: data.splitCitizen.id }]);
      expect(events.map((event) => event.kind)).toEqual(expect.arrayContaining(["LINKED", "SPLIT"]));
    });

    it("have ids that mean nothing to another audience", async () => {
      await merge(await idOf("library:l1"), await idOf("library:l2"));
      const [ofCity] = decisionsIn(await history("library:l1"));
      const [ofOthers] = decisionsIn(await history("library:l1", "utility"));
      expect(ofOthers?.decision).toMatch(/^[\w-]{22}$/);
      expect(ofOthers?.decision).not.toBe(ofCity?.decision);
      refused(await undo(ofOthers?.decision as string), "decision");
      expect((await undo(ofCity?.decision as string)).errors).toBeUndefined();
    });

    it("name no other citizen once both are one", async () => {
      const ids = await Promise.all(["library:l1", "library:l2"].map(idOf));
      await merge(...ids);
      const whole = await idOf("library:l1");
      const gone = ids.find((id) => id !== whole);
      const events = await history("library:l1");
      expect(events.filter((event) => event.kind === "CONFIRMED")).toHaveLength(2);
      for (const { otherCitizen } of events) expect([null, gone]).toContain(otherCitizen);
      expect(events).toContainEqual({ kind: "MERGED", otherCitizen: gone, decision: null });
    });

    it("are not to merge nobody, somebody alone, somebody twice or somebody unknown", async () => {
      const [one, other] = (await Promise.all(["library:l1", "library:l2"].map(idOf))) as [string, string];
      const version = String(Math.max(Number(await versionOf(one)), Number(await versionOf(other))));
      const before = await test.dump();
      for (const citizens of [[], [one], [one, one], [one, madeUp], [one, other, "nope"]]) {
        refused(await mergeAll(citizens, version), "citizens");
        if (citizens.length > 0) refused(await mergeAll(citizens, "1"), "citizens");
      }
      changed(await mergeAll([one, other], "1"));
      expect(await test.dump()).toBe(before);
    });

    it("are not to merge more than a few at a time, nor for a reason that is a book", async () => {
      const ids = await Promise.all(Array.from({ length: 21 }, () => idOf("library:l1")));
      const many = await mergeAll(ids, "1");
      refused(many, "citizens");
      expect(many.errors[0].message).toContain("at most 20 citizens at a time, but names 21");
      const undoFor = (reason: string) =>
        ask('mutation ($reason: String!) { undoDecision(decision: "x", reason: $reason) { id } }', { reason });
      refused(await undoFor("x".repeat(2_001)), "reason");
      refused(await undoFor("x".repeat(2_000)), "decision");
      refused(await undoFor(" "), "reason");
    });

    it("are not to merge two ids of one citizen, which somebody who has not read of the merge could not know", async () => {
      const [one, other] = (await Promise.all(["library:l1", "library:l2"].map(idOf))) as [string, string];
      const version = String(Math.max(Number(await versionOf(one)), Number(await versionOf(other))));
      await merge(one, other);
      changed(await mergeAll([one, other], version));
      refused(await mergeAll([one, other], await versionOf(one)), "citizens");
    });

    it("are not to split off nothing, everything or what is not there", async () => {
      const id = await idOf("library:l7");
      const links = ((await citizenOf(id))?.identityLinks ?? []).map((link) => link.id);
      const foreign = ((await citizenOf(await idOf("library:l8")))?.identityLinks ?? []).map((link) => link.id);
      const version = await versionOf(id);
      const before = await test.dump();
      for (const leaving of [[], links, foreign, [links[0], foreign[0]], ["nope"]]) {
        refused(await splitOff(id, leaving as string[], version), "links");
        changed(await splitOff(id, leaving as string[], "1"));
      }
      for (const nobody of [madeUp, "nope"]) refused(await splitOff(nobody, links, version), "citizen");
      expect(await test.dump()).toBe(before);
    });

    it("are not on reviews that there are not", async () => {
      for (const review of ["nope", madeUp, await idOf("library:l1")]) {
        const confirm = `mutation ($review: ID!) { confirmLink(review: $review, version: "1", reason: "so") { id } }`;
        refused(await ask(confirm, { review }), "review");
      }
      const { errors } = await ask(`{ identityReviews(after: "${madeUp}") { nodes { id } } }`);
      expect(errors).toMatchObject([{ extensions: { code: "CURSOR_INVALID", argument: "after" } }]);
    });
  });
}
