import { describe, expect, it } from "vitest";
import { check, faultsOf, schema } from "./cases.ts";

describe("a person", () => {
  const persons = (text: string) => `${schema}\ntype Citizen ${text}`;
  check([
    [
      "comes before its attributes",
      persons('▸@attribute(is: FULL_NAME, column: "NM") @person(table: "R", key: "NO")'),
      "expected @person before the first @attribute, found none; write the @person that it describes first",
    ],
    [
      "has an issuer for each identifier",
      persons('@person(table: "R", key: "NO") ▸@attribute(is: IDENTIFIER, column: "ID")'),
      'expected `schemaAgency` with IDENTIFIER, found none; say who issued the number, e.g. "NATIONAL"',
    ],
    [
      "has an issuer only for identifiers",
      persons('@person(table: "R", key: "NO") ▸@attribute(is: EMAIL, column: "E", schemaAgency: "X")'),
      "expected `schemaAgency` only with IDENTIFIER, found it with EMAIL; remove it",
    ],
    [
      "has attributes that exist",
      persons('@person(table: "R", key: "NO") @attribute(is: ▸FULLNAME, column: "NM")'),
      "expected a value of PersonAttribute as `is` of @attribute, found FULLNAME; did you mean FULL_NAME?",
    ],
    [
      "has a birth date in a format of dates",
      persons('@person(table: "R", key: "NO") ▸@attribute(is: DATE_OF_BIRTH, column: "B", format: TRIM)'),
      "expected a format that gives Date, found TRIM, which gives String or ID; for Date there are*",
    ],
    [
      "is told apart from others of the same table",
      persons('@person(table: "R", key: "A") ▸@person(table: "R", key: "B")'),
      "expected a `keySuffix` that tells these persons apart from those of line 4, found none; add one: without it two persons could have one local key",
    ],
    [
      "is told apart by different suffixes",
      persons('@person(table: "R", key: "A", keySuffix: "x") ▸@person(table: "S", key: "B", keySuffix: "x")'),
      'expected a `keySuffix` that tells these persons apart from those of line 4, found the same "x"; add one: without it two persons could have one local key',
    ],
    [
      "has a suffix that can be part of a key",
      persons('▸@person(table: "R", key: "A", keySuffix: "#1")'),
      'expected a `keySuffix` of letters, digits, `-` and `_`, found "#1"',
    ],
    [
      "has a column where the changes have a format",
      persons('▸@person(table: "R", key: "A", changedFormat: EPOCH_SECONDS)'),
      "expected `changed` where there is `changedFormat`, found none; name the column",
    ],
    [
      "joins tables by as many columns as its key",
      persons(
        '@person(table: "R", key: ["A", "B"]) @attribute(is: EMAIL, column: "E", from: ▸{ table: "M", on: "A" })',
      ),
      "expected as many columns in `on` as in `parent` (A, B), found 1; name the columns of this row in `parent`",
    ],
  ]);

  it("need not be told apart where conditions exclude each other", () => {
    const both =
      '@person(table: "R", key: "A", where: { column: "K", is: "1" }) @person(table: "R", key: "A", where: { column: "K", is: "2" })';
    expect(faultsOf(`${schema} type Citizen ${both}`)).toEqual([]);
  });
});

describe("a type", () => {
  check([
    [
      "has a table",
      `${schema}\ntype ▸Loan { id: ID! }`,
      "expected @table on Loan, found none; say where its rows come from: `@table(name: ..., id: [...])`",
    ],
    [
      "has id columns",
      `${schema}\ntype Loan ▸@table(name: "LOAN") { id: ID! }`,
      "expected `id: [String!]!` in @table, found none; add `id`",
    ],
    [
      "has an id",
      `${schema}\ntype ▸Loan @table(name: "LOAN", id: "NO") { title: String @column(name: "T") }`,
      "expected `id: ID!` in Loan, found none; add it: it is made of the columns that @table names as `id`",
    ],
    [
      "has an id of its type",
      `${schema}\ntype Loan @table(name: "LOAN", id: "NO") { id: ▸ID }`,
      "expected `ID!`, found another type; write `id: ID!`",
    ],
    [
      "has no mapping on its id",
      `${schema}\ntype Loan @table(name: "LOAN", id: "NO") { id: ID! ▸@column(name: "NO") }`,
      "expected no mapping on `id`, found @column; @table names its columns",
    ],
    [
      "is found by its id alone",
      `${schema}\ntype Loan ▸@key(fields: "no") @table(name: "LOAN", id: "NO") { id: ID! }`,
      'expected `@key(fields: "id")`, found "no"; a row is referred to by its id alone',
    ],
    [
      "can be found",
      `${schema}\ntype Loan ▸@key(fields: "id", resolvable: false) @table(name: "LOAN", id: "NO") { id: ID! }`,
      "expected a key that this department resolves, found `resolvable: false`; remove `resolvable`",
    ],
    [
      "implements interfaces of the vocabulary",
      `${schema}\ntype Loan implements ▸Node @table(name: "LOAN", id: "NO") { id: ID! }`,
      "expected an interface of the vocabulary, found `Node`; there are ServiceRequest and Interaction",
    ],
    [
      "has interface fields of the interface's types",
      `${schema}\ntype Loan implements ServiceRequest @table(name: "LOAN", id: "NO") { id: ID! status: ▸String @column(name: "ST") }`,
      "expected `ServiceRequestStatus` for `status`, as ServiceRequest has it, found `String`",
    ],
    [
      "has a period to be kept for",
      `${schema}\ntype Loan @table(name: "LOAN", id: "NO") ▸@retain(for: "7 years", from: { column: "D" }) { id: ID! }`,
      'expected an ISO 8601 period of years, months, weeks or days such as `P7Y`, found "7 years"',
    ],
    [
      "is kept from a date that sorts",
      `${schema}\ntype Loan @table(name: "LOAN", id: "NO") ▸@retain(for: "P7Y", from: { column: "D", format: DD_MON_YY }) { id: ID! }`,
      "expected a format of dates that sort by time, found DD_MON_YY, which gives Date but does not sort; there are*",
    ],
  ]);
});
