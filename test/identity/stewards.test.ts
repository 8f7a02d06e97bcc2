import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { allPages } from "../../subgraphs/identity/linking/roll.ts";
import { department, type TestDepartment } from "./support/city.ts";
import { labelledCity } from "./support/demo-city.ts";
import { storeKinds, type TestStore } from "./support/stores.ts";

const secret = Buffer.alloc(32, 7);
const reason = "Neighbour Barnabas Quigglesworth said so on the telephone";
const people: { id: string; personal: boolean; records: readonly PersonRecord[] }[] = [];

beforeAll(async () => {
  const city = await labelledCity({ size: 500, seed: 3 });
  for (const feed of city.feeds) {
    const records: PersonRecord[] = [];
    for await (const page of allPages(feed)) records.push(...page);
    people.push({ id: feed.description.department, personal: feed.description.personalKey, records });
  }
  await city.close();
});

const citizen = "citizen { id version identityLinks { id status method department { id } } }";
const reviewsQuery = `query ($first: Int, $after: String, $department: ID) {
  identityReviews(first: $first, after: $after, department: $department) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id version status weight matchProbability modelVersion at evidence { attribute level weight }
      left { department { id } ${citizen} person { fullName givenName familyName dateOfBirth address telephone } }
      right { department { id } ${citizen} person { fullName givenName familyName dateOfBirth } } } } }`;

for (const kind of await storeKinds()) {
  describe(`stewards on ${kind.name}`, { timeout: 120_000 }, () => {
    let test: TestStore;
    let identity: Identity;
    let registry: readonly TestDepartment[];
    beforeAll(async () => {
      test = await kind.open();
      registry = people.map(({ id, records, personal }) => department(id, records, personal));
      identity = await createIdentity({ registry, store: test.location, secret });
      await identity.link();
    });
    afterAll(async () => {
      await identity.close();
      await test.remove();
    });

    // biome-ignore lint/suspicious/noExplicitAny: answers are read freely here
    async function ask(query: string, variables = {}): Promise<any> {
      const context = { requestId: "test", audience: "city" };
      const answer = JSON.parse(JSON.stringify(await identity.execute({ query, variables, context })));
      return answer;
    }
    async function reviews(variables = {}) {
      const { data, errors } = await ask(reviewsQuery, { first: 500, ...variables });
      expect(errors).toBeUndefined();
      return data.identityReviews;
    }
    const decide = (mutation: string, review: { id: string; version: string }, why = reason) =>
      ask(
        `mutation ($review: ID!, $version: ID!, $why: String!) {
          ${mutation}(review: $review, version: $version, reason: $why) { id kind citizens { id version } } }`,
        { review: review.id, version: review.version, why },
      );
    const undo = (decision: string) =>
      ask(`mutation ($decision: ID!) { undoDecision(decision: $decision, reason: "mistaken") { citizens { id } } }`, {
        decision,
      });
    const citizenOf = async (id: string) =>
      (
        await ask(
          `query ($id: ID!) { citizen(id: $id) { id version identityLinks { id status method }
            history { kind actor reason otherCitizen decision } } }`,
          { id },
        )
      ).data.citizen;

    it("see pairs side by side with what speaks for and against them, page by page", async () => {
      const all = await reviews();
      expect(all.totalCount).toBeGreaterThan(3);
      expect(all.nodes).toHaveLength(all.totalCount);
      for (const { left, right, weight, evidence, status } of all.nodes) {
        expect(status).toBe("POTENTIAL_DUPLICATE");
        expect(left.citizen.id).not.toBe(right.citizen.id);
        expect(left.person.fullName ?? left.person.familyName).toEqual(expect.any(String));
        const sum = evidence.reduce((total: number, one: { weight: number }) => total + one.weight, 0);
        // What is left is the prior: how rare a match is at all.
        expect(weight - sum).toBeLessThan(0);
      }
      const first = await reviews({ first: 2 });
      const second = await reviews({ first: 2, after: first.pageInfo.endCursor });
      const ids = (page: { nodes: { id: string }[] }) => page.nodes.map(({ id }) => id);
      expect([...ids(first), ...ids(second)]).toEqual(ids(all).slice(0, 4));
      const some = all.nodes[0].left.department.id;
      const own = await reviews({ department: some });
      expect(own.totalCount).toBe(
        all.nodes.filter(
          ({ left, right }: { left: { department: { id: string } }; right: { department: { id: string } } }) =>
            [left.department.id, right.department.id].includes(some),
        ).length,
      );
    });

    it("lose one side only of a pair while its department is down", async () => {
      const [review] = (await reviews({ first: 1 })).nodes;
      const down = registry.find(({ id }) => id === review.left.department.id) as TestDepartment;
      down.feed.down = true;
      const { data, errors } = await ask(reviewsQuery, { first: 1 });
      expect(data.identityReviews.nodes[0].left.person).toBeNull();
      expect(errors[0].extensions.code).toBe("DEPARTMENT_UNAVAILABLE");
      const refused = await decide("rejectLink", review);
      expect(refused.errors[0].extensions.code).toBe("DEPARTMENT_UNAVAILABLE");
      down.feed.down = false;
      expect((await reviews()).nodes.map(({ id }: { id: string }) => id)).toContain(review.id);
    });

    it("say that two are not one person, and no later run asks again", async () => {
      const [review] = (await reviews()).nodes;
      expect((await decide("rejectLink", review, "  ")).errors[0].extensions.code).toBe("BAD_USER_INPUT");
      expect((await decide("rejectLink", { ...review, version: "1" })).errors[0].extensions.code).toBe(
        "IDENTITY_CHANGED",
      );
      const { data, errors } = await decide("rejectLink", review);
      expect(errors).toBeUndefined();
      expect(data.rejectLink.kind).toBe("REJECT");
      expect((await decide("confirmLink", review)).errors[0].extensions.code).toBe("IDENTITY_CHANGED");
      const asked = async () => (await reviews()).nodes.map(({ id }: { id: string }) => id);
      expect(await asked()).not.toContain(review.id);
      await identity.link();
      expect(await asked()).not.toContain(review.id);
      expect((await citizenOf(review.left.citizen.id)).id).toBe(review.left.citizen.id);
      expect((await citizenOf(review.right.citizen.id)).id).toBe(review.right.citizen.id);
      const { history } = await citizenOf(review.left.citizen.id);
      expect(history).toContainEqual({
        kind: "REJECTED",
        actor: "steward of city",
        reason,
        otherCitizen: review.right.citizen.id,
        decision: data.rejectLink.id,
      });
      await undo(data.rejectLink.id);
      expect(await asked()).toContain(review.id);
    });

    it("say that two are one person, which every later run keeps, until it is undone", async () => {
      const review = (await reviews()).nodes.at(-1);
      const before = [review.left.citizen.id, review.right.citizen.id];
      const { data, errors } = await decide("confirmLink", review);
      expect(errors).toBeUndefined();
      const [one, ...others] = data.confirmLink.citizens;
      expect(others).toEqual([]);
      for (const run of ["now", "later"]) {
        for (const id of before) expect((await citizenOf(id)).id, run).toBe(one.id);
        const { identityLinks, history } = await citizenOf(one.id);
        expect(identityLinks.map(({ status, method }: { status: string; method: string }) => [status, method])).toEqual(
          identityLinks.map(() => ["CONFIRMED", "STEWARD"]),
        );
        expect(history.map(({ kind: what }: { kind: string }) => what)).toEqual(
          expect.arrayContaining(["CONFIRMED", "MERGED", "LINKED"]),
        );
        expect(await identity.link()).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
      }
      const undone = await undo(data.confirmLink.id);
      expect(undone.errors).toBeUndefined();
      expect(undone.data.undoDecision.citizens.map(({ id }: { id: string }) => id).sort()).toEqual([...before].sort());
      expect((await undo(data.confirmLink.id)).errors[0].extensions.code).toBe("BAD_USER_INPUT");
    });

    it("merge, split and merge again, and every id that there was leads on", async () => {
      const { data } = await ask("{ citizens(first: 3) { nodes { id version identityLinks { id } } } }");
      const [a, b] = data.citizens.nodes;
      const newest = async (...ids: string[]) => {
        const versions = await Promise.all(ids.map(async (id) => Number((await citizenOf(id)).version)));
        return String(Math.max(...versions));
      };
      const merge = async () =>
        await ask(
          `mutation ($ids: [ID!]!, $version: ID!, $reason: String!) {
            mergeCitizens(citizens: $ids, version: $version, reason: $reason) { citizens { id identityLinks { id } } } }`,
          { ids: [a.id, b.id], version: await newest(a.id, b.id), reason },
        );
      const merged = await merge();
      expect(merged.errors).toBeUndefined();
      const [whole] = merged.data.mergeCitizens.citizens;
      expect(whole.identityLinks).toHaveLength(a.identityLinks.length + b.identityLinks.length);
      const split = await ask(
        `mutation ($id: ID!, $links: [ID!]!, $version: ID!, $reason: String!) {
          splitCitizen(citizen: $id, links: $links, version: $version, reason: $reason) { citizens { id } } }`,
        {
          id: whole.id,
          links: b.identityLinks.map(({ id }: { id: string }) => id),
          version: await newest(whole.id),
          reason,
        },
      );
      expect(split.errors).toBeUndefined();
      await identity.link();
      expect((await citizenOf(a.id)).id).toBe(a.id);
      expect((await citizenOf(b.id)).id).toBe(b.id);
      const again = await merge();
      expect(again.errors).toBeUndefined();
      await identity.link();
      expect((await citizenOf(a.id)).id).toBe(whole.id);
      expect((await citizenOf(b.id)).id).toBe(whole.id);
      const kinds = (await citizenOf(whole.id)).history.map(({ kind: what }: { kind: string }) => what);
      expect(kinds).toEqual(expect.arrayContaining(["MERGED", "SPLIT", "CONFIRMED", "REJECTED"]));
    });

    it("write reasons that nobody reads in the store", async () => {
      const dump = await test.dump();
      expect(dump).toMatch(/^decision /m);
      for (const word of [
        "Barnabas",
        "Quigglesworth",
        "Neighbour",
        Buffer.from(reason).toString("base64").slice(0, 20),
      ]) {
        expect(dump).not.toContain(word);
      }
    });

    it("finds people by a part of what is known, misspelt, swapped or short, and says how sure it is", async () => {
      const own = people.find(({ records }) => records.some(({ givenName, dateOfBirth }) => givenName && dateOfBirth));
      const known = (own?.records ?? []).filter(
        ({ givenName, familyName, dateOfBirth }) =>
          /^[A-Za-z]{5,}$/.test(givenName ?? "") &&
          /^[A-Za-z]{6,}$/.test(familyName ?? "") &&
          dateOfBirth?.length === 10,
      );
      const search = async (where: object) => {
        const { data, errors } = await ask(
          `query ($where: CitizenSearch) { citizens(where: $where, first: 5) {
            totalCount edges { grade matchProbability node { id } } } }`,
          { where },
        );
        expect(errors).toBeUndefined();
        return data.citizens;
      };
      const idOf = async (record: PersonRecord) =>
        (
          await ask("query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { id } } }", {
            r: [{ __typename: "Citizen", record: `${own?.id}:${record.key}` }],
          })
        ).data._entities[0].id;
      let first = 0;
      const asked = known.slice(0, 12);
      expect(asked.length).toBeGreaterThan(5);
      for (const record of asked) {
        const { givenName = "", familyName = "", dateOfBirth = "" } = record;
        const id = await idOf(record);
        const typo = familyName.slice(0, 3) + familyName[4] + familyName[3] + familyName.slice(5);
        for (const where of [
          { givenName, familyName, dateOfBirth },
          { fullName: `${familyName} ${givenName}`, dateOfBirth: dateOfBirth.slice(0, 4) },
          { givenName, familyName: typo, dateOfBirth },
          { familyName, dateOfBirth },
        ]) {
          const { edges } = await search(where);
          const place = edges.findIndex(({ node }: { node: { id: string } }) => node.id === id);
          expect(place, JSON.stringify(where)).toBeGreaterThanOrEqual(0);
          if (place === 0) first += 1;
          const probabilities = edges.map(({ matchProbability }: { matchProbability: number }) => matchProbability);
          expect(probabilities).toEqual([...probabilities].sort((x, y) => y - x));
          for (const { grade } of edges) expect(["CERTAIN", "PROBABLE", "POSSIBLE"]).toContain(grade);
        }
      }
      expect(first / (asked.length * 4)).toBeGreaterThan(0.85);
      const [someone] = asked;
      const certain = await search({ familyName: someone?.familyName, onlyCertainMatches: true });
      expect(certain.totalCount).toBe(0);
      const { data } = await ask(
        `query ($person: PersonDescription!) { matchCitizen(person: $person, first: 1) { edges { grade node { id } } } }`,
        {
          person: {
            fullName: `${someone?.givenName} ${someone?.familyName}`,
            dateOfBirth: someone?.dateOfBirth,
            telephone: someone?.telephone,
            address: someone?.address,
            identifier: someone?.identifier,
          },
        },
      );
      expect(data.matchCitizen.edges).toEqual([
        { grade: "CERTAIN", node: { id: await idOf(someone as PersonRecord) } },
      ]);
    });
  });
}
