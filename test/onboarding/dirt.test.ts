import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onboard } from "../../shared/onboarding/onboard.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-dirt-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A draft of these tables, each filled with forty rows of the values, in which `i` counts. */
async function draft(tables: Readonly<Record<string, readonly [columns: string, values: string]>>, timeZone = "UTC") {
  const file = join(folder, `${++files}.sqlite`);
  const database = new Database(file);
  for (const [name, [columns, values]] of Object.entries(tables)) {
    database.exec(`CREATE TABLE "${name}" (${columns});
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO "${name}" SELECT ${values} FROM n;`);
  }
  database.close();
  const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
  const url = `sqlite:${file}`;
  return onboard({ id: "office", url, jurisdiction: "northport", timeZone, taken });
}

const person = (column: string, value: string) =>
  draft({
    person: [
      `person_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, ${column}`,
      `i, 'Anna', 'Archer' || i, ${value}`,
    ],
  });

describe("dates as real databases hold them", () => {
  const born = "date('1926-12-01', (i * 200) || ' days')";
  it.each([
    ["with the day first", `strftime('%d.%m.%Y', ${born})`, "format: DD_MM_YYYY"],
    [
      "of two digits, of people of a hundred years, too",
      `strftime('%d.%m.', ${born}) || substr(${born}, 3, 2)`,
      "format: DD_MM_YYYY",
    ],
    ["with the month first", `strftime('%m/%d/%Y', ${born})`, "format: MM_DD_YYYY"],
    ["in six digits, of people of a hundred years, too", `substr(strftime('%Y%m%d', ${born}), 3)`, "format: YYMMDD"],
  ])("are read %s", async (_, value, expected) => {
    const { text } = await person("birth_date TEXT", value);
    expect(text).toContain(`@attribute(is: DATE_OF_BIRTH, column: "birth_date", ${expected})`);
  });

  it("are asked about where day and month could be either", async () => {
    const { decisions } = await person("birth_date TEXT", "printf('%02d/%02d/1980', 1 + i % 12, 1 + i % 11)");
    expect(decisions).toContainEqual(
      "person.birth_date: Is `format: DD_MM_YYYY` right? As far as sampled, its dates can be read with the day first and with the month first.",
    );
  });

  it("are placeholders where the engine has a date that is none or never ends", async () => {
    const zero = await person("birth_date DATE", "CASE WHEN i % 3 = 0 THEN '0000-00-00' ELSE '1980-01-02' END");
    expect(zero.text).toContain(`@attribute(is: DATE_OF_BIRTH, column: "birth_date", missing: ["0000-00-00"])`);
    const { text } = await draft({
      permit: [
        "permit_no INTEGER PRIMARY KEY, valid_from DATETIME, valid_to DATE",
        "i, CASE i % 2 WHEN 0 THEN '0000-00-00 00:00:00' ELSE '2020-01-01 10:00:00' END, CASE i % 2 WHEN 0 THEN 'infinity' ELSE '2030-01-01' END",
      ],
    });
    expect(text).toContain(`validFrom: DateTime @column(name: "valid_from", missing: ["0000-00-00"])`);
    expect(text).toContain(`validUntil: Date @column(name: "valid_to", missing: ["infinity"])`);
  });

  it("are placeholders where there is nothing but nines", async () => {
    const { text } = await draft({
      permit: [
        "permit_no INTEGER PRIMARY KEY, valid_to INTEGER, closed_on CHAR(10)",
        "i, CASE WHEN i % 3 = 0 THEN 99999999 ELSE 20250101 + i % 9 END, CASE WHEN i % 3 = 0 THEN '99.99.9999' ELSE '24.12.2025' END",
      ],
    });
    expect(text).toContain(`@column(name: "valid_to", format: YYYYMMDD, missing: ["99999999"])`);
    expect(text).toContain(`@column(name: "closed_on", format: DD_MM_YYYY, missing: ["99.99.9999"])`);
  });

  it("are in no time zone that there is none of", async () => {
    const tables = { permit: ["permit_no INTEGER PRIMARY KEY, valid_from DATETIME", "i, NULL"] } as const;
    await expect(draft(tables, "Mars/Base")).rejects.toThrow(
      "Expected an IANA time zone such as `Europe/Tallinn`, but found `Mars/Base`.",
    );
  });

  it("are missed where nobody's birth can be read", async () => {
    const { decisions } = await person("first_seen DATE, birth_date TEXT", "'2020-01-01', 'spring of ' || (1900 + i)");
    expect(decisions).not.toContainEqual(expect.stringContaining("birth_date"));
    const known = await person("gender TEXT, birth_date TEXT", "'F', 'spring of ' || (1900 + i)");
    expect(known.decisions).toContainEqual(
      expect.stringMatching(/^person\.birth_date is named like DATE_OF_BIRTH, but no format reads most of its values/),
    );
  });
});

describe("rows that do not count", () => {
  const people = (columns: string, values: string) =>
    draft({
      person: [
        `person_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE, ${columns}`,
        `i, 'Anna', 'Archer' || i, '1980-01-02', ${values}`,
      ],
    });

  it.each([
    [
      "deleted_at DATETIME",
      "CASE WHEN i % 8 = 0 THEN '2024-01-01 10:00:00' END",
      `{ column: "deleted_at", isNull: true }`,
    ],
    [
      "deleted_on DATE",
      "CASE WHEN i % 8 = 0 THEN '2024-01-01' ELSE '0000-00-00' END",
      `{ column: "deleted_on", is: ["0000-00-00"] }`,
    ],
    ["GELÖSCHT CHAR(1)", "CASE WHEN i % 8 = 0 THEN 'J' ELSE 'N' END", `{ column: "GELÖSCHT", not: ["J"] }`],
    ["deleted CHAR(1)", "substr('Xx', 1 + i % 8, 1)", `{ column: "deleted", not: ["X", "x"] }`],
  ])("are told by %s", async (column, value, expected) => {
    const { text, decisions } = await people(column, value);
    expect(text).toContain(`where: [${expected}]`);
    expect(decisions).toContainEqual(
      expect.stringMatching(/^Is it right that rows of person count by .* means deleted\)\?$/),
    );
  });

  it("are asked about in tables of no person, too", async () => {
    const { decisions } = await draft({
      payment: ["payment_no INTEGER PRIMARY KEY, storno CHAR(1)", "i, CASE WHEN i % 8 = 0 THEN 'J' ELSE 'N' END"],
    });
    expect(decisions).toContain("Is it right that rows of payment count by storno (its flag means deleted)?");
  });

  it("are those of a second person without a name, be it NULL or blank", async () => {
    const { text } = await draft({
      lease: [
        "lease_no INTEGER PRIMARY KEY, holder_last_name TEXT, holder_birth_date DATE, occupant_last_name TEXT, occupant_birth_date DATE",
        "i, 'Archer' || i, '1980-01-02', CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE 'Baker' || i END, '1981-01-02'",
      ],
    });
    expect(text).toContain(`where: [{ column: "occupant_last_name", isNull: false, not: [""] }]`);
  });
});

describe("what a human must decide", () => {
  it("is nothing of tables that are not drafted", async () => {
    const { decisions } = await draft({
      person: [
        "person_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE",
        "10000 + i, 'Anna', 'Archer' || i, '1980-01-02'",
      ],
      note: ["person_id INTEGER, line TEXT", "10000 + i % 5, 'x'"],
    });
    expect(decisions).toContainEqual(expect.stringMatching(/^note has no type: nothing tells its rows apart/));
    expect(decisions).not.toContainEqual(expect.stringMatching(/^Do note/));
  });

  it("is whose address a row of several persons says", async () => {
    const lease = (address: string) =>
      draft({
        lease: [
          `lease_no INTEGER PRIMARY KEY, holder_last_name TEXT, holder_birth_date DATE, occupant_last_name TEXT, occupant_birth_date DATE, ${address}`,
          "i, 'Archer' || i, '1980-01-02', 'Baker' || i, '1981-01-02', 'Mill Lane', 'Northport'",
        ],
      });
    expect((await lease("street TEXT, town TEXT")).decisions).toContainEqual(
      expect.stringMatching(/^Is the address of lease \(street, town\) that of its holder and its occupant\?/),
    );
    expect((await lease("holder_street TEXT, holder_town TEXT")).decisions).not.toContainEqual(
      expect.stringContaining("address of lease"),
    );
  });

  it("is who may have what looks like addresses, whatever the column is called", async () => {
    const { text } = await draft({
      visit: ["visit_no INTEGER PRIMARY KEY, whereabouts TEXT", "i, 'Fő utca ' || i || ', 1011 Budapest'"],
    });
    expect(text).toMatch(
      /whereabouts: String @column\(name: "whereabouts"\) @policy\(policies: \[\["office:personal"\]\]\)/,
    );
  });

  it("is why documents of JSON have no field", async () => {
    const { decisions } = await person("birth_date DATE, more JSON", "'1980-01-02', '{}'");
    expect(decisions).toContainEqual(expect.stringMatching(/^person\.more is not published: it holds documents that/));
  });
});

describe("names of the draft", () => {
  it("call what a person's own row says after the department, where the table is called after citizens", async () => {
    const { text } = await draft({
      Einwohner: [
        "lfd INTEGER PRIMARY KEY, Vorname TEXT, Nachname TEXT, Geburtsdatum DATE, Bemerkung TEXT",
        "i, 'Anna', 'Archer' || i, '1980-01-02', 'x'",
      ],
    });
    expect(text).toContain("officeCitizens(first: Int = 20, after: String): OfficeCitizenConnection");
  });
});
