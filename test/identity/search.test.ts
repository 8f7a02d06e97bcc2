import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department, type TestDepartment } from "./support/city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds, type TestStore } from "./support/stores.ts";

type Person = Omit<PersonRecord, "key">;

/** Given names of which no two are alike. */
const syllables = ["ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve"];
const givenName = (index: number) =>
  [index % 12, Math.floor(index / 12) % 12, Math.floor(index / 144), (index * 5) % 12]
    .map((each) => syllables[each])
    .join("");
const called = (familyName: string, count: number, from: number): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    familyName,
    givenName: givenName(from + index),
    dateOfBirth: `${1930 + ((index * 7) % 80)}-${pad(1 + ((from + index) % 12))}-${pad(1 + ((index * 11) % 28))}`,
  }));
const pad = (number: number) => String(number).padStart(2, "0");

const bear: Person = {
  givenName: "Ursula",
  familyName: "Bear",
  dateOfBirth: "1961-05-17",
  telephone: ["+372 5512 3456"],
  email: ["ursula@bear.example"],
  address: { thoroughfare: "Church Road", locatorDesignator: "77", postCode: "10140", postName: "Northport" },
  identifier: [{ schemaAgency: "National", notation: "46105170011" }],
};
/** 130 of one name, in three departments each, 40 whose name sounds the same, and 650 of another name. */
const threefold = [...called("Schmidt", 130, 0), ...called("Schmitt", 40, 130), bear, ...townspeople(30)];
const once = called("Runolfsdottir", 650, 170);

for (const kind of await storeKinds()) {
  describe(`a search on ${kind.name}`, { timeout: 60_000 }, () => {
    let test: TestStore;
    let identity: Identity;
    let registry: readonly TestDepartment[];
    beforeAll(async () => {
      test = await kind.open();
      const keyed = (people: readonly Person[]) => people.map((person, index) => ({ ...person, key: `${index}` }));
      registry = [
        department("permits", keyed(threefold)),
        department("library", keyed(threefold)),
        department("taxes", keyed([...threefold, ...once])),
      ];
      identity = await createIdentity({ registry, store: test.location, secret: Buffer.alloc(32, 7) });
      await identity.link();
    });
    afterAll(async () => {
      await identity.close();
      await test.remove();
    });

    const ask = (query: string, variables = {}) => steward(identity).ask(query, variables);
    const page = (where: object | null, more: { first?: number; after?: string } = {}) =>
      ask(
        `query ($where: CitizenSearch, $first: Int, $after: String) {
          citizens(where: $where, first: $first, after: $after) {
            totalCount searchLimits nodes { id taxesKeys } edges { cursor grade }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        { where, first: 1000, ...more },
      );
    const search = async (where: object) => {
      const { data, errors } = await page(where);
      expect(errors).toBeUndefined();
      return data.citizens;
    };
    const match = (person: object) =>
      ask(
        `query ($person: PersonDescription!) {
          matchCitizen(person: $person) { searchLimits edges { grade node { taxesKeys } } } }`,
        { person },
      );
    const people = [...threefold, ...once];
    const familyNames = ({ nodes }: { nodes: { taxesKeys: string[] }[] }) =>
      nodes.map(({ taxesKeys }) => people[Number(taxesKeys[0])]?.familyName);

    it("finds all who have a common name, before those whose name is like it", async () => {
      const found = await search({ familyName: "Schmidt" });
      const names = familyNames(found);
      expect(names.slice(0, 130)).toEqual(Array(130).fill("Schmidt"));
      expect(names.slice(130)).not.toContain("Schmidt");
      expect(names.slice(130)).toContain("Schmitt");
      expect(found).toMatchObject({ totalCount: names.length, searchLimits: [] });
    });

    it("says that more may fit where it has not looked at all who do, and counts nobody then", async () => {
      const found = await search({ familyName: "Runolfsdottir" });
      expect(found).toMatchObject({ totalCount: null, searchLimits: ["TOO_MANY_ALIKE"] });
      expect(found.nodes).toHaveLength(200);
      expect(new Set(familyNames(found))).toEqual(new Set(["Runolfsdottir"]));
      const { familyName, givenName, dateOfBirth } = once[600] as Person;
      const one = await search({ familyName, givenName, dateOfBirth });
      expect(one).toMatchObject({ totalCount: one.nodes.length, searchLimits: [] });
      expect(one.nodes[0].taxesKeys).toEqual([String(threefold.length + 600)]);
    });

    it("says at the counter, too, that somebody else may fit, and goes on behind the best matches", async () => {
      const query = `query ($person: PersonDescription!, $after: String) {
        matchCitizen(person: $person, after: $after) {
          totalCount searchLimits nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
      const at = async (person: object, after?: string) => (await ask(query, { person, after })).data.matchCitizen;
      expect(await at({ familyName: "Runolfsdottir" })).toMatchObject({
        totalCount: null,
        searchLimits: ["TOO_MANY_ALIKE"],
      });
      const schmidt = { familyName: "Schmidt" };
      const best = await at(schmidt);
      expect(best).toMatchObject({ searchLimits: [], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
      expect(best.totalCount).toBeGreaterThanOrEqual(130);
      const next = await at(schmidt, best.pageInfo.endCursor);
      expect(next.pageInfo.hasPreviousPage).toBe(true);
      const ids = [...best.nodes, ...next.nodes].map(({ id }: { id: string }) => id);
      expect([ids.length, new Set(ids).size]).toEqual([10, 10]);
      const { errors } = await page(schmidt, { after: best.pageInfo.endCursor });
      expect(errors).toMatchObject([{ extensions: { code: "CURSOR_INVALID" } }]);
      const taxes = registry[2] as TestDepartment;
      taxes.feed.down = true;
      try {
        expect((await match(bear)).data.matchCitizen.searchLimits).toEqual(["DEPARTMENT_UNAVAILABLE"]);
      } finally {
        taxes.feed.down = false;
      }
    });

    it("says that more may fit while a department does not answer", async () => {
      const taxes = registry[2] as TestDepartment;
      taxes.feed.down = true;
      try {
        const found = await search({ familyName: "Bear", givenName: "Ursula" });
        expect(found).toMatchObject({ totalCount: null, searchLimits: ["DEPARTMENT_UNAVAILABLE"] });
        expect(found.nodes).toHaveLength(1);
      } finally {
        taxes.feed.down = false;
      }
    });

    it.each([
      ["dateOfBirth", "17.05.1961", "is of the form `99.99.9999`"],
      ["dateOfBirth", "1961-13-45", "a month or a day that there is not"],
      ["dateOfBirth", "1961-02-29", "a month or a day that there is not"],
      ["dateOfBirth", " ", "is empty"],
      ["dateOfBirth", "May 1961", "is of the form `xxx 9999`"],
      ["phone", "garbage", "but has 0"],
      ["phone", "55123", "but has 5"],
      ["email", "ursula", "an `@`"],
      ["email", "@bear.example", "an `@`"],
      ["identifier", "4-6", "but has 2"],
      ["fullName", "", "a letter"],
      ["givenName", "0815", "a letter"],
      ["familyName", "--", "a letter"],
      ["address", ", ", "a letter or a digit"],
    ])("refuses %s %j, which it cannot read, and repeats nothing of it", async (argument, value, fault) => {
      const asked = { familyName: "Bear", [argument]: value };
      const { data, errors } = await page(asked);
      expect(data).toEqual({ citizens: null });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: `where.${argument}` } }]);
      expect(errors[0].message).toContain(fault);
      if (value.trim().length > 3) expect(errors[0].message).not.toContain(value);
    });

    it.each([
      ["person.dateOfBirth", { dateOfBirth: "17/05/1961" }],
      ["person.telephone", { telephone: ["+372 5512 3456", "n/a"] }],
      ["person.email", { email: ["none"] }],
      ["person.address.postCode", { address: { postCode: "" } }],
      ["person.identifier.notation", { identifier: [{ schemaAgency: "NATIONAL", notation: "-" }] }],
      ["person.identifier.schemaAgency", { identifier: [{ schemaAgency: "", notation: "46105170011" }] }],
      ["person.birthName", { birthName: "?" }],
      ["person.gender", { gender: "" }],
    ])("refuses at intake what it cannot read: %s", async (argument, said) => {
      const { errors } = await match({ familyName: "Bear", ...said });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
    });

    it.each([
      {},
      { fullName: null },
      { telephone: [] },
      { address: {} },
    ])("matches nobody to an empty person: %j", async (person) => {
      const { errors } = await match(person);
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "person" } }]);
    });

    it("reads what departments write for unknown as if it were not said", async () => {
      const known = { fullName: "Ursula Bear", dateOfBirth: "1961-05-17" };
      const { data, errors } = await match({
        ...known,
        familyName: "UNKNOWN",
        telephone: ["000000", "999-9999"],
        email: ["noreply@example.org"],
        identifier: [{ schemaAgency: "NATIONAL", notation: "000-00-0000" }],
      });
      expect(errors).toBeUndefined();
      expect(data).toEqual((await match(known)).data);
      const [first] = data.matchCitizen.edges;
      expect(first.node.taxesKeys).toEqual([String(threefold.indexOf(bear))]);
    });

    it.each([
      "1961-05-17",
      "19610517",
      "1961/05/17",
      "1961.05",
      "1961-05-00",
      "1961",
      "1961-05-17T00:00:00Z",
    ])("reads a date as %s", async (dateOfBirth) => {
      const [first] = familyNames(await search({ givenName: "Ursula", familyName: "Bear", dateOfBirth }));
      expect(first).toBe("Bear");
    });

    it.each([
      { dateOfBirth: "1961" },
      { dateOfBirth: "1961-05" },
      { address: "10140" },
      { address: "Church Road" },
      { fullName: "unknown" },
    ])("says of %j that it fits too many, rather than that there is nobody", async (where) => {
      const { data, errors } = await page(where);
      expect(data).toEqual({ citizens: null });
      expect(errors).toMatchObject([{ extensions: { code: "SEARCH_TOO_BROAD", argument: "where" } }]);
    });

    it("says at intake that what is known of the person fits too many", async () => {
      const { errors } = await match({ gender: "F", dateOfBirth: "1961" });
      expect(errors).toMatchObject([{ extensions: { code: "SEARCH_TOO_BROAD", argument: "person" } }]);
    });

    it("says that there is nobody where there is nobody", async () => {
      for (const where of [
        { fullName: "Xavier Quibbleworth" },
        { email: "quibbleworth@nowhere.example" },
        { phone: "4444 1234" },
      ]) {
        expect(await search(where)).toMatchObject({ totalCount: 0, searchLimits: [], nodes: [] });
      }
    });

    it("finds everybody by a name that everybody has", async () => {
      const village = await kind.open();
      const records = townspeople(25).map((person, index) => ({ ...person, familyName: "Solo", key: `${index}` }));
      const registry = [department("village", records)];
      const alone = await createIdentity({ registry, store: village.location, secret: Buffer.alloc(32, 7) });
      try {
        await alone.link();
        const query = `{ citizens(where: { familyName: "Solo" }) { totalCount searchLimits } everybody: citizens { totalCount } }`;
        const { data } = await alone.execute({ query, context: { requestId: "test", audience: "city" } });
        const { citizens, everybody } = JSON.parse(JSON.stringify(data));
        expect(citizens).toEqual({ totalCount: everybody.totalCount, searchLimits: [] });
        expect(everybody.totalCount).toBeGreaterThan(20);
      } finally {
        await alone.close();
        await village.remove();
      }
    });

    it("goes on behind a cursor of its own, and of no other list", async () => {
      const where = { familyName: "Schmidt" };
      const whole = await search(where);
      const first = (await page(where, { first: 2 })).data.citizens;
      const second = (await page(where, { first: 2, after: first.pageInfo.endCursor })).data.citizens;
      expect([...first.nodes, ...second.nodes]).toEqual(whole.nodes.slice(0, 4));
      expect(second.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
      const everybody = (await page(null, { first: 2 })).data.citizens;
      expect((await page(null, { after: everybody.edges[0].cursor })).data.citizens.nodes[0]).toEqual(
        everybody.nodes[1],
      );
      const [ofSearch, ofAll] = [first.pageInfo.endCursor, everybody.pageInfo.endCursor];
      const madeUp = `${first.nodes[0].id}${ofAll.slice(22)}`;
      for (const [asked, after] of [
        [where, ofAll],
        [{ familyName: "Schmitt" }, ofSearch],
        [null, ofSearch],
        [where, madeUp],
        [null, madeUp],
        [where, first.nodes[0].id],
        [null, ""],
      ]) {
        const { errors } = await page(asked, { after });
        expect(errors, after).toMatchObject([{ extensions: { code: "CURSOR_INVALID", argument: "after" } }]);
      }
    });

    it("says of a list what it is asked without a page", async () => {
      for (const where of [null, { familyName: "Bear" }]) {
        const { totalCount } = (await page(where)).data.citizens;
        expect((await page(where, { first: 0 })).data.citizens).toEqual({
          totalCount,
          searchLimits: [],
          nodes: [],
          edges: [],
          pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
        });
      }
      const { data } = await ask(`{ matchCitizen(person: { familyName: "Bear" }, first: 0) { nodes { id } }
        identityReviews(first: 0) { totalCount nodes { id } } }`);
      expect(data).toMatchObject({ matchCitizen: { nodes: [] }, identityReviews: { nodes: [] } });
    });

    it("knows an agency however it is spelt, in a look-up as in a match", async () => {
      for (const schemaAgency of ["NATIONAL", "national", "National"]) {
        const { data } = await ask(
          `query ($schemaAgency: String!) {
            citizenByIdentifier(schemaAgency: $schemaAgency, notation: "46105170011") { taxesKeys } }`,
          { schemaAgency },
        );
        expect(data.citizenByIdentifier).toEqual({ taxesKeys: [String(threefold.indexOf(bear))] });
        const matched = await match({ identifier: [{ schemaAgency, notation: "46105170011" }] });
        expect(matched.data.matchCitizen.edges).toEqual([{ grade: "PROBABLE", node: data.citizenByIdentifier }]);
      }
    });
  });
}
