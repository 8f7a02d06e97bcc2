import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entities, openWorks, type Works } from "./works.ts";

let works: Works;

beforeEach(() => {
  works = openWorks();
  const { write } = works;
  write(
    "INSERT INTO CODES VALUES ('KIND', 'RD  ', 'Road               '), ('KIND', 'WT', 'Water'), ('DIST', 'N', 'North'), ('DIST', 'RD', 'Wrong list')",
  );
  write(
    "INSERT INTO PERSON VALUES ('P1      ', 'DOE, JOHN Q', 19800229, 'N', 'N   ', '380-0101 x', 1700000000), ('P2', 'ROE, JANE', 19000101, 'N', 'ZZ', NULL, 1600000000), ('P3', 'GONE, G', 19700101, 'Y', 'N', NULL, NULL)",
  );
  write(
    "INSERT INTO PATTR VALUES ('P1', 'PHONE', 1, '555 1234'), ('P1      ', 'PHONE', 2, '+1 555 9999'), ('P2', 'OTHER', 1, 'x')",
  );
  write("INSERT INTO TEAM VALUES ('T1  ', 'Pavers    ')");
  write("INSERT INTO JOB VALUES (2024, 1, 'P1      ', 'Kerb      ', 'RD', 'O ', 20240103, 0, 12345, 'Y', 'T1', 'N')");
  write("INSERT INTO JOB VALUES (2024, 2, 'P1', 'Pipe_a', 'WT', 'C', 20240201, 20240301, -5, 'N', 'T1  ', NULL)");
  write("INSERT INTO JOB VALUES (2023, 1, 'P2', 'Lamp', 'XX', 'Q', 20239999, 0, NULL, '?', NULL, 'N')");
  write("INSERT INTO JOB VALUES (2001, 1, 'P1', 'Old', 'WT', 'C', 20010101, 20020101, 1, 'N', 'T1', 'N')");
  write("INSERT INTO JOB VALUES (2024, 9, 'P1', 'Deleted', 'WT', 'C', 20240101, 0, 1, 'N', 'T1', 'Y')");
  write("INSERT INTO JATTR VALUES (2024, 1, 'NOTE', 2, 'second'), (2024, 1, 'NOTE', 1, 'first')");
  write(
    "INSERT INTO STEP VALUES (1, 2024, 1, 1, '2024-03-31 03:30:00', NULL, NULL), (2, 2024, 1, 2, '2024-10-27 03:30:00', 20200101, 99991231), (3, 2024, 1, 3, NULL, 20990101, NULL), (4, 2024, 1, 4, NULL, NULL, 20200101)",
  );
});

afterEach(() => works.close());

describe("citizens", () => {
  it("have their rows, whatever the padding of keys, without what is deleted or beyond retention", async () => {
    const result = await works.citizens(
      [["P1"], ["P2"], [], null],
      "{ __typename ref cityWorksKeys jobs { totalCount nodes { __typename title startedOn endedOn cost kind status urgent note } } }",
    );
    const [one, two, three, four] = entities(result);
    expect(one).toEqual({
      __typename: "Citizen",
      ref: "ref-0",
      cityWorksKeys: ["P1"],
      jobs: {
        totalCount: 2,
        nodes: [
          {
            __typename: "Job",
            title: "Pipe_a",
            startedOn: "2024-02-01",
            endedOn: "2024-03-01",
            cost: "-0.05",
            kind: "Water",
            status: "CLOSED",
            urgent: false,
            note: null,
          },
          {
            __typename: "Job",
            title: "Kerb",
            startedOn: "2024-01-03",
            endedOn: null,
            cost: "123.45",
            kind: "Road",
            status: "OPEN",
            urgent: true,
            note: "first",
          },
        ],
      },
    });
    expect(two?.jobs).toEqual({
      totalCount: 1,
      nodes: [
        {
          __typename: "Job",
          title: "Lamp",
          startedOn: null,
          endedOn: null,
          cost: null,
          kind: null,
          status: "UNRECOGNISED",
          urgent: null,
          note: null,
        },
      ],
    });
    expect(three?.jobs).toEqual({ totalCount: 0, nodes: [] });
    expect(four?.jobs).toBeNull();
    expect(result.errors?.map(({ path, message, extensions }) => [path?.join("."), message, extensions?.code])).toEqual(
      [
        [
          "_entities.1.jobs.nodes.0.startedOn",
          "A value of Job.startedOn in City Works could not be read in the way that its mapping says.",
          "SOURCE_VALUE_UNREADABLE",
        ],
        ["_entities.1.jobs.nodes.0.kind", expect.stringContaining("Job.kind"), "SOURCE_VALUE_UNREADABLE"],
        ["_entities.1.jobs.nodes.0.urgent", expect.stringContaining("Job.urgent"), "SOURCE_VALUE_UNREADABLE"],
      ],
    );
    expect(JSON.stringify(result)).not.toMatch(/20239999|"XX"|\?/);
  });

  it("reach further rows, references and the way back to a citizen", async () => {
    const result = await works.citizens(
      [["P1"]],
      "{ jobs(last: 1) { nodes { title team { name id } owner { __typename record } steps { nodes { seq at job { title } } } } } }",
    );
    expect(result.errors).toBeUndefined();
    expect(entities(result)[0]?.jobs).toEqual({
      nodes: [
        {
          title: "Kerb",
          team: { name: "Pavers", id: Buffer.from("city-works:Team:T1").toString("base64url") },
          owner: { __typename: "Citizen", record: "city-works:P1" },
          steps: {
            nodes: [
              { seq: 1, at: "2024-03-31T03:30:00+02:00", job: { title: "Kerb" } },
              { seq: 2, at: "2024-10-27T03:30:00+03:00", job: { title: "Kerb" } },
            ],
          },
        },
      ],
    });
  });

  it("have plain fields from their own record, only while that counts", async () => {
    const result = await works.citizens(
      [["P1"], ["P2"], ["P3"], ["P3", "P1"], null, ["nobody"]],
      "{ district bornOn mobile }",
    );
    expect(entities(result)).toEqual([
      { district: "North", bornOn: "1980-02-29", mobile: "+15559999" },
      { district: null, bornOn: null, mobile: null },
      { district: null, bornOn: null, mobile: null },
      { district: "North", bornOn: "1980-02-29", mobile: "+15559999" },
      { district: null, bornOn: null, mobile: null },
      { district: null, bornOn: null, mobile: null },
    ]);
    expect(result.errors?.map(({ path }) => path?.join("."))).toEqual(["_entities.1.district"]);
  });

  it("are answered each, when one comes twice, without ref, or with several records", async () => {
    const query =
      "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { ref jobs { nodes { title } } } } }";
    const result = await works.run(query, {
      r: [
        { __typename: "Citizen", cityWorksKeys: ["P2", "P1"] },
        { __typename: "Citizen", ref: "a", cityWorksKeys: ["P2"] },
        { __typename: "Citizen", ref: "a", cityWorksKeys: ["P2"] },
        { __typename: "Citizen", ref: "b" },
      ],
    });
    const titles = (index: number) =>
      (entities(result)[index]?.jobs as { nodes: { title: string }[] } | null)?.nodes.map(({ title }) => title);
    expect(titles(0)).toEqual(["Pipe_a", "Kerb", "Lamp"]);
    expect([titles(1), titles(2), titles(3)]).toEqual([["Lamp"], ["Lamp"], undefined]);
    expect(entities(result).map(({ ref }) => ref)).toEqual([null, "a", "a", "b"]);
  });

  it("cost no statement when none has a record here", async () => {
    await works.citizens([["P1"]], "{ jobs { nodes { title } } }");
    works.statements();
    const result = await works.citizens(
      [[], null, []],
      "{ jobs { totalCount pageInfo { hasNextPage endCursor } } district }",
    );
    expect(works.statements()).toEqual([]);
    expect(entities(result)[0]).toEqual({
      jobs: { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } },
      district: null,
    });
  });

  it("keep aliases, fragments and conditions apart", async () => {
    const selection = `($with: Boolean!) {
      ...One
      open: jobs(status: OPEN) { nodes { t: title title } }
      rest: jobs(anyStatus: [CLOSED, UNRECOGNISED]) { nodes { title @include(if: $with) __typename } }
      __proto__: jobs(first: 1) { edges { node { title } } }
    }`;
    const fragment = "fragment One on Citizen { jobs(first: 1) { nodes { title } } jobs(first: 1) { nodes { cost } } }";
    const ask = async (with_: boolean) => {
      const declared = "query ($representations: [_Any!]!, $with: Boolean!)";
      const query = `${declared} { _entities(representations: $representations) { ... on Citizen ${selection.replace(/^\([^)]*\)/, "")} } } ${fragment}`;
      const representations = [{ __typename: "Citizen", cityWorksKeys: ["P1"] }];
      const result = await works.run(query, { representations, with: with_ });
      expect(result.errors).toBeUndefined();
      return entities(result)[0] as Record<string, { nodes?: unknown; edges?: unknown }>;
    };
    const shown = await ask(true);
    expect(shown.jobs?.nodes).toEqual([{ title: "Pipe_a", cost: "-0.05" }]);
    expect(shown.open?.nodes).toEqual([{ t: "Kerb", title: "Kerb" }]);
    expect(shown.rest?.nodes).toEqual([{ title: "Pipe_a", __typename: "Job" }]);
    expect(Object.getOwnPropertyDescriptor(shown, "__proto__")?.value).toEqual({
      edges: [{ node: { title: "Pipe_a" } }],
    });
    expect((await ask(false)).rest?.nodes).toEqual([{ __typename: "Job" }]);
    expect(({} as { edges?: unknown }).edges).toBeUndefined();
  });
});

describe("statements", () => {
  it("are as many for 50 citizens as for one", async () => {
    for (let i = 10; i < 60; i += 1) {
      works.write("INSERT INTO PERSON VALUES (?, 'A, B', 19800101, 'N', 'N', NULL, 1)", `Q${i}`);
      for (let j = 0; j < 3; j += 1) {
        works.write(
          "INSERT INTO JOB VALUES (2024, ?, ?, ?, 'RD', 'O', ?, 0, ?, 'Y', 'T1', 'N')",
          i * 10 + j,
          `Q${i}`,
          `J${j}`,
          20240101 + j,
          i,
        );
      }
    }
    const selection =
      "{ district bornOn mobile jobs(first: 2) { totalCount nodes { title kind note team { name } owner { record } steps { totalCount nodes { at } } } pageInfo { hasNextPage } } visits { nodes { on } } }";
    await works.citizens([["P1"]], selection);
    works.statements();
    await works.citizens([["Q10"]], selection);
    const one = works.statements();
    const result = await works.citizens(
      Array.from({ length: 50 }, (_, i) => [`Q${i + 10}`]),
      selection,
    );
    const fifty = works.statements();
    expect(result.errors).toBeUndefined();
    expect(fifty.length).toBe(one.length);
    // jobs, their count, kind, note, team, steps, their count, visits, the person's row, its district, its mobile
    expect(one.length).toBe(11);
    console.info(`statements: ${one.length} for 1 citizen, ${fifty.length} for 50`);
    expect(entities(result).every(({ jobs }) => (jobs as { totalCount: number }).totalCount === 3)).toBe(true);
  });

  it("read only the columns that are selected", async () => {
    works.statements();
    await works.citizens([["P1"]], "{ jobs { nodes { title } } }");
    const [sql = ""] = works.statements();
    expect(sql).toContain("TITLE");
    expect(sql).not.toMatch(/COST|KINDCD|TEAMCD/);
  });
});
