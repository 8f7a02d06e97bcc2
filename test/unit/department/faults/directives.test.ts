import { describe } from "vitest";
import { check, library, onLoan, query, schema } from "./cases.ts";

describe("a directive", () => {
  check([
    [
      "is known",
      onLoan('title: String ▸@colum(name: "TI") @column(name: "TI")'),
      "expected a directive of the mapping language, of rights or of federation, found @colum; did you mean @column?",
    ],
    [
      "is not one that the wrapper writes",
      onLoan('title: String @column(name: "TI") ▸@external'),
      "expected a directive of the mapping language, of rights or of federation, found @external; remove it: the wrapper writes the keys of Citizen",
    ],
    [
      "stands where it may",
      onLoan('title: String @column(name: "TI") ▸@code(is: "A")'),
      "expected @code on an enum value, found it on a field",
    ],
    [
      "stands once",
      onLoan('title: String @column(name: "TI") ▸@column(name: "T")'),
      "expected @column once here, found a second; remove one of them",
    ],
    [
      "has only arguments that it takes",
      onLoan('title: String @column(name: "TI", ▸fromat: TRIM)'),
      "expected an argument of @column, found `fromat`; did you mean format?",
    ],
    [
      "has the arguments that it needs",
      onLoan("title: String ▸@column(format: TRIM)"),
      "expected `name: String!` in @column, found none; add `name`",
    ],
    [
      "has text where text belongs",
      onLoan("title: String @column(name: ▸TI)"),
      "expected a text in quotes as `name` of @column, found TI",
    ],
    [
      "has no empty name",
      onLoan('title: String @column(name: ▸"")'),
      'expected a text that is not empty as `name` of @column, found ""',
    ],
    [
      "has a format that exists",
      onLoan('title: String @column(name: "TI", format: ▸TRIMM)'),
      "expected a value of Format as `format` of @column, found TRIMM; did you mean TRIM?",
    ],
    [
      "has formats without quotes",
      onLoan('title: String @column(name: "TI", format: ▸"TRIM")'),
      'expected a value of Format as `format` of @column, found "TRIM"; write it without quotes',
    ],
    [
      "has true or false where they belong",
      `${schema}\ntype Citizen @person(table: "R", key: "NO", personalKey: ▸"yes")`,
      'expected true or false as `personalKey` of @person, found "yes"',
    ],
    [
      "has objects where they belong",
      `${schema}\ntype Citizen @person(table: "R", key: "NO", where: ▸"DEL = 'N'")`,
      "expected an object { column, is, not, isNull } as `where` of @person, found \"DEL = 'N'\"",
    ],
    [
      "has known fields in objects",
      `${schema}\ntype Citizen @person(table: "R", key: "NO", where: { column: "D", ▸equals: "N" })`,
      "expected an argument of Condition, found `equals`; there are column, is, not, isNull",
    ],
    [
      "has no empty list",
      `${schema}\ntype Citizen @person(table: "R", key: ▸[])`,
      "expected at least one value as `key` of @person, found an empty list",
    ],
    [
      "has conditions that ask for something",
      `${schema}\ntype Citizen @person(table: "R", key: "NO", where: ▸{ column: "D" })`,
      "expected `is`, `not` or `isNull` in the condition, found none of them; say which rows count",
    ],
    [
      "has validity with an end",
      `${schema}\ntype Citizen @person(table: "R", key: "NO", validity: ▸{ format: DATE })`,
      "expected `from` or `to` in the validity, found neither; name the column where it starts, ends, or both",
    ],
    [
      "of rights has the arguments that it takes",
      onLoan('title: String @column(name: "TI") @policy(policies: [["a"]], ▸policy: "b")'),
      "expected an argument of @policy, found `policy`; did you mean policies?",
    ],
    [
      "has each argument once",
      onLoan('title: String @column(name: "TI", ▸name: "TT")'),
      "expected `name` once in @column, found it again; remove one of them",
    ],
  ]);
});

describe("a mapping directive", () => {
  check([
    [
      "of a person stands on Citizen",
      `${schema}\ntype Loan @table(name: "L", id: "N") ▸@person(table: "R", key: "NO") { id: ID! }`,
      "expected @person on Citizen, found it on Loan; move it to `type Citizen`",
    ],
    [
      "of a table stands on a type of its own",
      `${schema}\ntype Citizen ▸@table(name: "L", id: "N") @person(table: "R", key: "NO")`,
      "expected @table on a type of the department's own, found it on Citizen; remove it",
    ],
    [
      "does not stand on a connection",
      `${library}\ntype LoanEdge { cursor: String! ▸@column(name: "C") node: Loan! }`,
      "expected no mapping on LoanEdge, found @column; Loan has the mapping",
    ],
    [
      "of a filter does not stand on a paging argument",
      query('loans(first: Int = 20 ▸@filter(field: "id"), after: String): LoanConnection @rows'),
      "expected no filter on `first`, which pages, found @filter; choose another name",
    ],
  ]);
});

describe("a definition", () => {
  check([
    [
      "is no type of the vocabulary",
      `${library}\n"Own." type ▸Address @table(name: "A", id: "N") { id: ID! }`,
      "expected a name that the vocabulary does not define, found `Address`; remove the definition: the wrapper publishes the vocabulary's, and types may name it",
    ],
    [
      "is no type of another subgraph of the city",
      `${library}\ntype ▸Consent @table(name: "A", id: "N") { id: ID! }`,
      "expected a name that the vocabulary does not define, found `Consent`; choose another name",
    ],
    [
      "is no scalar",
      `${library}\nscalar ▸Money`,
      "expected types, enums and `extend schema`, found a scalar, `Money`; use String, Int, Float, Boolean, ID, Date, DateTime or Decimal",
    ],
    [
      "is no interface of the vocabulary",
      `${library}\ninterface ▸Interaction { id: ID! }`,
      "expected types, enums and `extend schema`, found an interface, `Interaction`; remove it: the wrapper publishes the vocabulary's Interaction",
    ],
    [
      "is no mutation",
      `${library}\ntype ▸Mutation { lend: Boolean }`,
      "expected types that are read, found `Mutation`; remove it: a wrapper can never write nor push",
    ],
    [
      "has no reserved name",
      `${library}\ntype ▸_Loan @table(name: "A", id: "N") { id: ID! }`,
      "expected a name of your own, found the reserved `_Loan`; choose another name",
    ],
    [
      "stands once",
      `${library}\ntype ▸Loan { title: String }`,
      "expected one definition of Loan, found a second; write `extend type Loan` or merge them",
    ],
    [
      "has each field once",
      onLoan('title: String @column(name: "A")\n▸title: String @column(name: "B")'),
      "expected one field `title` in Loan, found a second; remove one of them",
    ],
    [
      "names no root types in the schema",
      `${library}\nextend schema { ▸mutation: Loan }`,
      "expected only directives on `extend schema`, found a root type; write `extend type Query`",
    ],
  ]);
});
