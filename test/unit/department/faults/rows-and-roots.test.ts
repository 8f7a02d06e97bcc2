import { describe } from "vitest";
import { check, library, loan, onLoan, query, schema } from "./cases.ts";

describe("a row", () => {
  check([
    [
      "points to its row",
      onLoan("next: Loan ▸@row"),
      "expected `parent` in @row, found none; name the columns of this row that point to the other",
    ],
    [
      "pairs its columns",
      onLoan('next: Loan ▸@row(parent: ["A", "B"])'),
      "expected as many columns in `on` as in `parent` [A, B], found 1 in `on` for `next`; pair the columns up, in the same order",
    ],
    [
      "on Query is named by a required argument",
      query("▸loan(title: String): Loan @row"),
      "expected a required argument that names the row of `loan`, found none; write e.g. `loan(id: ID!)`",
    ],
    [
      "is not a list",
      query("loan(id: ID!): ▸[Loan] @row"),
      "expected one row for @row, found a list; write `LoanConnection` with @rows",
    ],
    [
      "can be absent",
      query("loan(id: ID!): ▸Loan! @row"),
      "expected a nullable type for `loan`, found a non-null one; remove the last `!`",
    ],
  ]);
});

describe("Citizen", () => {
  const citizen = (field: string) => `${schema}\n${loan}\ntype Citizen @person(table: "R", key: "NO") { ${field} }`;
  const paged = "first: Int = 20, after: String";
  check([
    [
      "has the wrapper's keys alone",
      `${schema}\ntype Citizen ▸@key(fields: "id") @person(table: "R", key: "NO")`,
      "expected @key on a type of the department's own, found it on Citizen; remove it",
    ],
    [
      "has nullable fields",
      citizen('readerSince: ▸Date! @column(name: "S")'),
      "expected a nullable type for Citizen.readerSince, found a non-null one; remove the last `!`: an outage must cost only this field",
    ],
    [
      "has no fields of the city's subgraphs",
      citizen('▸dateOfBirth: Date @column(name: "S")'),
      "expected a field that no other subgraph has on Citizen, found `dateOfBirth`; choose another name",
    ],
    [
      "has no keys of its own",
      citizen('▸libraryKeys: String @column(name: "S")'),
      "expected a field that no other subgraph has on Citizen, found `libraryKeys`; choose another name",
    ],
    [
      "has lists as connections",
      citizen("loans: ▸[Loan!]"),
      "expected @rows and a connection for the list `loans`, found a plain list; write `loans(first: Int = 20, after: String): LoanConnection @rows(on: [...])`",
    ],
    [
      "has sources for its fields",
      citizen("▸readerSince: Date"),
      "expected @rows or @column on Citizen.readerSince, found none; say where it comes from",
    ],
    [
      "has no single rows",
      citizen('loan: Loan ▸@row(parent: "NO")'),
      "expected @rows or @column on Citizen, found @row; a person may have several records: offer a connection",
    ],
    [
      "has persons where it has fields",
      `${schema}\n${loan}\ntype ▸Citizen { readerSince: Date @column(name: "S") }`,
      "expected @person on Citizen, found none; say which rows describe a person: `@person(table: ..., key: [...])`",
    ],
    [
      "names suffixes that exist",
      citizen(`loans(${paged}): LoanConnection ▸@rows(on: "R", keySuffixes: ["x"])`),
      'expected the `keySuffix` of a @person, found "x"',
    ],
    [
      "joins on the person's key",
      citizen(`loans(${paged}): LoanConnection ▸@rows(on: "R", parent: "CARD")`),
      'expected columns of the person\'s key in `parent`, found "CARD"; there is only NO',
    ],
    [
      "chooses among keys of several lengths",
      `${schema}\n${loan}\ntype Citizen @person(table: "R", key: "NO") @person(table: "S", key: ["A", "B"]) { loans(${paged}): LoanConnection ▸@rows(on: "R") }`,
      "expected persons with keys of one length, found keys of several lengths; choose the persons with `keySuffixes`",
    ],
  ]);
});

describe("Query", () => {
  check([
    [
      "implements nothing",
      `${library}\ntype Query implements ▸ServiceRequest { loan(id: ID!): Loan @row }`,
      "expected no interface on Query, found `ServiceRequest`; remove it",
    ],
    [
      "has no fields of the city's subgraphs",
      query("▸citizens(id: ID!): Loan @row"),
      "expected a root field that no other subgraph has, found `citizens`; choose another name",
    ],
    [
      "has sources for its fields",
      query("▸loan(id: ID!): Loan"),
      "expected @rows or @row on Query.loan, found none; say which table it looks into",
    ],
  ]);
});

describe("a connection that the file defines", () => {
  check([
    [
      "has Relay's fields",
      `${library}\ntype ▸LoanEdge { cursor: String! }`,
      "expected `node: Loan!` in LoanEdge, found none; add it, or leave LoanEdge out: the wrapper generates it",
    ],
    [
      "has them in Relay's types",
      `${library}\ntype LoanEdge { cursor: ▸ID! node: Loan! }`,
      "expected `String!`, found `ID!`",
    ],
    [
      "has no others",
      `${library}\ntype LoanEdge { cursor: String! node: Loan! ▸weight: Int }`,
      "expected only cursor, node in LoanEdge, found `weight`; remove it",
    ],
    [
      "belongs to a type with a table",
      `${library}\ntype ▸LoamConnection { nodes: [Loan!] }`,
      "expected a type Loam with @table for LoamConnection, found none; did you mean Loan?",
    ],
  ]);
});
