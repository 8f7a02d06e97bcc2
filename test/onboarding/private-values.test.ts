import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Onboarding, onboard } from "../../shared/onboarding/onboard.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-private-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function draft(sql: string): Promise<Onboarding> {
  const file = join(folder, `${++files}.sqlite`);
  const written = new Database(file);
  written.exec(sql);
  written.close();
  const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
  return onboard({ id: "clinic", url: `sqlite:${file}`, jurisdiction: "northport", timeZone: "UTC", taken });
}

/** Rows of a table, from the number of the row, `i`. */
const rows = (table: string, count: number, values: string) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) INSERT INTO ${table} SELECT ${values} FROM n;`;

describe("values of rows that must not become names of enum values", () => {
  const ward = `CREATE TABLE bed (bedno INTEGER PRIMARY KEY, wardcd CHAR(3));${rows("bed", 40, "i, printf('W%02d', i % 4)")}
    CREATE TABLE wardhd (wardcd CHAR(3) PRIMARY KEY, whdtxt VARCHAR(40));`;

  it.each([
    ["of people", ["Ann Smith", "Ole van der Berg", "Mary-Jane O'Neil", "J. Okafor"]],
    ["of people in capitals", ["ANN SMITH", "OLE BERG", "MARY ANN ONEIL", "JOHN OKAFOR"]],
  ])("refuses a code table with names %s", async (_, names) => {
    const values = names.map((each, index) => `('W0${index}', '${each.replace("'", "''")}')`).join(", ");
    const { text } = await draft(`${ward} INSERT INTO wardhd VALUES ${values};`);
    expect(text).not.toMatch(/SMITH|BERG|NEIL|OKAFOR/i);
    expect(text).not.toMatch(/^enum/m);
    expect(text).toMatch(/@column\(name: "whdtxt"\)\s*@policy\(policies: \[\["clinic:personal"\]\]\)/);
  });

  it("refuses one with given names that the same database has of persons", async () => {
    const { text } =
      await draft(`${ward} INSERT INTO wardhd VALUES ('W00', 'anna'), ('W01', 'olaf'), ('W02', 'ines'), ('W03', 'petra');
      CREATE TABLE person (person_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE);
      INSERT INTO person VALUES (1, 'Anna', 'Archer', '1980-01-02'), (2, 'Olaf', 'Baker', '1981-01-02'), (3, 'Ines', 'Cook', '1982-01-02');`);
    expect(text).not.toMatch(/ANNA|OLAF|INES/);
  });

  it("refuses one list of a table with several, and keeps the others", async () => {
    const { text } = await draft(`CREATE TABLE visit (visit_id INTEGER PRIMARY KEY, worker CHAR(1), outcome CHAR(1));
      ${rows("visit", 40, "i, char(65 + i % 2), char(65 + i % 2)")}
      CREATE TABLE codes (list VARCHAR(10), code CHAR(1), txt VARCHAR(40), PRIMARY KEY (list, code));
      INSERT INTO codes VALUES ('worker', 'A', 'Ann Smith'), ('worker', 'B', 'Ole Berg'), ('outcome', 'A', 'Closed'), ('outcome', 'B', 'Open');`);
    expect(text).toMatch(/CLOSED @code\(is: \["A"\]\)/);
    expect(text).not.toMatch(/SMITH|BERG/i);
  });

  it("still takes a code table of titles", async () => {
    const { text } = await draft(
      `${ward} INSERT INTO wardhd VALUES ('W00', 'Child Health'), ('W01', 'Street Service'), ('W02', 'Surgery'), ('W03', 'Family Income');`,
    );
    expect(text).toContain('CHILD_HEALTH @code(is: ["W00"])');
  });

  it("drafts codes that no table explains as text, unless the column is said to hold codes of a matter", async () => {
    const { text } =
      await draft(`CREATE TABLE visit (visit_id INTEGER PRIMARY KEY, sb CHAR(3), casewkr_cd CHAR(3), status CHAR(1));
      ${rows("visit", 60, "i, char(65 + i % 3, 66, 82), char(65 + i % 3, 66, 82), char(65 + i % 3)")}`);
    expect(text).not.toMatch(/ABR|BBR/);
    expect(text).toContain('CODE_A @code(is: ["A"])');
  });
});

describe("keys that must not become part of an id", () => {
  const person = `CREATE TABLE person (natid CHAR(11) PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE);
    ${rows("person", 40, "printf('4%010d', i * 7919), 'Anna', 'Archer', '1980-01-02'")}`;

  it("gives no type to a table below a person whose key is a national number, and says what is lost", async () => {
    const { model, decisions } = await draft(`${person}
      CREATE TABLE visit (natid CHAR(11), visitno INTEGER, ward TEXT, doc TEXT, PRIMARY KEY (natid, visitno));
      ${rows("visit", 40, "printf('4%010d', i * 7919), 1, 'w', 'd'")}
      CREATE TABLE stay (visitor CHAR(11), stayno INTEGER, bed TEXT, PRIMARY KEY (visitor, stayno), FOREIGN KEY (visitor) REFERENCES person (natid));
      ${rows("stay", 40, "printf('4%010d', i * 7919), 1, 'b'")}`);
    expect([...model.types.keys()]).toEqual([]);
    expect(decisions.join("\n")).toMatch(
      /visit has no type: its key is personal data \(natid\).*Without a field therefore: ward, doc\. Offer a view/,
    );
    expect(decisions.join("\n")).toMatch(/stay has no type: its key is personal data \(visitor\)/);
  });

  it("keeps the types of tables that are numbered for themselves", async () => {
    const { model } = await draft(`${person}
      CREATE TABLE visit (visitno INTEGER PRIMARY KEY, natid CHAR(11), ward TEXT);
      ${rows("visit", 40, "i, printf('4%010d', i * 7919), 'w'")}
      CREATE TABLE address (address_id INTEGER PRIMARY KEY, street TEXT, town TEXT);
      ${rows("address", 40, "i, 'High Street', 'Northport'")}`);
    expect([...model.types.keys()].sort()).toEqual(["ClinicAddress", "Visit"]);
  });

  it("closes rows of a special kind, their lists and what points to them, and gives no id to their codes", async () => {
    const { model, text } = await draft(`${person}
      CREATE TABLE diagnosis (code CHAR(4) PRIMARY KEY, txt TEXT); INSERT INTO diagnosis VALUES ('F320', 'Sad'), ('I100', 'Tense');
      CREATE TABLE treatment (treatment_id INTEGER PRIMARY KEY, natid CHAR(11), price NUMERIC(9, 2), FOREIGN KEY (natid) REFERENCES person (natid));
      ${rows("treatment", 40, "i, printf('4%010d', i * 7919), 20")}`);
    expect([...model.types.keys()]).toEqual(["Treatment"]);
    const rights = text.match(/policies: \[\["clinic:\w+"\]\]/g) ?? [];
    expect(rights.length).toBeGreaterThanOrEqual(5);
    expect(new Set(rights)).toEqual(new Set(['policies: [["clinic:special"]]']));
  });
});
