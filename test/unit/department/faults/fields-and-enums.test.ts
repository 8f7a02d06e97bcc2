import { describe } from "vitest";
import { check, onLoan, schema } from "./cases.ts";

describe("a field", () => {
  check([
    [
      "has a source",
      onLoan("▸title: String"),
      "expected @column on Loan.title, found none; say where the value comes from",
    ],
    [
      "has one source",
      onLoan('title: String @column(name: "T") ▸@constant(value: "x")'),
      "expected one source of `title`, found @constant besides @column; remove one of them",
    ],
    [
      "has a type that is defined",
      onLoan('title: ▸Strin @column(name: "T")'),
      "expected a type that is defined, found `Strin`; did you mean String?",
    ],
    [
      "has no type of another subgraph",
      onLoan("consent: ▸Consent"),
      "expected a type that a department can hold, found `Consent`; it belongs to another subgraph",
    ],
    [
      "of a list is a connection",
      onLoan('▸tags: [String!] @column(name: "T")').replace("▸tags: ", "tags: ▸"),
      "expected @rows and a connection for the list `tags`, found a plain list; write `tags(first: Int = 20, after: String): StringConnection @rows(on: [...])`",
    ],
    [
      "has a format that gives its type",
      onLoan('due: Date ▸@column(name: "D", format: CENTS)'),
      "expected a format that gives Date, found CENTS, which gives Decimal; for Date there are*",
    ],
    [
      "that is a row uses @row",
      onLoan("▸next: Loan"),
      "expected @rows or @row on Loan.next, found none; say where the value comes from",
    ],
    [
      "from a column is a leaf",
      onLoan('next: ▸Loan @column(name: "N")'),
      "expected a scalar, an enum or Service for @column, found `Loan`; use @row for a row of another table",
    ],
    [
      "of a vocabulary enum has codes",
      onLoan('channel: ▸Channel @column(name: "C")'),
      "expected legacy codes for Channel, found none; write `enum Channel { ... }` with @code on the vocabulary's values that the department has",
    ],
    [
      "from a code table is text",
      onLoan('due: ▸Date @column(name: "D", lookup: { table: "C", key: "K", value: "V" })'),
      "expected String or an enum for a value of a code table, found `Date`",
    ],
    [
      "has a constant of its enum",
      onLoan('channel: Channel ▸@constant(value: "FAX")'),
      'expected a value of Channel, found "FAX"; there are PHONE, EMAIL, WEB_FORM, MOBILE_APP, SOCIAL_MEDIA, IN_PERSON, POST, PARTNER_API',
    ],
    [
      "has no arguments when it is one value",
      onLoan('title(▸short: Boolean): String @column(name: "T")'),
      "expected no arguments on `title`, found `short`; only lists and rows are filtered",
    ],
    [
      "with @citizen is a Citizen",
      onLoan('reader: ▸ID @citizen(column: "R")'),
      "expected Citizen for @citizen, found `ID`",
    ],
    [
      "with @citizen has a column for each of the key",
      onLoan('reader: Citizen ▸@citizen(column: ["R", "S"])'),
      "expected a column for each of the person's key [NO], found [R, S]",
    ],
    [
      "with @citizen means a person",
      onLoan('reader: Citizen ▸@citizen(column: "R", keySuffix: "x")'),
      'expected the `keySuffix` of a @person, found "x"',
    ],
    [
      "with @citizen can be withheld",
      onLoan('reader: ▸Citizen! @citizen(column: "R")'),
      "expected a nullable Citizen, found `Citizen!`; access to the person may be withheld",
    ],
  ]);
});

describe("an enum", () => {
  const values = (text: string) => `${schema}\nenum LoanKind { ${text} }`;
  check([
    [
      "has codes for each value",
      values('BOOK @code(is: "B") ▸DISC'),
      'expected @code on LoanKind.DISC, found none; add `@code(is: ["..."])` or `@code(other: true)`',
    ],
    [
      "has each code once",
      values('BOOK @code(is: ["B", "K"]) DISC ▸@code(is: " K ")'),
      'expected each code once in LoanKind, found "K" on DISC after BOOK; let one value have it',
    ],
    [
      "has one value for the rest",
      values("A @code(other: true) B ▸@code(other: true)"),
      "expected one `other` in LoanKind, found a second on B after A; leave one value for the codes that are not named",
    ],
    ["names codes", values("A ▸@code"), "expected `is` or `other: true` in @code, found neither; name the codes"],
    ["writes codes as text", values("A @code(is: ▸1)"), "expected a text in quotes as `is` of @code, found 1"],
    [
      "has an ordering on all values or none",
      values('NEW @order(by: { column: "D" }) ▸OLD'),
      "expected @order on every value of LoanKind, found none on OLD; add `@order(by: [{ column: ... }])`",
    ],
    [
      "is about orderings or codes",
      values('NEW @order(by: { column: "D" }) ▸@code(is: "N")'),
      "expected only @order on the values of LoanKind, found @code; make it two enums",
    ],
    [
      "of the vocabulary has the vocabulary's values",
      `${schema}\nenum Channel { ▸FONE @code(is: "F") }`,
      "expected a value of the vocabulary's Channel, found `FONE`; did you mean PHONE?",
    ],
    [
      "of the vocabulary does not guess",
      `${schema}\nenum Channel { POST ▸@code(other: true) }`,
      "expected codes for the vocabulary's Channel.POST, found `other: true`; name its codes; a code that is not named becomes null and an error",
    ],
  ]);
});
