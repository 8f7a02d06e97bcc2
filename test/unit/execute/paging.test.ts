import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entities, openWorks, type Works } from "./works.ts";

let works: Works;

beforeEach(() => {
  works = openWorks();
});

afterEach(() => works.close());

function addJob(no: number, cost: number | null, started: number | null = 20240101, person = "P1"): void {
  works.write(
    "INSERT INTO JOB VALUES (2024, ?, ?, ?, 'RD', 'O', ?, 0, ?, 'Y', 'T1', 'N')",
    no,
    person,
    `J${no}`,
    started,
    cost,
  );
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly title: string } }[];
  readonly pageInfo: Readonly<Record<string, unknown>>;
  readonly totalCount: number;
}

async function page(parameters: Readonly<Record<string, unknown>>): Promise<Page> {
  const result = await works.citizens(
    [["P1"]],
    `($first: Int, $after: String, $last: Int, $before: String, $order: JobOrder) {
      jobs(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
        edges { cursor node { title } } totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    parameters,
  );
  if (result.errors) throw result.errors[0];
  return entities(result)[0]?.jobs as Page;
}

const titles = ({ edges }: Page) => edges.map(({ node }) => node.title);

async function walk(
  size: number,
  order: string | undefined,
  backwards: boolean,
  between = () => {},
): Promise<string[]> {
  const found: string[] = [];
  let cursor: unknown;
  for (let round = 0; round < 100; round += 1) {
    const asked = backwards ? { last: size, before: cursor } : { first: size, after: cursor };
    const got = await page({ ...asked, ...(order ? { order } : {}) });
    found.push(...(backwards ? titles(got).reverse() : titles(got)));
    if (got.pageInfo[backwards ? "hasPreviousPage" : "hasNextPage"] !== true) return found;
    cursor = got.pageInfo[backwards ? "startCursor" : "endCursor"];
    between();
  }
  throw new Error("paging does not end");
}

/** A small generator of its own, so that every run has the same cases. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe("paging", () => {
  it("shows every row once, nulls last, in both directions and with every page size", async () => {
    for (const seed of [1, 2, 3]) {
      const random = numbers(seed);
      works.write("DELETE FROM JOB");
      const rows = Array.from({ length: 13 }, (_, no) => ({ no, cost: random(3) === 0 ? null : random(4) }));
      for (const { no, cost } of rows) addJob(no, cost);
      for (const order of ["CHEAPEST", "DEAREST"]) {
        const sign = order === "CHEAPEST" ? 1 : -1;
        const expected = [...rows]
          .sort((a, b) => {
            if (a.cost === null || b.cost === null)
              return Number(a.cost === null) - Number(b.cost === null) || a.no - b.no;
            return sign * (a.cost - b.cost) || a.no - b.no;
          })
          .map(({ no }) => `J${no}`);
        for (const size of [1, 2, 5, 13, 50]) {
          expect(await walk(size, order, false), `${order} by ${size} from ${seed}`).toEqual(expected);
          expect(await walk(size, order, true), `${order} back by ${size} from ${seed}`).toEqual(
            [...expected].reverse(),
          );
        }
      }
    }
  });

  it("neither repeats nor skips rows when others come and go between pages", async () => {
    for (let no = 0; no < 10; no += 1) addJob(no * 10, no % 3 === 0 ? null : no);
    const before = await walk(50, "CHEAPEST", false);
    let round = 0;
    const found = await walk(2, "CHEAPEST", false, () => {
      round += 1;
      // The last row of the page just read is deleted: its cursor must still hold.
      if (round === 1) works.write("DELETE FROM JOB WHERE JNO = 20");
      if (round === 2) addJob(1, -5);
      if (round === 3) addJob(95, null);
    });
    expect(found.filter((title) => title !== "J95")).toEqual(before);
    expect(found.filter((title) => title === "J95").length).toBe(1);
    expect(found).not.toContain("J1");
  });

  it("tells where a page lies, and that totalCount is of the whole list", async () => {
    for (let no = 0; no < 5; no += 1) addJob(no, no);
    const first = await page({ first: 2, order: "CHEAPEST" });
    expect(titles(first)).toEqual(["J0", "J1"]);
    expect(first.totalCount).toBe(5);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(
      first.pageInfo.endCursor === first.edges[1]?.cursor ||
        (await page({ first: 1, order: "CHEAPEST", after: first.pageInfo.endCursor })).edges[0]?.node.title === "J2",
    ).toBe(true);
    const last = await page({ last: 2, order: "CHEAPEST" });
    expect(titles(last)).toEqual(["J3", "J4"]);
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(await page({ first: 0 })).toMatchObject({
      edges: [],
      totalCount: 5,
      pageInfo: { hasNextPage: true, endCursor: null },
    });
  });

  it("gives each citizen its own first rows in one statement", async () => {
    for (let no = 0; no < 30; no += 1) addJob(no, no, 20240101 + (no % 28), `C${no % 3}`);
    works.statements();
    const result = await works.citizens(
      [["C0"], ["C1"], ["C2"], ["C0", "C1"]],
      "{ jobs(first: 2, orderBy: CHEAPEST) { nodes { title } } }",
    );
    const shown = entities(result).map(({ jobs }) =>
      (jobs as { nodes: { title: string }[] }).nodes.map(({ title }) => title),
    );
    expect(shown).toEqual([
      ["J0", "J3"],
      ["J1", "J4"],
      ["J2", "J5"],
      ["J0", "J1"],
    ]);
    expect(works.statements().length).toBe(1);
  });

  it.each([
    [{ first: -1 }, "BAD_USER_INPUT"],
    [{ first: 1001 }, "BAD_USER_INPUT"],
    [{ last: -1 }, "BAD_USER_INPUT"],
    [{ first: 1, last: 1 }, "BAD_USER_INPUT"],
    [{ first: 1, before: "x" }, "BAD_USER_INPUT"],
    [{ after: "x" }, "CURSOR_INVALID"],
    [{ after: "" }, "CURSOR_INVALID"],
    [{ last: 1, before: Buffer.from("[1]").toString("base64url") }, "CURSOR_INVALID"],
  ])("refuses %j with %s, and only there", async (parameters, code) => {
    addJob(1, 1);
    const names = Object.entries(parameters).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const result = await works.citizens(
      [["P1"], []],
      `{ jobs(${names.join(", ")}) { nodes { title } } visits { totalCount } }`,
    );
    expect(result.errors?.map(({ path, extensions }) => [path?.join("."), extensions.code])).toEqual([
      ["_entities.0.jobs", code],
      ["_entities.1.jobs", code],
    ]);
    expect(entities(result)[0]).toEqual({ jobs: null, visits: { totalCount: 0 } });
  });

  it("refuses a cursor of another list, of another order, or one that was changed", async () => {
    for (let no = 0; no < 3; no += 1) addJob(no, no);
    const cursor = String((await page({ first: 1, order: "CHEAPEST" })).pageInfo.endCursor);
    const changed = `${cursor.slice(0, -2)}${cursor.endsWith("A") ? "B" : "A"}${cursor.at(-1)}`;
    await expect(page({ first: 1, after: cursor })).rejects.toMatchObject({ extensions: { code: "CURSOR_INVALID" } });
    await expect(page({ first: 1, order: "CHEAPEST", after: changed })).rejects.toMatchObject({
      extensions: { code: "CURSOR_INVALID" },
    });
    const other = await works.citizens([["P1"]], "($after: String) { visits(after: $after) { totalCount } }", {
      after: cursor,
    });
    expect(other.errors?.[0]?.extensions.code).toBe("CURSOR_INVALID");
    expect(titles(await page({ first: 1, order: "CHEAPEST", after: cursor }))).toEqual(["J1"]);
  });

  it("shows nothing of the ordering columns in a cursor", async () => {
    addJob(1, 987654321);
    const cursor = String((await page({ first: 1, order: "CHEAPEST" })).pageInfo.endCursor);
    expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain("987654321");
  });

  it("asks for more keys than one statement takes in chunks", async () => {
    for (let no = 0; no < 20; no += 1) addJob(no, no, 20240101, `P${no * 100}`);
    works.statements();
    const keys = Array.from({ length: 2_500 }, (_, index) => [`P${index}`]);
    const result = await works.citizens(keys, "{ jobs { nodes { title } } }");
    // Padded columns are asked for in two spellings, 1,000 in a statement.
    expect(works.statements().length).toBe(5);
    const shown = entities(result).flatMap(({ jobs }, index) =>
      (jobs as { nodes: { title: string }[] }).nodes.map(({ title }) => `${index} ${title}`),
    );
    expect(shown).toEqual(Array.from({ length: 20 }, (_, no) => `${no * 100} J${no}`));
  });
});
