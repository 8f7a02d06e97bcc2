import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entities, openWorks, type Works, writeJobs } from "./works.ts";

let works: Works;
let asked: string[];
let withheld: Set<string>;
let broken: boolean;

beforeEach(() => {
  asked = [];
  withheld = new Set();
  broken = false;
  works = openWorks(async (records) => {
    asked.push(...records);
    if (broken) throw new Error("identity is down");
    return records.map((record) => !withheld.has(record));
  });
  writeJobs(works);
});

afterEach(() => works.close());

const id = (type: string, key: string) => Buffer.from(`city-works:${type}:${key}`).toString("base64url");

describe("a look-up", () => {
  it("finds the row that its argument names, with its padding or without", async () => {
    const result = await works.run(
      `{ a: job(id: "${id("Job", "2024,3")}") { title id } b: jobByTitle(title: "100%") { title } team(name: "Pavers") { name } }`,
    );
    expect(result).toEqual({
      data: { a: { title: "back\\slash", id: id("Job", "2024,3") }, b: { title: "100%" }, team: { name: "Pavers" } },
    });
  });

  it.each([
    id("Job", "2024,99"),
    id("Job", "2024"),
    id("Team", "2024,3"),
    Buffer.from("other:Job:2024,3").toString("base64url"),
    "",
    "%%%",
    "2024,3",
  ])("finds nothing by the id %s, without an error", async (text) => {
    expect(await works.run(`{ job(id: ${JSON.stringify(text)}) { title } }`)).toEqual({ data: { job: null } });
  });

  it("says when several rows match", async () => {
    const { data, errors } = await works.run('{ team(name: "Twins") { name } }');
    expect(data).toEqual({ team: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "SOURCE_ROW_AMBIGUOUS", field: "Query.team" });
  });

  it("takes what would be SQL as text", async () => {
    expect(await works.run(`{ jobByTitle(title: "' OR 1=1 --") { title } }`)).toEqual({
      data: { jobByTitle: { title: "' OR 1=1 --" } },
    });
    expect(await works.run(`{ jobByTitle(title: "x' OR 1=1 --") { title } }`)).toEqual({ data: { jobByTitle: null } });
  });
});

describe("rows that were not reached through a citizen's keys", () => {
  it("are as if absent when all their persons are withheld, and nobody's stay", async () => {
    withheld.add("city-works:P1");
    const result = await works.run(
      `{ jobs(first: 3, orderBy: TITLE) { totalCount nodes { title } pageInfo { hasNextPage } } job(id: "${id("Job", "2024,1")}") { title } jobByTitle(title: "100x") { title } }`,
    );
    expect(result).toEqual({
      data: {
        jobs: {
          totalCount: 3,
          nodes: [{ title: "' OR 1=1 --" }, { title: "*star[" }, { title: "100x" }],
          pageInfo: { hasNextPage: false },
        },
        job: null,
        jobByTitle: { title: "100x" },
      },
    });
    expect(new Set(asked)).toEqual(new Set(["city-works:P1", "city-works:P2", "city-works:P3"]));
  });

  it("are judged by the row that they hang on where they name nobody", async () => {
    withheld.add("city-works:P1");
    expect(await works.run("{ steps { totalCount nodes { id job { title } } } }")).toEqual({
      data: {
        steps: {
          totalCount: 2,
          nodes: [
            { id: id("Step", "8"), job: { title: "100x" } },
            { id: id("Step", "9"), job: null },
          ],
        },
      },
    });
  });

  it("are asked for when an entity is, and in the order of the question", async () => {
    withheld.add("city-works:P2");
    const representations = ["2024,3", "2024,2", "2024,99", "2024,1", "2024,3"].map((key) => ({
      __typename: "Job",
      id: id("Job", key),
    }));
    const result = await works.run(
      "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Job { id title } } }",
      {
        r: [
          ...representations,
          { __typename: "Team", id: id("Team", "T1") },
          { __typename: "Nobody" },
          { __typename: "Job" },
        ],
      },
    );
    expect(entities(result).map((entity) => entity && (entity.title ?? "other"))).toEqual([
      "back\\slash",
      null,
      null,
      "100%",
      "back\\slash",
      "other",
      null,
      null,
    ]);
  });

  it("are all withheld when identity cannot decide", async () => {
    broken = true;
    const result = await works.run(
      `{ jobs { nodes { title } } job(id: "${id("Job", "2024,1")}") { title } teams { totalCount } }`,
    );
    expect(result.data).toEqual({ jobs: null, job: null, teams: { totalCount: 3 } });
    expect(result.errors?.map(({ path }) => path)).toEqual([["jobs"], ["job"]]);
    expect(JSON.stringify(result)).not.toContain("identity is down");
  });

  it("need no question under the citizen whose keys were handed over", async () => {
    await works.citizens([["P1"]], "{ jobs { nodes { title owner { record } steps { nodes { job { title } } } } } }");
    expect(asked).toEqual([]);
  });
});

describe("answers", () => {
  it("hold the published SDL, introspection and types besides rows", async () => {
    const result = await works.run(
      '{ _service { sdl } __typename __type(name: "Job") { kind } teams(first: 1) { __typename nodes { __typename } } }',
    );
    expect(result.data).toEqual({
      _service: { sdl: works.wrapper.sdl },
      __typename: "Query",
      __type: { kind: "OBJECT" },
      teams: { __typename: "TeamConnection", nodes: [{ __typename: "Team" }] },
    });
  });

  it("let a missing value of a non-null field take its row with it", async () => {
    works.write("UPDATE TEAM SET NAME = NULL WHERE CD = 'T1'");
    const result = await works.run('{ jobByTitle(title: "100%") { title team { name } } }');
    expect(result.data).toEqual({ jobByTitle: { title: "100%", team: null } });
    expect(result.errors?.[0]?.path).toEqual(["jobByTitle", "team", "name"]);
    expect(JSON.stringify(result.errors)).not.toMatch(/SELECT|TEAM"/);
  });

  it("word faults of the document without touching the database", async () => {
    works.statements();
    const result = await works.run("{ nothing }");
    expect(result.errors?.[0]?.extensions.code).toBe("BAD_REQUEST");
    expect((await works.run("{ jobs(")).errors?.[0]?.extensions.code).toBe("BAD_REQUEST");
    expect(works.statements()).toEqual([]);
  });
});
