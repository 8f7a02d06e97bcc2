import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Onboarding, onboard } from "../../../shared/onboarding/onboard.ts";
import type { WireTable } from "../../support/wire/backend/declared-schema.ts";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";

/** A register in one schema, what it grants in another, and a third that is nobody's business. */
function tablesIn(register: string, whole: string, text: string): WireTable[] {
  return [
    {
      name: `${register}.PERSON`,
      columns: { PERSNO: `${whole} NOT NULL`, LNAME: text, FNAME: text, DOB: `${whole}` },
      primaryKey: ["PERSNO"],
      comment: "Whoever lives here",
      comments: { DOB: "Day of birth" },
      rows: Array.from({ length: 30 }, (_, at) => [at + 1, "ARCHER", "ANNA", 19_500_101 + at * 10_000]),
    },
    {
      name: "GRANTS.AWARD",
      columns: { AWDNO: `${whole} NOT NULL`, WHOM: whole },
      primaryKey: ["AWDNO"],
      foreignKeys: [{ columns: ["WHOM"], references: { table: `${register}.PERSON`, columns: ["PERSNO"] } }],
      rows: Array.from({ length: 30 }, (_, at) => [at + 1, at + 1]),
    },
    { name: "ARCHIVE.SHELF", columns: { SHLFNO: `${whole} NOT NULL` }, primaryKey: ["SHLFNO"], rows: [] },
  ];
}

const doubles = [
  {
    engine: "SQL Server",
    start: () =>
      startTdsServer({
        users: { portal: "secret" },
        database: { name: "register", tables: tablesIn("dbo", "INT", "VARCHAR(30)") },
      }),
    register: "dbo",
    /** The login's default schema has tables. */
    hasOwn: true,
  },
  {
    engine: "Oracle",
    start: () =>
      startTnsServer({
        users: { PORTAL: "secret" },
        database: {
          name: "REGISTER",
          tables: tablesIn("REGISTER", "NUMBER(9)", "VARCHAR2(30)"),
          defaultSchema: "PORTAL",
        },
      }),
    register: "REGISTER",
    hasOwn: false,
  },
];

describe.each(doubles)("several schemas on $engine", ({ start, register, hasOwn }) => {
  let server: WireServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.close());

  const draft = (schemas: readonly string[] = []): Promise<Onboarding> => {
    const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
    return onboard({ id: "register", url: server.url, jurisdiction: "northport", timeZone: "UTC", taken, schemas });
  };

  it.runIf(hasOwn)("looks at the login's own alone, and says which there are besides", async () => {
    const { survey } = (await draft()).recognition;
    expect(survey.tables.map(({ name }) => name)).toEqual([`${register}.PERSON`]);
    expect(survey.schemas).toEqual({
      chosen: [{ name: register, tables: 1 }],
      others: [
        { name: "ARCHIVE", tables: 1 },
        { name: "GRANTS", tables: 1 },
      ],
    });
  });

  it.skipIf(hasOwn)("asks which to look at where the login's own has no table", async () => {
    await expect(draft()).rejects.toThrow(
      "Choose with --schema, which may be repeated: ARCHIVE (1 table), GRANTS (1 table), REGISTER (1 table).",
    );
  });

  it("looks at those that are named, with foreign keys and comments across them", async () => {
    const { recognition, model, text } = await draft([register, "grants"]);
    expect(recognition.survey.tables.map(({ name }) => name).sort()).toEqual([`GRANTS.AWARD`, `${register}.PERSON`]);
    expect(recognition.joins).toMatchObject([
      { table: "GRANTS.AWARD", columns: ["WHOM"], to: `${register}.PERSON`, references: ["PERSNO"], confidence: 1 },
    ]);
    expect(model.persons).toHaveLength(1);
    expect(text).toContain('"Whoever lives here"');
    expect(recognition.survey.tables.flatMap(({ columns }) => columns.map(({ comment }) => comment))).toContain(
      "Day of birth",
    );
  });
});
