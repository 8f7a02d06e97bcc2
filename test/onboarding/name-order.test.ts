import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onboard } from "../../shared/onboarding/onboard.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-name-order-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const givenNames = new Set(
  "anna peter maria jurgen laszlo eva istvan ivan olga elena carmen jose luis jorg karl thomas kim lee".split(" "),
);

/** How the one column of names is drafted, and what a person must decide of it. */
async function drafted(names: readonly string[]) {
  const file = join(folder, `${++files}.sqlite`);
  const database = new Database(file);
  database.exec("CREATE TABLE person (person_id INTEGER PRIMARY KEY, name TEXT, birth_date DATE)");
  for (const name of names) database.prepare("INSERT INTO person VALUES (NULL, ?, '1980-01-02')").run(name);
  database.close();
  const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
  const url = `sqlite:${file}`;
  const found = await onboard({ id: "registry", url, jurisdiction: "northport", timeZone: "UTC", taken, givenNames });
  const name = found.recognition.persons[0]?.attributes.find(({ is }) => is === "FULL_NAME");
  return {
    format: name?.format,
    decisions: found.decisions.filter((each) => each.startsWith("person.name: ")),
    text: found.text,
  };
}

const given = ["Anna", "Péter", "Mária", "Jürgen", "László", "Éva", "István", "Zoltán", "Csaba"];
const family = ["Kovács", "Nagy", "Szabó", "Tóth", "Horváth", "Varga", "Kiss", "Molnár", "Németh", "Farkas", "Balogh"];

/** Names made by number, so that every given name stands beside every family name. */
const names = (make: (given: string, family: string, other: string) => string, count = 90) =>
  Array.from({ length: count }, (_, number) => {
    const at = (list: readonly string[], index: number) => list[index % list.length] ?? "";
    return make(at(given, number), at(family, number), at(family, number + 3));
  });

describe("a column of whole names", () => {
  it.each([
    ["Kovács Anna", names((one, two) => `${two} ${one}`), "FAMILY_FIRST"],
    ["KOVÁCS ANNA", names((one, two) => `${two} ${one}`.toUpperCase()), "FAMILY_FIRST"],
    ["KOVÁCS Anna", names((one, two) => `${two.toUpperCase()} ${one}`), "FAMILY_FIRST"],
    [
      "Kovács Bence Anna, whose given names are not all known",
      names((one, two) => `${two} ${two < "S" ? "Bence" : one} ${one}`),
      "FAMILY_FIRST",
    ],
    ["Kovács Anna Mária", names((one, two) => `${two} ${one} Mária`), "FAMILY_FIRST"],
    [
      "IVANOV IVAN PETROVICH",
      names((_, two) => `${two}OV ${two.length % 2 ? "IVAN" : "PYOTR"} ${two}OVICH`.toUpperCase()),
      "FAMILY_FIRST",
    ],
    ["García López Ana", names((one, two, other) => `${two} ${other} ${one}`), "TWO_FAMILY_NAMES_FIRST"],
    [
      "GARCÍA LÓPEZ ANA MARÍA",
      names((one, two, other) => `${two} ${other} ${one} María`.toUpperCase()),
      "TWO_FAMILY_NAMES_FIRST",
    ],
    [
      "Kovács Anna, some with a comma",
      names((one, two) => (two < "L" ? `${two} ${one}` : `${two}, ${one}`)),
      "FAMILY_FIRST",
    ],
    ["Kovács, Anna", names((one, two) => `${two}, ${one}`), "LAST_COMMA_FIRST"],
    [
      "GARCIA LOPEZ, Maria",
      names((one, two, other) => `${`${two} ${other}`.toUpperCase()}, ${one}`),
      "LAST_COMMA_FIRST",
    ],
    ["Anna Kovács", names((one, two) => `${one} ${two}`), "TRIM"],
    ["Anna KOVÁCS", names((one, two) => `${one} ${two.toUpperCase()}`), "TRIM"],
    ["Frau Anna Kovács", names((one, two) => `Frau ${one} ${two}`), "FREE_TEXT_NAME"],
    ["Ivan Petrovich Ivanov", names((_, two) => `Ivan ${two}ovich ${two}ov`), "TRIM"],
    ["Anna María García López", names((one, two, other) => `${one} María ${two} ${other}`), "TRIM"],
    [
      "Minjun Kim, whose family name is a given name elsewhere",
      names((one, two) => `${two} ${one < "K" ? "Kim" : "Lee"}`),
      "TRIM",
    ],
  ])("written like %s is read in its order", async (_, values, expected) => {
    const { format, decisions, text } = await drafted(values);
    expect(format).toBe(expected);
    const isProposed = expected.endsWith("FAMILY_FIRST") || expected === "TWO_FAMILY_NAMES_FIRST";
    if (isProposed) {
      expect(decisions).toEqual([expect.stringContaining(`Drafted: \`format: ${expected}\`; of `)]);
      expect(text).toContain(`format: ${expected})`);
    }
  });

  it("is asked about where its values tell too little", async () => {
    const few = await drafted(["Kovács Anna", "Nagy Péter", "Tóth Éva", "Kiss Csaba"]);
    expect(few.format).toBe("TRIM");
    expect(few.decisions).toEqual([
      "person.name: In which order are its names written? Not drafted: of 4 sampled names without a comma, 3 look like a family name in front and 0 like one at the end; where the family name comes first, write `format: FAMILY_FIRST`, or relatives are taken for one person.",
    ]);
    const both = await drafted(names((one, two) => (two < "L" ? `${two} ${one}` : `${one} ${two}`)));
    expect(both.format).toBe("TRIM");
    expect(both.decisions).toEqual([expect.stringContaining("In which order are its names written?")]);
  });

  it("is not asked about where names stand as usual, or nothing is known of them", async () => {
    expect((await drafted(names((one, two) => `${one} ${two}`))).decisions).toEqual([]);
    expect((await drafted(names((_, two, other) => `${two} ${other}`))).decisions).toEqual([]);
  });
});
