import pg from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import Database from "../../shared/sql/sqlite/driver.js";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { deterministicEngine } from "../../subgraphs/identity/linking/deterministic.ts";
import { department, type TestDepartment } from "./support/city.ts";
import { storeKinds, type TestStore } from "./support/stores.ts";

const sent = [
  vi.spyOn(pg.Client.prototype, "query"),
  vi.spyOn(Object.getPrototypeOf(new Database(":memory:").prepare("select 1")), "all"),
];
/** Without what sets a connection up: a text by itself. */
const statementCount = () => sent.flatMap(({ mock }) => mock.calls).filter(([of]) => typeof of === "object").length;

const secret = Buffer.alloc(32, 7);
const call = { requestId: "test", audience: "city" };

const records: readonly PersonRecord[] = Array.from({ length: 60 }, (_, index) => ({
  key: String(index),
  fullName: `Given${letters(index)} Family${letters(index)}`,
  dateOfBirth: "1970-01-02",
  identifier: [{ schemaAgency: "NATIONAL", notation: `38001${100 + index}85` }],
  telephone: [`+372 5000 ${1000 + index}`],
  email: [`person${index}@example.org`],
}));

function letters(index: number): string {
  return String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26));
}

for (const kind of await storeKinds()) {
  describe(`the identity subgraph on ${kind.name}`, () => {
    const opened: { close(): Promise<void> }[] = [];
    const stores: TestStore[] = [];
    afterEach(async () => {
      for (const subgraph of opened.splice(0)) await subgraph.close();
      for (const store of stores.splice(0)) await store.remove();
    });

    async function city(): Promise<{ identity: Identity; registry: readonly TestDepartment[] }> {
      const test = await kind.open();
      stores.push(test);
      const registry = [
        department("permits", records),
        department(
          "contact-centre",
          records.map((record) => ({ ...record, key: record.telephone?.[0] ?? "" })),
          true,
        ),
      ];
      const identity = await createIdentity({
        registry,
        store: test.location,
        secret,
        // These people are too much alike for weights.
        engine: deterministicEngine(),
      });
      opened.push(identity);
      return { identity, registry };
    }
    async function linked() {
      const made = await city();
      await made.identity.link();
      return made;
    }
    // biome-ignore lint/suspicious/noExplicitAny: answers are read freely here
    async function ask(identity: Identity, query: string, variables = {}, audience = "city"): Promise<any> {
      const result = await identity.execute({ query, variables, context: { ...call, audience } });
      return JSON.parse(JSON.stringify(result));
    }
    const entities =
      "query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Citizen { ref record id permitsKeys contactCentreKeys } } }";

    it("is ready once records were linked", async () => {
      const { identity } = await city();
      expect(await identity.ready()).toBe(false);
      await identity.link();
      expect(await identity.ready()).toBe(true);
    });

    it("pages through all citizens without missing or repeating one", async () => {
      const { identity } = await linked();
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { data, errors } = await ask(
          identity,
          "query ($after: String) { citizens(first: 25, after: $after) { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }",
          { after },
        );
        expect(errors).toBeUndefined();
        expect(data.citizens.totalCount).toBe(60);
        expect(data.citizens.pageInfo.hasPreviousPage).toBe(after !== null);
        seen.push(...data.citizens.nodes.map(({ id }: { id: string }) => id));
        after = data.citizens.pageInfo.hasNextPage ? data.citizens.pageInfo.endCursor : null;
      } while (after !== null);
      expect(new Set(seen).size).toBe(60);
      expect(seen).toHaveLength(60);
    });

    it("resolves a citizen by its public id, which means nothing to another audience", async () => {
      const { identity } = await linked();
      const query = "query ($id: ID!) { citizen(id: $id) { id ref permitsKeys contactCentreKeys } }";
      const { data } = await ask(identity, "{ citizens(first: 1) { nodes { id } } }");
      const [{ id }] = data.citizens.nodes;
      const { data: own } = await ask(identity, query, { id });
      expect(own.citizen).toMatchObject({ id, contactCentreKeys: [expect.stringMatching(/^\+372/)] });
      expect(own.citizen.permitsKeys).toHaveLength(1);
      expect(id).toMatch(/^[\w-]{22}$/);
      const { data: partner } = await ask(identity, "{ citizens(first: 1) { nodes { id } } }", {}, "utility");
      expect(partner.citizens.nodes[0].id).not.toBe(id);
      expect((await ask(identity, query, { id }, "utility")).data.citizen).toBeNull();
      expect((await ask(identity, query, { id: partner.citizens.nodes[0].id }, "utility")).data.citizen.ref).toBe(
        own.citizen.ref,
      );
    });

    it("answers null alike for malformed ids, unknown ids and national numbers", async () => {
      const { identity } = await linked();
      for (const id of [
        "3800110085",
        "",
        "x".repeat(5000),
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAB",
        "'; drop table link",
      ]) {
        expect(await ask(identity, "query ($id: ID!) { citizen(id: $id) { id } }", { id })).toEqual({
          data: { citizen: null },
        });
      }
    });

    it("resolves entities by ref and by record, echoes what was asked, and answers null for null and unknown keys", async () => {
      const { identity } = await linked();
      const r = [
        { __typename: "Citizen", record: "permits:7" },
        { __typename: "Citizen", record: "contact-centre:+372 5000 1007" },
        { __typename: "Citizen", record: "permits:nobody" },
        { __typename: "Citizen", record: "library:7" },
        { __typename: "Citizen", record: null },
        { __typename: "Citizen" },
        { __typename: "Citizen", ref: null, record: null },
        { __typename: "Citizen", ref: "unknown" },
        { __typename: "Citizen", record: "permits:7" },
      ];
      const { data, errors } = await ask(identity, entities, { r });
      expect(errors).toBeUndefined();
      const [seven, same, ...rest] = data._entities;
      expect(seven).toMatchObject({ record: "permits:7", permitsKeys: ["7"], contactCentreKeys: ["+372 5000 1007"] });
      expect(same).toMatchObject({ record: "contact-centre:+372 5000 1007", ref: seven.ref });
      expect(rest).toEqual([null, null, null, null, null, null, seven]);
      const { data: byRef } = await ask(identity, entities, { r: [{ __typename: "Citizen", ref: seven.ref }] });
      expect(byRef._entities).toEqual([{ ...seven, record: null }]);
    });

    it("finds citizens by values that may be on different records, and forgives how they are written", async () => {
      const { identity } = await linked();
      const query = "query ($where: CitizenSearch) { citizens(where: $where) { totalCount nodes { permitsKeys } } }";
      const keysFor = async (where: object) =>
        (await ask(identity, query, { where })).data.citizens.nodes.map(
          (node: { permitsKeys: string[] }) => node.permitsKeys[0],
        );
      expect((await keysFor({ fullName: "FAMILYAH, Givenah" }))[0]).toBe("7");
      expect((await keysFor({ phone: "00372-5000-1007", dateOfBirth: "1970-01-02" }))[0]).toBe("7");
      expect((await keysFor({ email: "Person7@example.org", identifier: "3800110785" }))[0]).toBe("7");
      expect((await keysFor({ email: "person7@example.org", fullName: "unknown" }))[0]).toBe("7");
      expect(await keysFor({ fullName: "Nemo Nobody" })).toEqual([]);
      expect((await ask(identity, query, { where: { dateOfBirth: "1970-01-02" } })).data.citizens.totalCount).toBe(60);
      const byIdentifier =
        "query ($n: String!, $a: String!) { citizenByIdentifier(schemaAgency: $a, notation: $n) { permitsKeys } }";
      expect(
        (await ask(identity, byIdentifier, { a: "NATIONAL", n: "3800110785" })).data.citizenByIdentifier.permitsKeys,
      ).toEqual(["7"]);
      expect((await ask(identity, byIdentifier, { a: "TAX", n: "3800110785" })).data.citizenByIdentifier).toBeNull();
    });

    it("refuses page sizes, cursors and searches that mean nothing", async () => {
      const { identity } = await linked();
      const code = async (query: string) => (await ask(identity, query)).errors?.[0]?.extensions?.code;
      expect(await code("{ citizens(first: -1) { nodes { id } } }")).toBe("BAD_USER_INPUT");
      expect(await code("{ citizens(first: null) { nodes { id } } }")).toBe("BAD_USER_INPUT");
      expect(await code("{ citizens(first: 1001) { nodes { id } } }")).toBe("BAD_USER_INPUT");
      expect(await code("{ citizens(where: {}) { nodes { id } } }")).toBe("BAD_USER_INPUT");
      expect(await code('{ citizens(after: "x") { nodes { id } } }')).toBe("CURSOR_INVALID");
    });

    it("explains links and history", async () => {
      const { identity } = await linked();
      const { data, errors } = await ask(
        identity,
        "{ citizens(first: 1) { nodes { identityLinks { department { id name } status method rule matchProbability evidence { level } modelVersion assertedAt assertedBy } history { kind at actor modelVersion otherCitizen } } } }",
      );
      expect(errors).toBeUndefined();
      const [{ identityLinks, history }] = data.citizens.nodes;
      expect(identityLinks).toHaveLength(2);
      expect(identityLinks[0]).toMatchObject({
        department: { id: "contact-centre", name: "contact centre" },
        status: "AUTO_LINKED",
        method: "IDENTIFIER",
        rule: "IDENTIFIER",
        matchProbability: null,
        evidence: null,
        modelVersion: "deterministic-1",
        assertedBy: "civigraph link",
      });
      expect(history.map(({ kind }: { kind: string }) => kind)).toEqual(["LINKED", "LINKED"]);
    });

    it("tells how the departments are, also when one is down", async () => {
      const { identity, registry } = await linked();
      const query = "{ departments { id name health phase linkedCount jurisdiction { id name parent { id } } } }";
      const down = registry[1] as TestDepartment;
      down.feed.down = true;
      expect((await ask(identity, query)).data.departments).toEqual([
        {
          id: "permits",
          name: "permits",
          health: "UP",
          phase: "LIVE",
          linkedCount: 60,
          jurisdiction: { id: "northport", name: "Northport", parent: null },
        },
        {
          id: "contact-centre",
          name: "contact centre",
          health: "DOWN",
          phase: "LIVE",
          linkedCount: 60,
          jurisdiction: { id: "northport", name: "Northport", parent: null },
        },
      ]);
      const { data, errors } = await ask(identity, "{ departments { recordCount } }");
      expect(data.departments).toEqual([{ recordCount: 60 }, { recordCount: null }]);
      expect(errors).toMatchObject([
        { path: ["departments", 1, "recordCount"], extensions: { code: "DEPARTMENT_UNAVAILABLE" } },
      ]);
    });

    it("answers a page of 50 citizens with as many statements as one citizen", async () => {
      const { identity } = await linked();
      // Once a second, a request asks first whether the store's secret is still the same.
      const asked = () => ask(identity, "{ __typename }");
      const statements = async (first: number) => {
        await asked();
        const before = statementCount();
        await ask(
          identity,
          `{ citizens(first: ${first}) { nodes { id permitsKeys contactCentreKeys identityLinks { rule } history { kind } } } }`,
        );
        return statementCount() - before;
      };
      const one = await statements(1);
      expect(one).toBe(4);
      expect(await statements(50)).toBe(one);
      const entity = async (count: number) => {
        await asked();
        const before = statementCount();
        await ask(identity, entities, {
          r: Array.from({ length: count }, (_, key) => ({ __typename: "Citizen", record: `permits:${key}` })),
        });
        return statementCount() - before;
      };
      expect(await entity(1)).toBe(2);
      expect(await entity(50)).toBe(2);
    });

    it("grants the records of registered departments only, and rejects when it cannot decide", async () => {
      const { identity } = await linked();
      expect(await identity.grants(["permits:7", "library:7", "contact-centre:+372:5", "nonsense"], call)).toEqual([
        true,
        false,
        true,
        false,
      ]);
      await expect(identity.grants(["permits:7"], { ...call, signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    });

    it("refuses a store that was filled under another secret", async () => {
      const test = await kind.open();
      stores.push(test);
      const other = createIdentity({ registry: [], store: test.location, secret: Buffer.alloc(32, 8) });
      await expect(other).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
    });
  });
}
