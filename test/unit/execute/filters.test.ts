import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entities, openWorks, type Works, writeJobs } from "./works.ts";

let works: Works;

beforeEach(() => {
  works = openWorks();
  writeJobs(works);
});

afterEach(() => works.close());

async function found(query: string): Promise<string[]> {
  const result = await works.citizens([["P1", "P2", "P3"]], `{ jobs(${query}, orderBy: TITLE) { nodes { title } } }`);
  if (result.errors) throw result.errors[0];
  return (entities(result)[0]?.jobs as { nodes: { title: string }[] }).nodes.map(({ title }) => title);
}

describe("filters", () => {
  it.each([
    ["status: OPEN", ["100%", "100x"]],
    ["status: CLOSED", ["' OR 1=1 --", "back\\slash"]],
    ["status: UNRECOGNISED", []],
    ["anyStatus: [OPEN, CLOSED]", ["' OR 1=1 --", "100%", "100x", "back\\slash"]],
    ["anyStatus: [CLOSED, UNRECOGNISED]", ["' OR 1=1 --", "back\\slash"]],
    ["anyStatus: []", []],
    ["status: null", ["' OR 1=1 --", "100%", "100x", "back\\slash"]],
    ['title: "100%"', ["100%"]],
    ['title: "100"', ["100%", "100x"]],
    ['title: "b"', ["back\\slash"]],
    ['title: "B"', []],
    ['title: "%"', []],
    ['title: "*"', []],
    [`title: "' OR 1=1"`, ["' OR 1=1 --"]],
    ['cost: "1"', ["' OR 1=1 --", "100%"]],
    ['cost: "1.00"', ["' OR 1=1 --", "100%"]],
    ['cost: "1.001"', []],
    ["urgent: true", ["100%"]],
    ['startedFrom: "2024-01-02"', ["100x", "back\\slash"]],
    ['startedTo: "2024-01-02"', ["100%", "100x"]],
    ['startedFrom: "2024-01-02", startedTo: "2024-01-02", status: OPEN', ["100x"]],
  ])("%s", async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it.each([
    'cost: "1; DROP TABLE JOB"',
    'startedFrom: "yesterday"',
    'startedTo: "2024-02-30"',
  ])("refuse %s as a value that the type does not have", async (query) => {
    await expect(found(query)).rejects.toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
  });

  it("find the rows of the value that stands for all other codes", async () => {
    const result = await works.run("{ jobs(status: UNRECOGNISED) { totalCount nodes { title } } }");
    expect(result).toEqual({ data: { jobs: { totalCount: 1, nodes: [{ title: "*star[" }] } } });
  });

  it.each([
    ['startedTo: "2024-01-01"', ["100%"]],
    ['startedFrom: "1900-01-01", startedTo: "1900-01-01"', []],
    ["status: UNRECOGNISED", ["odd"]],
  ])("find by %s no row whose value is a placeholder or blank", async (query, expected) => {
    const job = "INSERT INTO JOB VALUES (2023, ?, 'P1', ?, 'RD', ?, ?, 0, 1, 'N', 'T1', 'N')";
    works.write(job, 1, "blank", "  ", 19000101);
    works.write(job, 2, "odd", "Q", 19000101);
    expect(await found(query)).toEqual(expected);
  });

  it.each([
    ['until: "9999-12-30"', ["2024-01-02"]],
    ['until: "9999-12-31"', ["2024-01-02", "9999-12-31", "9999-12-31"]],
    ['on: ["9999-12-31"]', ["9999-12-31", "9999-12-31"]],
    ['on: ["9999-12-31", "2024-01-02", "2024-01-03"]', ["2024-01-02", "9999-12-31", "9999-12-31"]],
  ])("find by %s the last day that there is", async (query, expected) => {
    works.write(
      "INSERT INTO VISIT VALUES (1, 'P1', '2024-01-02'), (2, 'P1', '9999-12-31'), (3, 'P1', '9999-12-31 23:59:59'), (4, 'P1', NULL), (5, 'P1', '')",
    );
    const result = await works.citizens([["P1"]], `{ visits(${query}) { nodes { on } } }`);
    expect(result.errors).toBeUndefined();
    expect(entities(result)[0]?.visits).toEqual({ nodes: expected.map((on) => ({ on })) });
  });
});
