import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { createWrapper, type Wrapper } from "../../../shared/department/wrapper.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";
import { entities } from "./works.ts";

const sdl = `
extend schema
  @department(id: "licences", name: "Licences", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["licences"])
  @source(engine: SQLITE, url: "LICENCES_DATABASE_URL")
type Citizen
  @person(table: "LIC", key: ["NO"], keySuffix: "1", role: "HOLDER", where: [{ column: "KIND", is: ["P"] }])
  @attribute(is: FULL_NAME, column: "NAME1")
  @person(table: "LIC", key: ["NO"], keySuffix: "2", role: "PARTNER", where: [{ column: "NAME2", isNull: false }])
  @attribute(is: FULL_NAME, column: "NAME2")
{
  licences(first: Int = 20, after: String): LicenceConnection @rows(on: ["NO"])
  held(first: Int = 20, after: String): LicenceConnection @rows(on: ["NO"], keySuffixes: ["1"])
}
type Licence @key(fields: "id") @table(name: "LIC", id: ["NO"]) {
  id: ID!
  no: Int @column(name: "NO")
  holder: Citizen @citizen(column: ["NO"], keySuffix: "1")
}
type Query { licences(first: Int = 20, after: String): LicenceConnection @rows }
`;

let folder: string;
let wrapper: Wrapper;
let asked: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-licences-"));
  const path = join(folder, "licences.sqlite");
  const database = new Database(path);
  database.exec(`CREATE TABLE LIC (NO INTEGER, KIND TEXT, NAME1 TEXT, NAME2 TEXT);
    INSERT INTO LIC VALUES (1, 'P', 'Ann', 'Bob'), (2, 'P', 'Cid', NULL), (3, 'O', 'A Company', NULL)`);
  database.close();
  const { model, faults } = parseDepartment(sdl, "licences.graphql");
  if (!model) throw new Error(JSON.stringify(faults));
  const grants = async (records: readonly string[]) => {
    asked.push(...records);
    return records.map((record) => record !== "licences:2#1");
  };
  wrapper = createWrapper({ model, url: `sqlite:${path}`, dialects: [sqlite], grants: { grants } });
});

afterAll(async () => {
  await wrapper.close();
  rmSync(folder, { recursive: true });
});

const run = (query: string, variables = {}) =>
  wrapper.execute({ query, variables, context: { requestId: "test", audience: "city" } });

describe("several persons in one row", () => {
  it("are records of their own; organisations and nobody are none", async () => {
    const { records } = await wrapper.feed.page({ first: 10 });
    expect(records).toEqual([
      { key: "1#1", role: "HOLDER", fullName: "Ann" },
      { key: "2#1", role: "HOLDER", fullName: "Cid" },
      { key: "1#2", role: "PARTNER", fullName: "Bob" },
    ]);
    expect(await wrapper.feed.count()).toBe(3);
    expect((await wrapper.feed.byKeys(["1#2", "3#1", "1"])).map((record) => record?.fullName ?? null)).toEqual([
      "Bob",
      null,
      null,
    ]);
    const pages: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: { keys: readonly string[]; next: string | null } = await wrapper.feed.keys({
        first: 1,
        ...(after ? { after } : {}),
      });
      pages.push(...page.keys);
      after = page.next;
    }
    expect(pages).toEqual(["1#1", "2#1", "1#2"]);
  });

  it("each reach the row, once even when both are the same citizen, and by suffix where the mapping says so", async () => {
    const query =
      "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { licences { nodes { no } } held { totalCount } } } }";
    const of = (...licencesKeys: string[]) => ({ __typename: "Citizen", licencesKeys });
    const result = await run(query, { r: [of("1#1", "1#2"), of("1#2"), of("2#1", "1#2")] });
    expect(entities(result)).toEqual([
      { licences: { nodes: [{ no: 1 }] }, held: { totalCount: 1 } },
      { licences: { nodes: [{ no: 1 }] }, held: { totalCount: 0 } },
      { licences: { nodes: [{ no: 1 }, { no: 2 }] }, held: { totalCount: 1 } },
    ]);
  });

  it("are all asked about, and a row of an organisation is nobody's", async () => {
    asked = [];
    const result = await run("{ licences { totalCount nodes { no holder { record } } } }");
    expect(result.data).toEqual({
      licences: {
        totalCount: 2,
        nodes: [
          { no: 1, holder: { record: "licences:1#1" } },
          { no: 3, holder: null },
        ],
      },
    });
    expect([...new Set(asked)].sort()).toEqual(["licences:1#1", "licences:1#2", "licences:2#1"]);
  });
});
