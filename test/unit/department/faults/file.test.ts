import { describe, expect, it } from "vitest";
import { check, faultsOf, library, schema } from "./cases.ts";

describe("the file", () => {
  check([
    ["is GraphQL", "type Loan {\n  id ▸ID! }", 'expected ":", found Name "ID"'],
    ["is not empty", "▸", "expected GraphQL schema language, found unexpected <EOF>"],
    [
      "names its department",
      `▸extend schema @source(engine: SQLITE, url: "A")`,
      "expected @department on `extend schema`, found none; start the file with it",
    ],
    [
      "names its database",
      `▸extend schema @department(id: "a", name: "A", jurisdiction: "n", lawfulBasis: CONSENT, purposes: ["p"])`,
      "expected @source on `extend schema`, found none; start the file with it",
    ],
    [
      "has a kebab-case id",
      schema.replace('"library"', '▸"cityLibrary"'),
      'expected a kebab-case id such as `social-services`, found "cityLibrary"',
    ],
    [
      "names the variable that holds the URL, and never shows a URL",
      schema.replace('"LIBRARY_URL"', '▸"mssql://sa:secret@host/db"'),
      "expected the name of an environment variable as `url`, found a URL; put the URL in an environment variable and name it here; this file must hold no credentials",
    ],
    [
      "names a time zone that exists",
      schema.replace('LIBRARY_URL"', 'LIBRARY_URL", timeZone: ▸"Europe/Talinn"'),
      'expected an IANA time zone such as `Europe/Tallinn`, found "Europe/Talinn"',
    ],
    [
      "names a character set that exists",
      schema.replace('LIBRARY_URL"', 'LIBRARY_URL", encoding: ▸"latin-one"'),
      'expected a character set such as `latin1` or `windows-1252`, found "latin-one"',
    ],
    [
      "has one @source",
      `${schema}\nextend schema ▸@source(engine: SQLITE, url: "B")`,
      "expected @source once, found a second; remove one of them",
    ],
  ]);
});

it("reports all faults at once, in the order of the file", () => {
  const faults = faultsOf(`extend schema @source(engine: DB2, url: "A_URL")
type Loan @table(name: "LOAN") {
  id: ID
  title: Strin @column(nam: "T")
}
enum LoanKind { BOOK }`);
  const places = faults.map((text) => text.slice("department.graphql:".length).split(" ")[0]);
  expect(places).toEqual(["1:1", "1:31", "2:11", "4:10", "4:16", "4:24", "6:17"]);
});

it("calls a faultless file faultless", () => {
  expect(faultsOf(library)).toEqual([]);
});
