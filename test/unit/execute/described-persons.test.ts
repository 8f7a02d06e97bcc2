import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { createWrapper, type Wrapper } from "../../../shared/department/wrapper.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";

const sdl = `
extend schema
  @department(id: "marina", name: "Marina", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["berths"])
  @source(engine: SQLITE, url: "MARINA_DATABASE_URL")
type Citizen
  @person(table: "BERTH", key: ["NO"], where: [{ column: "KIND", is: ["P", "Q"] }])
  @attribute(is: FULL_NAME, column: "OWNER")
  @person(table: "BERTH", key: ["NO"], where: [{ column: "KIND", is: ["S"] }])
  @attribute(is: FULL_NAME, column: "SKIPPER")
  @person(table: "BERTH", key: ["NO"], keySuffix: "mate", where: [{ column: "MATE", isNull: false }, { column: "GONE", not: ["1"] }])
  @attribute(is: FULL_NAME, column: "MATE")
  @person(table: "STAY", key: ["GUEST"], keySuffix: "guest", where: [{ column: "NEWEST", is: ["Y"] }])
  @attribute(is: FULL_NAME, column: "GUESTNAME")
{
  berths(first: Int = 20, after: String): BerthConnection @rows(on: ["NO"], keySuffixes: ["mate"])
}
type Berth @key(fields: "id") @table(name: "BERTH", id: ["NO"]) {
  id: ID!
  no: Int @column(name: "NO")
  owner: Citizen @citizen(column: ["NO"])
  mate: Citizen @citizen(column: ["NO"], keySuffix: "mate")
}
type Stay @key(fields: "id") @table(name: "STAY", id: ["GUEST", "SEQ"]) {
  id: ID!
  guest: Citizen @citizen(column: ["GUEST"], keySuffix: "guest")
  host: Citizen @citizen(column: ["BERTHNO"])
  berth: Berth @row(on: "NO", parent: "BERTHNO")
}
type Query {
  berths(first: Int = 20, after: String): BerthConnection @rows
  stays(first: Int = 20, after: String): StayConnection @rows
}
`;

let folder: string;
let wrapper: Wrapper;
const asked = new Set<string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-marina-"));
  const path = join(folder, "marina.sqlite");
  const database = new Database(path);
  database.exec(`
    CREATE TABLE BERTH (NO INTEGER, KIND CHAR(2) COLLATE NOCASE, OWNER TEXT, SKIPPER TEXT, MATE TEXT, GONE INTEGER);
    CREATE TABLE STAY (GUEST INTEGER, SEQ INTEGER, NEWEST TEXT, GUESTNAME TEXT, BERTHNO INTEGER);
    INSERT INTO BERTH VALUES (1, 'P ', 'Ann', NULL, 'Bob', 0), (2, 'O', 'A Company', NULL, NULL, 0),
      (3, NULL, NULL, NULL, 'Cid', 1), (4, 'q', 'Dan', NULL, 'Eve', NULL), (5, 'S', NULL, 'Fay', NULL, 1);
    INSERT INTO STAY VALUES (7, 1, 'N', 'Gus', 2), (7, 2, 'Y', 'Gus', 1)`);
  database.close();
  const { model, faults } = parseDepartment(sdl, "marina.graphql");
  if (!model) throw new Error(JSON.stringify(faults));
  const grants = async (records: readonly string[]) => {
    for (const record of records) asked.add(record);
    return records.map(() => true);
  };
  wrapper = createWrapper({ model, url: `sqlite:${path}`, dialects: [sqlite], grants: { grants } });
});
beforeEach(() => asked.clear());
afterAll(async () => {
  await wrapper.close();
  rmSync(folder, { recursive: true });
});

async function nodes(query: string, list: "berths" | "stays") {
  const { data, errors } = await wrapper.execute({ query, context: { requestId: "test", audience: "city" } });
  expect(errors).toBeUndefined();
  return (data as Record<string, { readonly nodes: readonly Record<string, unknown>[] }>)[list]?.nodes ?? [];
}

const record = (key: string) => ({ record: `marina:${key}` });

describe("the person whom a row names", () => {
  it("is null where the row itself says that it describes nobody", async () => {
    expect(await nodes("{ berths { nodes { no owner { record } mate { record } } } }", "berths")).toEqual([
      { no: 1, owner: record("1"), mate: record("1#mate") },
      { no: 2, owner: null, mate: null },
      { no: 3, owner: null, mate: null },
      { no: 4, owner: record("4"), mate: record("4#mate") },
      { no: 5, owner: record("5"), mate: null },
    ]);
  });

  it("is whoever the feed has, however the engine compares text", async () => {
    const { records } = await wrapper.feed.page({ first: 20 });
    const found = await nodes("{ berths { nodes { owner { record } mate { record } } } }", "berths");
    const named = found.flatMap((berth) => [berth.owner, berth.mate]).filter((citizen) => citizen !== null);
    const people = records.map(({ key }) => key).filter((key) => !key.endsWith("#guest"));
    expect(named).toHaveLength(people.length);
    expect(named).toEqual(expect.arrayContaining(people.map(record)));
  });

  it("is null below the row that points to it, too, whatever is selected", async () => {
    const query = "{ stays { nodes { berth { no owner { __typename } } } } }";
    expect(await nodes(query, "stays")).toEqual([
      { berth: { no: 2, owner: null } },
      { berth: { no: 1, owner: { __typename: "Citizen" } } },
    ]);
  });

  it("is left to identity where another row can describe it", async () => {
    expect(await nodes("{ stays { nodes { guest { record } host { record } } } }", "stays")).toEqual([
      { guest: record("7#guest"), host: record("2") },
      { guest: record("7#guest"), host: record("1") },
    ]);
  });
});

describe("grants", () => {
  it("are asked for every person whom one of several mappings of the same key describes", async () => {
    await nodes("{ berths { nodes { no } } }", "berths");
    expect([...asked].sort()).toEqual(["marina:1", "marina:1#mate", "marina:4", "marina:4#mate", "marina:5"]);
  });
});
