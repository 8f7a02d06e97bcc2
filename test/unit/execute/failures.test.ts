import { renameSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entities, openWorks, type Works } from "./works.ts";

let works: Works;

beforeEach(() => {
  works = openWorks();
  works.write("INSERT INTO PERSON VALUES ('P1', 'DOE, JOHN', 19800229, 'N', NULL, NULL, NULL)");
  works.write("INSERT INTO JOB VALUES (2024, 1, 'P1', 'Kerb', NULL, 'O', 20240103, 0, 1, 'Y', NULL, 'N')");
});

afterEach(() => works.close());

const selection = "{ __typename ref cityWorksKeys bornOn jobs { nodes { title } } }";

function expectUnavailable(result: Awaited<ReturnType<Works["citizens"]>>): void {
  expect(entities(result)).toEqual([
    { __typename: "Citizen", ref: "ref-0", cityWorksKeys: ["P1"], bornOn: null, jobs: null },
    { __typename: "Citizen", ref: "ref-1", cityWorksKeys: [], bornOn: null, jobs: null },
  ]);
  const errors = result.errors ?? [];
  expect(errors.map(({ path }) => path?.join("."))).toContain("_entities.0.jobs");
  for (const { extensions, message } of errors) {
    expect(extensions).toEqual({ code: "DEPARTMENT_UNAVAILABLE", department: "City Works" });
    expect(message).toBe("The records of City Works cannot be read at the moment.");
  }
}

describe("a database that cannot be read", () => {
  it("costs only the fields that need it, names the department, and comes back", async () => {
    const keys = [["P1"], []];
    expect((await works.citizens(keys, selection)).errors).toBeUndefined();
    expect(await works.wrapper.health()).toBe("UP");

    renameSync(works.path, `${works.path}.away`);
    writeFileSync(works.path, "garbage ".repeat(1_000));
    await works.wrapper.connection.reopen();
    expectUnavailable(await works.citizens(keys, selection));
    expect(await works.wrapper.health()).toBe("DOWN");

    rmSync(works.path);
    await works.wrapper.connection.reopen();
    expectUnavailable(await works.citizens(keys, selection));

    renameSync(`${works.path}.away`, works.path);
    await works.wrapper.connection.reopen();
    const back = await works.citizens(keys, selection);
    expect(back.errors).toBeUndefined();
    expect(entities(back)[0]).toMatchObject({ bornOn: "1980-02-29", jobs: { nodes: [{ title: "Kerb" }] } });
    expect(await works.wrapper.health()).toBe("UP");
  });

  it("still answers what needs no row", async () => {
    rmSync(works.path);
    const result = await works.run("{ __typename _service { sdl } }");
    expect(result).toEqual({ data: { __typename: "Query", _service: { sdl: works.wrapper.sdl } } });
  });

  it("is the feed's own error, too", async () => {
    rmSync(works.path);
    await expect(works.wrapper.feed.page({ first: 1 })).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
    await expect(works.wrapper.feed.byKeys(["P1"])).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });

  it("leaves other fields whole when one table is gone", async () => {
    works.write("DROP TABLE VISIT");
    const result = await works.citizens([["P1"]], "{ jobs { nodes { title } } visits { totalCount } }");
    expect(entities(result)).toEqual([{ jobs: { nodes: [{ title: "Kerb" }] }, visits: null }]);
    expect(result.errors?.map(({ path, extensions }) => [path?.join("."), extensions.code])).toEqual([
      ["_entities.0.visits", "DEPARTMENT_UNAVAILABLE"],
    ]);
    expect(JSON.stringify(result.errors)).not.toMatch(/dbo|sqlite|no such/i);
  });
});

describe("a slow statement", () => {
  it("delays no other department's answer, and ends when nobody waits any more", async () => {
    const other = openWorks();
    try {
      // A view that takes about as long as three million steps; the whole runs inside one step of SQLite.
      works.write("DROP TABLE VISIT");
      works.write(
        "CREATE VIEW VISIT AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) AS VID, 'P1' AS PNO, '2024-01-01' AS VDATE FROM n",
      );
      await Promise.all([works.wrapper.connection.ping(), other.wrapper.connection.ping()]);
      const finished: string[] = [];
      const slow = works.citizens([["P1"]], "{ visits { totalCount } }").then(() => finished.push("slow"));
      const fast = other.citizens([["P1"]], "{ visits { totalCount } }").then(() => finished.push("fast"));
      await fast;
      expect(finished).toEqual(["fast"]);
      await slow;

      const abort = new AbortController();
      const query =
        '{ _entities(representations: [{ __typename: "Citizen", cityWorksKeys: ["P1"] }]) { ... on Citizen { visits { totalCount } } } }';
      const context = { requestId: "test", audience: "city", signal: abort.signal };
      const aborted = works.wrapper.execute({ query, context });
      setImmediate(() => abort.abort());
      expect((await aborted).errors?.[0]?.extensions.code).toBe("SUBGRAPH_TIMEOUT");
    } finally {
      await other.close();
    }
  });
});
