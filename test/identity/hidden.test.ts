import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { probabilisticEngine } from "../../subgraphs/identity/linking/probabilistic.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";
import type { RecordPlace } from "../../subgraphs/identity/store/crosswalk.ts";
import { shownOnly } from "../../subgraphs/identity/store/shown.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department, type TestDepartment } from "./support/city.ts";
import { storeKinds, type TestStore, tokensAt } from "./support/stores.ts";

const secret = Buffer.alloc(32, 7);
const people = townspeople(30);
const placesOf = (id: string, of: readonly unknown[]): readonly RecordPlace[] =>
  of.map((_, index) => ({ department: id, lookupKey: `${id.slice(0, 1)}${index}` }));
type Person = Omit<PersonRecord, "key">;
/** Numbers that are not like each other. */
const notationOf = (agency: string, index: number) =>
  String(createHash("sha256").update(`${agency} ${index}`).digest().readUIntBE(0, 6)).slice(0, 10);
const recordsOf = (id: string, agency: string, of: typeof people): PersonRecord[] =>
  of.map((person, index) => ({
    ...person,
    key: `${id}${index}`,
    identifier: [{ schemaAgency: agency, notation: notationOf(agency, index) }],
  }));

/** Each department issues numbers of its own. */
const registry = [
  department("library", recordsOf("l", "READERS", people.slice(0, 20))),
  department("schools", recordsOf("s", "PUPILS", people.slice(0, 25))),
  department("taxes", recordsOf("t", "TAXPAYERS", people)),
];

/** The ways in which a department is not served. */
const hidings = {
  "in SHADOW": {
    registry: registry.map((each) => (each.id === "schools" ? { ...each, phase: "SHADOW" as const } : each)),
  },
  RETIRED: { registry: registry.filter(({ id }) => id !== "schools"), retired: ["schools"] },
  "no longer there": { registry: registry.filter(({ id }) => id !== "schools") },
} as const;

const reviewsQuery = `query ($first: Int, $after: String, $department: ID) {
  identityReviews(first: $first, after: $after, department: $department) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor }
    nodes { id version left { department { id } } right { department { id } } } } }`;

interface Review {
  readonly id: string;
  readonly version: string;
  readonly left: { readonly department: { readonly id: string } };
  readonly right: { readonly department: { readonly id: string } };
}

for (const kind of await storeKinds()) {
  describe(`a department that is not served, on ${kind.name}`, { timeout: 60_000 }, () => {
    /** People are linked in one; in the other everything is asked about, and next to nothing linked. */
    let linked: TestStore;
    let test: TestStore;
    const opened: Identity[] = [];
    beforeAll(async () => {
      [linked, test] = [await kind.open(), await kind.open()];
      await (await open({ registry }, linked)).link();
      const model = { ...defaultModel(), thresholds: { link: 0.999_999_999_999, review: 0.001 } };
      await (await open({ registry })).link({ engine: probabilisticEngine({ model }) });
    });
    afterAll(async () => {
      for (const identity of opened) await identity.close();
      for (const store of [linked, test]) await store.remove();
    });

    async function open(options: Pick<Parameters<typeof createIdentity>[0], "registry" | "retired">, store = test) {
      const identity = await createIdentity({ ...options, store: store.location, secret });
      opened.push(identity);
      return identity;
    }
    // biome-ignore lint/suspicious/noExplicitAny: answers are read freely here
    async function ask(identity: Identity, query: string, variables = {}): Promise<any> {
      const context = { requestId: "test", audience: "city" };
      return JSON.parse(JSON.stringify(await identity.execute({ query, variables, context })));
    }
    /** All reviews, page by page. */
    async function reviews(identity: Identity, of: object = {}, first = 7): Promise<readonly Review[]> {
      const found: Review[] = [];
      for (let after: string | null = null; ; ) {
        const { data, errors } = await ask(identity, reviewsQuery, { first, after, ...of });
        expect(errors).toBeUndefined();
        const { nodes, edges, totalCount, pageInfo } = data.identityReviews;
        expect(edges).toHaveLength(nodes.length);
        found.push(...nodes);
        if (!pageInfo.hasNextPage) {
          expect(found).toHaveLength(totalCount);
          return found;
        }
        expect(nodes).toHaveLength(first);
        after = pageInfo.endCursor;
      }
    }
    const names = ({ left, right }: Review) => [left.department.id, right.department.id];
    const byNumber = async (identity: Identity, notation: string) => {
      const { data, errors } = await ask(
        identity,
        `query ($notation: String!, $where: CitizenSearch) {
          pupil: citizenByIdentifier(schemaAgency: "PUPILS", notation: $notation) { id }
          citizens(where: $where) { totalCount nodes { id } } }`,
        { notation, where: { identifier: notation } },
      );
      expect(errors).toBeUndefined();
      return { pupil: data.pupil, found: data.citizens.totalCount };
    };

    for (const [name, hiding] of Object.entries(hidings)) {
      it(`leaves the reviews of the others whole, and brings its own back: ${name}`, async () => {
        const all = await reviews(await open({ registry }));
        expect(all.filter((review) => names(review).includes("schools")).length).toBeGreaterThan(10);
        const others = all.filter((review) => !names(review).includes("schools"));
        expect(others.length).toBeGreaterThan(10);
        const identity = await open(hiding);
        expect(await reviews(identity)).toEqual(others);
        expect(await reviews(identity, { department: "schools" })).toEqual([]);
        expect(await reviews(identity, { department: "taxes" }, 100)).toEqual(
          others.filter((review) => names(review).includes("taxes")),
        );
        expect(await reviews(await open({ registry }))).toEqual(all);
      });

      it(`lets nobody decide on a review that shows its record: ${name}`, async () => {
        const hidden = (await reviews(await open({ registry }))).find((review) => names(review).includes("schools"));
        const readings = () => registry.map(({ feed }) => feed.byKeysCalls);
        const before = readings();
        const identity = await open(hiding);
        const confirm = (review: string | undefined) =>
          ask(
            identity,
            `mutation ($review: ID!, $version: ID!) { confirmLink(review: $review, version: $version, reason: "so") { id } }`,
            { review, version: hidden?.version },
          );
        const answer = await confirm(hidden?.id);
        expect(answer.errors[0].extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "review" });
        expect(await confirm("nope")).toEqual(answer);
        // As for a review that there is not, no record is looked at.
        expect(readings()).toEqual(before);
      });

      it(`lets nobody be found by a number that it alone knows: ${name}`, async () => {
        const notation = notationOf("PUPILS", 3);
        const citizen = { pupil: { id: expect.any(String) }, found: 1 };
        expect(await byNumber(await open({ registry }, linked), notation)).toEqual(citizen);
        const identity = await open(hiding, linked);
        expect(await byNumber(identity, notation)).toEqual({ pupil: null, found: 0 });
        const named = (identifier: string) =>
          ask(identity, "query ($where: CitizenSearch) { citizens(where: $where) { nodes { id } } }", {
            where: { familyName: people[3]?.familyName, identifier },
          });
        expect(await named(notation)).toEqual(await named(notationOf("NOBODY", 3)));
        const { data } = await ask(
          identity,
          `{ citizenByIdentifier(schemaAgency: "TAXPAYERS", notation: "${notationOf("TAXPAYERS", 3)}") { id } }`,
        );
        expect(data.citizenByIdentifier).toEqual({ id: expect.any(String) });
      });
    }

    /** The library shows its people, the archive has linked its own and shows nothing. */
    async function beside(
      shown: readonly Person[],
      hidden: readonly Person[],
      work: (shadow: Identity, store: TestStore) => unknown,
    ) {
      const store = await kind.open();
      const before = opened.length;
      try {
        const keyed = (id: string, of: readonly Person[]) =>
          of.map((each, index) => ({ ...each, key: `${id}${index}` }));
        // By their names, the hidden ones have the lower numbers.
        const both = [department("archive", keyed("a", hidden)), department("library", keyed("l", shown))];
        await (await open({ registry: both }, store)).link();
        const [archive, library] = both as [TestDepartment, TestDepartment];
        await work(await open({ registry: [{ ...archive, phase: "SHADOW" }, library] }, store), store);
      } finally {
        for (const identity of opened.splice(before)) await identity.close();
        await store.remove();
      }
    }

    const zebulon: Person = {
      givenName: "Zebulon",
      familyName: "Quarkmann",
      dateOfBirth: "1971-07-17",
      telephone: ["+372 55512345", "+372 55512346"],
      email: ["zebulon@quarkmann.example"],
      address: { thoroughfare: "Lindenallee", locatorDesignator: "7", postCode: "99999", postName: "Northport" },
      identifier: [{ schemaAgency: "NATIONAL", notation: "AB998877" }],
    };
    const match = async (identity: Identity, person: Person) => {
      const query = "query ($person: PersonDescription!) { matchCitizen(person: $person) { edges { grade } } }";
      const { data, errors } = await ask(identity, query, { person });
      expect(errors).toBeUndefined();
      return data.matchCitizen.edges;
    };

    it.each([
      { familyName: "Quarkmann" },
      { telephone: ["+372 55512346"] },
      { email: ["zebulon@quarkmann.example"] },
    ])("finds somebody by a little whether or not a hidden record says it all: $0", async (known) => {
      const others = people.slice(0, 20);
      const found: unknown[] = [];
      for (const hidden of [people.slice(5, 25), [...people.slice(5, 25), zebulon]]) {
        await beside([...others, known], hidden, async (shadow) => found.push(await match(shadow, zebulon)));
      }
      expect(found[0]).toEqual([{ grade: expect.any(String) }]);
      expect(found[1]).toEqual(found[0]);
    });

    it("finds somebody by tokens that more hidden records have than are looked at", async () => {
      const hidden = townspeople(400).map(({ givenName }) => ({ givenName, familyName: "Quarkmann" }));
      await beside([...people, zebulon], hidden, async (_, { store }) => {
        const at = (...places: RecordPlace[]) => tokensAt(store, places);
        const place = { department: "library", lookupKey: `l${people.length}` };
        const [own, others] = [await at(place), await at(...placesOf("archive", hidden))];
        const common = own.filter((token) => others.filter((other) => other === token).length > 300);
        expect(common).not.toEqual([]);
        const most = { links: 200, citizens: 60 };
        const { links } = await store.alike(common, most);
        expect(links.filter(({ department: id }) => id === "library")).toEqual([]);
        const found = await store.showing(["library"]).alike(common, most);
        expect(found).toEqual({ links: [expect.objectContaining(place)], isFull: false, isSample: false });
      });
    });

    for (const [name, later] of Object.entries({
      "in SHADOW": { phase: "SHADOW" as const },
      "that it was not told of": { phase: "LIVE" as const },
    })) {
      it(`shows nothing of a department ${name} that somebody links while it runs`, async () => {
        const store = await kind.open();
        try {
          const [library, , taxes] = registry as [TestDepartment, TestDepartment, TestDepartment];
          const running = await open({ registry: [library] }, store);
          await running.link();
          const page = "{ citizens(first: 100) { totalCount nodes { id identityLinks { department { id } } } } }";
          const asked = async () => {
            const { data, errors } = await ask(running, page);
            expect(errors).toBeUndefined();
            return data.citizens;
          };
          const before = await asked();
          expect(before.totalCount).toBe(20);
          const linking = await open({ registry: [library, { ...taxes, ...later }] }, store);
          const summary = await linking.link();
          expect(summary.citizens).toBe(30);
          expect(await asked()).toEqual(before);
          const number = (index: number) =>
            ask(
              running,
              `{
            citizenByIdentifier(schemaAgency: "TAXPAYERS", notation: "${notationOf("TAXPAYERS", index)}") { id } }`,
            );
          for (const index of [3, 29]) expect(await number(index)).toEqual({ data: { citizenByIdentifier: null } });
          const { data } = await ask(running, `{ departments { id linkedCount } }`);
          expect(data.departments).toEqual([{ id: "library", linkedCount: 20 }]);
        } finally {
          for (const identity of opened.splice(-2)) await identity.close();
          await store.remove();
        }
      });
    }

    it("survives that citizens cannot be counted, and counts them the next time", async () => {
      const unheard: unknown[] = [];
      const hear = (error: unknown) => unheard.push(error);
      process.on("unhandledRejection", hear);
      const fails = async () => Promise.reject(new Error("the store does not answer"));
      let down = true;
      const shown = shownOnly(
        {
          ...linked.store,
          lookupKeys: (...asked) => (down ? fails() : linked.store.lookupKeys(...asked)),
          count: async (...asked) => {
            // Answers later than the other one fails.
            for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
            return linked.store.count(...asked);
          },
        },
        ["library", "schools"],
      );
      await expect(shown.count()).rejects.toThrow("does not answer");
      await new Promise(setImmediate);
      process.off("unhandledRejection", hear);
      expect(unheard).toEqual([]);
      down = false;
      const places = placesOf("schools", people.slice(0, 25));
      expect(await shown.count()).toBe(new Set(await linked.store.refsOf(places)).size);
    });

    it("takes a review whose record has gone meanwhile out of the page", async () => {
      const identity = await open({ registry });
      const all = await reviews(identity);
      const link = await test.store.write(async (transaction) => {
        const { left_link: id } = await transaction("review").orderBy(["left_link", "right_link"]).first();
        const row = await transaction("link").where({ id }).first();
        await transaction("link").where({ id }).delete();
        return row;
      });
      const { data, errors } = await ask(identity, reviewsQuery, { first: 500 });
      expect(errors).toBeUndefined();
      expect(data.identityReviews.nodes.length).toBeLessThan(all.length);
      expect(data.identityReviews.nodes.length).toBeGreaterThan(0);
      await test.store.write((transaction) => transaction("link").insert(link));
      expect(await reviews(identity)).toEqual(all);
    });
  });
}
