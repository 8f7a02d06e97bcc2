import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DepartmentResolvers } from "../../../shared/department/load.ts";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { createWrapper } from "../../../shared/department/wrapper.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";
import { openWorks } from "./works.ts";

describe("an answer that needs no completion", () => {
  it("is what graphql-js would make of it", async () => {
    const works = openWorks();
    try {
      works.write("INSERT INTO TEAM VALUES ('T1', 'Pavers')");
      for (let no = 0; no < 6; no += 1) {
        works.write(
          "INSERT INTO JOB VALUES (2024, ?, ?, ?, NULL, 'O', 20240101, 0, ?, 'Y', ?, 'N')",
          no,
          no % 2 === 0 ? "P1" : null,
          `J${no}`,
          no,
          no % 3 === 0 ? "T1" : "XX",
        );
        works.write("INSERT INTO STEP VALUES (?, 2024, ?, ?, '2024-01-01 10:00:00', NULL, NULL)", no, no, no);
      }
      const selection = `
        a: jobs(first: 2, orderBy: CHEAPEST) { ...Page } jobs(first: 4, orderBy: DEAREST) { ...Page totalCount }
        teams { edges { node { name id } } } job(id: "x") { title } __typename`;
      const fragments = `
        fragment Page on JobConnection { __typename nodes { ...Job } edges { __typename node { t: title } } pageInfo { hasNextPage __typename } }
        fragment Job on Job { id status cost owner { __typename record } team { name } steps(first: 1) { nodes { at seq ... on Step { id } } } }`;
      const fast = await works.run(`{ ${selection} } ${fragments}`);
      const whole = await works.run(`{ ${selection} __type(name: "Job") { name } } ${fragments}`);
      expect(fast.errors).toBeUndefined();
      const { __type, ...rest } = whole.data ?? {};
      expect(__type).toEqual({ name: "Job" });
      expect(JSON.stringify(fast.data)).toBe(JSON.stringify(rest));
    } finally {
      await works.close();
    }
  });
});

describe("fields that resolvers.ts computes", () => {
  it("get the row's own values, the citizen or nothing, and fail alone", async () => {
    const sdl = `
      extend schema
        @department(id: "pets", name: "Pets", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["pets"])
        @source(engine: SQLITE, url: "PETS_DATABASE_URL")
      type Citizen @person(table: "OWNER", key: ["NO"]) @attribute(is: FULL_NAME, column: "NAME") {
        petCount: Int
        pets(first: Int = 20, after: String): PetConnection @rows(on: ["NO"])
      }
      type Pet @key(fields: "id") @table(name: "PET", id: ["PETNO"]) {
        id: ID!
        name: String @column(name: "NAME")
        greeting(word: String = "Hello"): String
        broken: String
      }
      type Query { motto: String }`;
    const resolvers: DepartmentResolvers = {
      Citizen: { petCount: (citizen) => (citizen as { petsKeys: string[] }).petsKeys.length },
      Pet: {
        greeting: async (pet, { word }) => `${word} ${(pet as { name: string }).name}`,
        broken: () => {
          throw new Error("secret of the house");
        },
      },
      Query: { motto: () => "All pets are good." },
    };
    const resolved = (type: string, field: string) => resolvers[type]?.[field] !== undefined;
    const { model, faults } = parseDepartment(sdl, "pets.graphql", { resolved });
    if (!model) throw new Error(JSON.stringify(faults));
    const folder = mkdtempSync(join(tmpdir(), "civigraph-pets-"));
    const path = join(folder, "pets.sqlite");
    const database = new Database(path);
    database.exec("CREATE TABLE OWNER (NO TEXT, NAME TEXT); CREATE TABLE PET (PETNO INTEGER, NO TEXT, NAME TEXT)");
    database.exec("INSERT INTO PET VALUES (1, 'A', 'Rex')");
    database.close();
    const grants = { grants: async (records: readonly string[]) => records.map(() => true) };
    const wrapper = createWrapper({ model, resolvers, url: `sqlite:${path}`, dialects: [sqlite], grants });
    try {
      const query = `query ($r: [_Any!]!) { motto _entities(representations: $r) { ... on Citizen {
        petCount pets { nodes { greeting hi: greeting(word: "Hi") broken } } } } }`;
      const variables = { r: [{ __typename: "Citizen", petsKeys: ["A"] }] };
      const result = await wrapper.execute({ query, variables, context: { requestId: "r-1", audience: "city" } });
      expect(result.data).toEqual({
        motto: "All pets are good.",
        _entities: [{ petCount: 1, pets: { nodes: [{ greeting: "Hello Rex", hi: "Hi Rex", broken: null }] } }],
      });
      expect(result.errors?.map(({ path: at, extensions }) => [at?.join("."), extensions.code])).toEqual([
        ["_entities.0.pets.nodes.0.broken", "INTERNAL_SERVER_ERROR"],
      ]);
      expect(JSON.stringify(result.errors)).not.toContain("secret");
    } finally {
      await wrapper.close();
      rmSync(folder, { recursive: true });
    }
  });
});
