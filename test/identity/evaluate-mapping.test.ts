import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { datePattern } from "../../subgraphs/identity/evaluate/date-pattern.ts";
import { readMapping } from "../../subgraphs/identity/evaluate/mapping.ts";
import { readSet } from "../../subgraphs/identity/evaluate/read-set.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-mapping-"));
mkdirSync(join(folder, "patients"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Mapped {
  readonly file?: string;
  readonly truth?: unknown;
  readonly columns?: readonly unknown[];
  readonly source?: Readonly<Record<string, unknown>>;
}

const columns = [
  { column: "Name", is: "FULL_NAME" },
  { column: "geboren", is: "DATE_OF_BIRTH", format: ["DD.MM.YYYY", "DD.MM.YY"] },
  { column: "Anschrift", is: "FULL_ADDRESS" },
];

/** The set that a file with a mapping of its columns gives; `content` is written first where it is given. */
function read(content: string | Uint8Array | undefined, mapped: Mapped = {}) {
  const { file = "patients.csv", truth = { column: "Person" } } = mapped;
  if (content !== undefined) writeFileSync(join(folder, file), content);
  const source = { department: "clinic", file, columns: mapped.columns ?? columns, ...mapped.source };
  writeFileSync(join(folder, "mapping.yaml"), JSON.stringify({ set: "mine", sources: [source], truth }));
  return readSet(readMapping({ mappingFile: join(folder, "mapping.yaml") }), folder);
}

const header = "Name;geboren;Anschrift;Person";
const rows = [
  'Müller, Jürgen;1.2.1950;"Lindenweg 7\r\n24103 Kiel";1',
  "Žukov, Šura;03.04.51;Lindenweg 8, 24103 Kiel;2",
];
const german = `${header}\r\n${rows.join("\r\n")}\r\n`;

const windows1252 = Uint8Array.from([...Buffer.from(german.replaceAll("Ž", "\x8e").replaceAll("Š", "\x8a"), "latin1")]);

describe("reading a labelled set by its mapping", () => {
  const names = [{ column: "Name", is: "FULL_NAME" }];
  it.each([
    ["UTF-8", german, {}],
    ["UTF-8 with a byte order mark", `\ufeff${german}`, {}],
    ["windows-1252", windows1252, { encoding: "windows-1252" }],
    ["UTF-16 with a byte order mark", Buffer.from(`\ufeff${german}`, "utf16le"), {}],
    ["big-endian UTF-16 with a byte order mark", Buffer.from(`\ufeff${german}`, "utf16le").swap16(), {}],
  ])("reads quoted line breaks and German dates in %s", async (_, content, source) => {
    const { pages, truth, remarks } = await read(content, { source });
    expect(remarks).toEqual([]);
    expect([...truth.values()]).toEqual(["1", "2"]);
    const [first, second] = pages[0]?.records ?? [];
    expect(first).toMatchObject({ fullName: "Müller, Jürgen", dateOfBirth: "1950-02-01" });
    expect(first?.address?.fullAddress).toMatch(/^Lindenweg 7\s+24103 Kiel$/);
    expect(second).toMatchObject({ fullName: "Žukov, Šura", dateOfBirth: "1951-04-03" });
  });

  it("reads numbers and lists of a Parquet file whatever it is called", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(
      `COPY (SELECT 'Ann Lee' AS name, ['+49 40 1', '+49 40 2'] AS phones, 491710000001::DOUBLE AS mobile,
         DATE '1980-05-06' AS born, 7 AS who) TO '${join(folder, "people.pq")}' (FORMAT parquet)`,
    );
    connection.closeSync();
    const { pages } = await read(undefined, {
      file: "people.pq",
      truth: { column: "who" },
      columns: [
        { column: "name", is: "FULL_NAME" },
        { column: "born", is: "DATE_OF_BIRTH" },
        { column: "phones", is: "TELEPHONE" },
        { column: "mobile", is: "TELEPHONE" },
      ],
    });
    expect(pages[0]?.records[0]).toMatchObject({
      fullName: "Ann Lee",
      dateOfBirth: "1980-05-06",
      telephone: ["+49 40 1", "+49 40 2", "491710000001"],
    });
  });

  it("takes several values from one cell, and the label from the file's own column", async () => {
    const { pages, truth } = await read("phones,id\n040 1 / 040 2,A\n", {
      columns: [{ column: "phones", is: "TELEPHONE", separator: "/" }],
      source: { truth: { column: "id" } },
    });
    expect(pages[0]?.records[0]?.telephone).toEqual(["040 1", "040 2"]);
    expect([...truth.values()]).toEqual(["A"]);
  });

  it("counts values that do not follow the format, and rows without a label", async () => {
    const many = Array.from({ length: 4 }, (_, row) => `Ann Lee;1${row}.02.1950;Lindenweg 7;${row}`).join("\n");
    const { truth, remarks } = await read(`${header}\n${many}\nJon Low;um 1950;Lindenweg 8;\nIda Low;;Lindenweg 9;\n`);
    expect(new Set(truth.values()).size).toBe(6);
    expect(remarks).toEqual([
      "patients.csv: column geboren: 1 of 5 values do not follow DD.MM.YYYY or DD.MM.YY but look like aa 9999; they count as not known.",
      "patients.csv: 2 rows without Person count as persons of their own.",
    ]);
  });

  it("reads genders by the codes that the mapping says, and tells where most are not known", async () => {
    const cells = "sex,who\nV,1\nM,2\nV,3\nX,4\n";
    const sex = (more: object) => [{ column: "sex", is: "GENDER", ...more }];
    const coded = await read(cells, {
      truth: { column: "who" },
      columns: sex({ codes: { V: "female" }, missing: ["X"] }),
    });
    expect(coded.pages[0]?.records.map(({ gender }) => gender)).toEqual(["female", "M", "female", undefined]);
    expect(coded.remarks).toEqual([]);
    const { remarks } = await read(cells, { truth: { column: "who" }, columns: sex({}) });
    expect(remarks).toEqual([
      "patients.csv: column sex: 3 of 4 values are no gender that is known but look like A: say by `codes` which mean male and which female, and by `missing` which neither.",
    ]);
  });

  it("reads full names by the formats of department.graphql", async () => {
    const { pages } = await read("a,b,who\nIVANOVA ANNA PETROVNA,GARCIA LOPEZ ANA,1\n", {
      truth: { column: "who" },
      columns: [
        { column: "a", is: "FULL_NAME", format: "FAMILY_FIRST" },
        { column: "b", is: "ALTERNATIVE_NAME", format: ["TWO_FAMILY_NAMES_FIRST"] },
      ],
    });
    expect(pages[0]?.records[0]).toMatchObject({
      fullName: "Anna Petrovna Ivanova",
      alternativeName: ["Ana Garcia Lopez"],
    });
  });

  it("reads one column by two formats where it is two attributes", async () => {
    const { pages } = await read("day,who\n04.05.1980,1\n", {
      truth: { column: "who" },
      columns: [
        { column: "day", is: "DATE_OF_BIRTH", format: "DD.MM.YYYY" },
        { column: "day", is: "DATE_OF_DEATH", format: "MM.DD.YYYY" },
      ],
    });
    expect(pages[0]?.records[0]).toMatchObject({ dateOfBirth: "1980-05-04", dateOfDeath: "1980-04-05" });
  });

  it("takes the first pattern that gives a date there is, and counts dates that are on no calendar", async () => {
    const dates = ["04/25/1980", "25/04/1980", "30/02/1980", "00/00/1980", "03/04/1980", "1980-13"];
    const { pages, remarks } = await read(`born,who\n${dates.map((date, row) => `${date},${row}`).join("\n")}\n`, {
      truth: { column: "who" },
      columns: [{ column: "born", is: "DATE_OF_BIRTH", format: ["DD/MM/YYYY", "MM/DD/YYYY"] }],
    });
    expect(pages[0]?.records.map(({ dateOfBirth }) => dateOfBirth)).toEqual([
      "1980-04-25",
      "1980-04-25",
      "1980-02-30",
      "1980-00-00",
      "1980-04-03",
      "1980-13",
    ]);
    expect(remarks).toEqual([
      "patients.csv: column born: 2 of 6 values have a day or month, read as DD/MM/YYYY or MM/DD/YYYY, that is on no calendar; they count as mistyped.",
    ]);
  });

  const table = "Name;Person\nAnn Lee;1\nJon Low;2\n";
  it.each([
    ["whose lines end in both ways", "Name;Person\r\nAnn Lee;1\nJon Low;2\r\n"],
    ["with a line sep=;", `sep=;\n${table}`],
    ["with the end-of-file sign of old systems", `${table}\x1a`],
    ["that is packed", gzipSync(table)],
  ])("reads a file %s", async (_, content) => {
    const file = content instanceof Uint8Array ? "names.csv.gz" : "names.csv";
    const { pages, truth } = await read(content, { file, columns: names });
    expect(pages[0]?.records.map(({ fullName }) => fullName)).toEqual(["Ann Lee", "Jon Low"]);
    expect([...truth.values()]).toEqual(["1", "2"]);
  });

  it.each<[string, RegExp, string | Uint8Array | undefined, Mapped]>([
    [
      "a column that is not there",
      /lacks Nmae \(did you mean Name\?\); its columns are Name, geb/,
      german,
      { columns: [{ column: "Nmae", is: "FULL_NAME" }] },
    ],
    [
      "a truth column that is not there",
      /lacks truth\.column person \(did you mean Person\?\), which tells/,
      german,
      { truth: { column: "person" } },
    ],
    [
      "a truth column that linking would see",
      /Person is truth\.column and must not be among/,
      german,
      { columns: [{ column: "Person", is: "OTHER:person" }] },
    ],
    ["labels that are all empty", /truth\.column Person is empty in every row/, `${header}\nAnn Lee;;;\n`, {}],
    ["a file without rows", /patients\.csv has no rows/, `${header}\n`, {}],
    [
      "another format of dates",
      /column geboren: 2 of 2 values do not follow YYYY-MM-DD but look like 9\.9\.9999, 99\.99\.99; set its `format`/,
      german,
      { columns: [{ column: "geboren", is: "DATE_OF_BIRTH" }] },
    ],
    [
      "a format that is none",
      /must be made of YYYY or YY, MM or MON, and DD/,
      german,
      { columns: [{ column: "geboren", is: "DATE_OF_BIRTH", format: "dd.mm.yy" }] },
    ],
    [
      "dates whose day and month are exchanged",
      /column geboren: 2 of 2 values have a day or month, read as YYYY-DD-MM, that is on no calendar; set its `format`/,
      `${header}\nAnn Lee;1950-02-13;;1\nJon Low;1951-03-14;;2\n`,
      { columns: [{ column: "geboren", is: "DATE_OF_BIRTH", format: "YYYY-DD-MM" }] },
    ],
    [
      "a format of names for a date",
      /must be made of YYYY or YY/,
      german,
      { columns: [{ column: "geboren", is: "DATE_OF_BIRTH", format: "FAMILY_FIRST" }] },
    ],
    [
      "a pattern of dates for a name",
      /must be one of LAST_COMMA_FIRST, FAMILY_FIRST/,
      german,
      { columns: [{ column: "Name", is: "FULL_NAME", format: "DD.MM.YYYY" }] },
    ],
    [
      "codes for what has none",
      /is only for GENDER/,
      german,
      { columns: [{ column: "Name", is: "FULL_NAME", codes: { M: "male" } }] },
    ],
    [
      "a format for what has none",
      /is only for dates and for FULL_NAME, BIRTH_NAME, ALTERNATIVE_NAME/,
      german,
      { columns: [{ column: "Name", is: "FAMILY_NAME", format: "FAMILY_FIRST" }] },
    ],
    [
      "a row with too many cells",
      /patients\.csv, near line 3, has 5 cells where its first row has 4: that must name all columns/,
      `${header}\nAnn Lee;1.2.1950;Lindenweg 7;1\nJon Low;1.2.1950;Lindenweg 8;Kiel;2\n`,
      {},
    ],
    [
      "a column that is there twice",
      /has several columns Name: give each/,
      "Name;Person;Name\nAnn Lee;1;Lee\n",
      { columns: names },
    ],
    ["a title before the header", /row 2 names the columns, not the first/, `Kiel 2024\n${german}`, {}],
    ["a folder", /patients is a folder: expected a CSV/, undefined, { file: "patients" }],
    ["another encoding", /patients\.csv is not in UTF-8: .*encoding: windows-1252/, windows1252, {}],
    ["an encoding that is none", /must be an encoding such as utf-8/, german, { source: { encoding: "ansi-7" } }],
    ["the wrong delimiter", /seems to have one column.*set `delimiter`/, german, { source: { delimiter: "|" } }],
    [
      "a first row of data",
      /lacks Name, geboren, Anschrift; its first row must name its columns/,
      `${rows[1]}\n${rows[1]}\n`,
      {},
    ],
    ["an empty file", /patients\.csv is empty/, "", {}],
    ["a file of JSON", /patients\.csv holds JSON: save it as CSV or Parquet/, '[\n{"Name":"Ann Kiel"}]', {}],
    ["lines of JSON", /patients\.csv holds JSON/, '{"Name":"Ann Kiel"}\n', {}],
    ["a spreadsheet", /is a ZIP or Excel file: save it as CSV/, "PK\x03\x04", {}],
    [
      "a file that is not there",
      /elsewhere\.csv is not in the data folder .*, which holds .*patients\.csv/,
      undefined,
      { file: "elsewhere.csv" },
    ],
    [
      "an expression without a group",
      /must be a regular expression with a group/,
      german,
      { truth: { column: "Person", matching: "^rec-" } },
    ],
    [
      "labels that the expression does not fit",
      /truth\.matching \^rec-\(\\d\+\) finds no person in 9/,
      german,
      { columns: names, truth: { column: "Person", matching: "^rec-(\\d+)" } },
    ],
  ])("says what is wrong with %s, and nothing that is in a cell", async (_, message, content, mapped) => {
    const failure = await Promise.resolve()
      .then(() => read(content, mapped))
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ code: "CONFIGURATION_INVALID", message: expect.stringMatching(message) });
    expect((failure as Error).message).not.toMatch(/ller|Lindenweg|Kiel/);
  });

  it("tells the line of a file that cannot be read, and not what stands there", async () => {
    const failure = await read(`${header}\nAnn Lee${"e".repeat(3_000_000)};1.2.1950;Lindenweg 7;1\n`).catch(
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: "CONFIGURATION_INVALID" });
    expect((failure as Error).message).toMatch(
      /^patients\.csv, near line \d+, cannot be read as CSV .*are all quotes closed\?$/,
    );
    expect((failure as Error).message).not.toMatch(/Lee|Lindenweg|Low/);
  });
});

describe("date patterns", () => {
  it.each([
    ["DD.MM.YYYY", "1. 2. 1950", "1950-02-01"],
    ["DD.MM.YYYY", "01.02.1950 00:00:00", "1950-02-01"],
    ["DD.MM.YYYY", "1950", "1950"],
    ["DD.MM.YYYY", "1950-02", "1950-02"],
    ["YYYYMMDD", "19500201", "1950-02-01"],
    ["YYYYMMDD", "1950-02-01", undefined],
    ["DD-MON-YY", "04-MAR-87", "1987-03-04"],
    ["DD MON YYYY", "4 March 1987", "1987-03-04"],
    ["DD.MM.YY", "04.03.26", "2026-03-04"],
    ["DD.MM.YY", "04.03.27", "1927-03-04"],
    ["MM/DD/YYYY", "12/31/1999", "1999-12-31"],
    ["MM/DD/YYYY", "31.12.1999", undefined],
    ["YYYY-MM-DD", "unknown", undefined],
    ["DD/MM/YYYY", "04/25/1980", undefined],
    ["DD/MM/YYYY", "29/02/1980", "1980-02-29"],
    ["DD/MM/YYYY", "29/02/1981", undefined],
    ["DD/MM/YYYY", "29/02/1900", undefined],
    ["DD.MM.YY", "29.02.00", "2000-02-29"],
    ["DD/MM/YYYY", "31/04/1980", undefined],
    ["DD/MM/YYYY", "00/00/1980", "1980-00-00"],
    ["DD/MM/YYYY", "00/04/1980", "1980-04-00"],
    ["DD/MM/YYYY", "15/00/1980", "1980-00-15"],
    ["DD-MON-YYYY", "03-Xyz-1980", undefined],
    ["YYYY-MM-DD", "1980-13", undefined],
    ["EXCEL", "29117", "1979-09-19"],
    ["EXCEL", "29117.75", "1979-09-19"],
    ["EXCEL", "61", "1900-03-01"],
    ["EXCEL", "1", "1900-01-01"],
    ["EXCEL", "19790919", undefined],
  ])("reads by %s %j as %j", (pattern, text, date) =>
    expect(datePattern(pattern, new Date("2026-06-01"))?.(text)).toBe(date));

  it("reads what is on no calendar as it stands where that is asked for", () => {
    const read = datePattern("DD-MM-YYYY");
    expect(read?.("31-02-1980", { offCalendar: true })).toBe("1980-02-31");
    expect(datePattern("DD-MON-YYYY")?.("03-Xyz-1980", { offCalendar: true })).toBeUndefined();
  });

  it.each(["dd.mm.yyyy", "MM.DD", "YYYY-MM-DD-DD", "", "Q"])("takes %j for no pattern", (pattern) =>
    expect(datePattern(pattern)).toBeUndefined());
});
