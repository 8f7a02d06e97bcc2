import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { datePattern } from "../../subgraphs/identity/evaluate/date-pattern.ts";
import { readMapping } from "../../subgraphs/identity/evaluate/mapping.ts";
import { readSet } from "../../subgraphs/identity/evaluate/read-set.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-mapping-"));
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
  it.each([
    ["UTF-8", german, {}],
    ["UTF-8 with a byte order mark", `\ufeff${german}`, {}],
    ["windows-1252", windows1252, { encoding: "windows-1252" }],
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

  const names = [{ column: "Name", is: "FULL_NAME" }];
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
  ])("reads by %s %j as %j", (pattern, text, date) =>
    expect(datePattern(pattern, new Date("2026-06-01"))?.(text)).toBe(date));

  it.each(["dd.mm.yyyy", "MM.DD", "YYYY-MM-DD-DD", "", "Q"])("takes %j for no pattern", (pattern) =>
    expect(datePattern(pattern)).toBeUndefined());
});
