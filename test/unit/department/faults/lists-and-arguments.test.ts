import { describe } from "vitest";
import { check, onLoan, query, schema } from "./cases.ts";

describe("a list", () => {
  const paged = "first: Int = 20, after: String";
  check([
    [
      "hangs on columns",
      onLoan(`parts(${paged}): LoanConnection ▸@rows`),
      "expected `on` in @rows, found none; name the columns that hold NO",
    ],
    [
      "pairs its columns",
      onLoan(`parts(${paged}): LoanConnection ▸@rows(on: ["A", "B"])`),
      "expected as many columns in `on` as in `parent` [NO], found 2 in `on` for `parts`; pair the columns up, in the same order",
    ],
    [
      "is a connection",
      onLoan(`parts(${paged}): ▸Loan @rows(on: "A")`),
      "expected a connection for @rows, found `Loan`; write `LoanConnection`: it is generated",
    ],
    [
      "lists a type with a table",
      query(`gone(${paged}): ▸LoansConnection @rows`),
      "expected a type of this department with @table, found `Loans`, which is not defined; did you mean Loan?",
    ],
    [
      "is nullable",
      onLoan(`parts(${paged}): ▸LoanConnection! @rows(on: "A")`),
      "expected a nullable type for `parts`, found a non-null one; remove the last `!`",
    ],
    [
      "has a page size",
      query("▸loans(after: String): LoanConnection @rows"),
      "expected the argument `first` on the list `loans`, found none; write `first: Int = 20`",
    ],
    [
      "has a default page size",
      query("loans(▸first: Int, after: String): LoanConnection @rows"),
      "expected a default page size for `first`, found none; write `first: Int = 20`",
    ],
    [
      "has a page size of at least 1",
      query("loans(first: Int = ▸0, after: String): LoanConnection @rows"),
      "expected a default page size of at least 1, found 0; write `first: Int = 20`",
    ],
    [
      "can be gone on with",
      query("▸loans(first: Int = 20): LoanConnection @rows"),
      "expected the argument `after` on the list `loans`, found none; write `after: String`",
    ],
    [
      "pages back by both arguments",
      query(`loans(${paged}, ▸last: Int): LoanConnection @rows`),
      "expected `before` besides `last`, found none; write `before: String`",
    ],
    [
      "pages by numbers",
      query('loans(first: ▸String = "20", after: String): LoanConnection @rows').replace('= "20"', "= 20"),
      "expected `Int` for `first`, found `String`",
    ],
    [
      "on Query hangs on nothing",
      query(`loans(${paged}): LoanConnection ▸@rows(on: "A")`),
      "expected neither `on` nor `parent` on Query, found one of them; remove `on` and `parent`: a root field hangs on no row",
    ],
    [
      "names suffixes only on Citizen",
      query(`loans(${paged}): LoanConnection ▸@rows(keySuffixes: ["a"])`),
      "expected `keySuffixes` only on Citizen, found it here; remove it",
    ],
  ]);
});

describe("an argument", () => {
  const loans = (argument: string) => query(`loans(first: Int = 20, after: String, ${argument}): LoanConnection @rows`);
  check([
    [
      "filters by a field",
      loans("▸titel: String"),
      "expected an argument that filters by a field of Loan, found `titel`; did you mean title?",
    ],
    [
      "says what it filters by",
      loans("▸searchWord: String"),
      "expected an argument that filters by a field of Loan, found `searchWord`; say with @filter(field: ..., by: ...) what it compares, or remove it",
    ],
    [
      "filters by a field that exists",
      loans('from: Date ▸@filter(field: "dueOn", by: FROM)'),
      'expected a field of Loan that holds a value, found "dueOn"; did you mean due?',
    ],
    ["has the field's type", loans("due: ▸String"), "expected `Date` to compare with Loan.due, found `String`"],
    [
      "has no prefix but of text",
      loans('▸before2: Date @filter(field: "due", by: PREFIX)'),
      "expected a String field that is read as it stands for PREFIX, found Loan.due of type Date",
    ],
    [
      "has no range of text",
      loans('▸fromTitle: String @filter(field: "title", by: FROM)'),
      "expected a date or a number whose legacy values sort like it for FROM, found Loan.title of type String",
    ],
    [
      "is a list for IN",
      loans('kinds: ▸LoanKind @filter(field: "kind", by: IN)'),
      "expected a list `[LoanKind!]` for IN, found `LoanKind`",
    ],
    [
      "is one value otherwise",
      loans('kinds: ▸[LoanKind!] @filter(field: "kind", by: EQUAL)'),
      "expected one value for EQUAL, found `[LoanKind!]`",
    ],
    ["is a scalar or an enum", loans("title: ▸Loan"), "expected a scalar or an enum for an argument, found `Loan`"],
    [
      "has a default that its enum has",
      loans("kind: LoanKind = ▸DISC"),
      "expected a default of type LoanKind for `kind`, found DISC; there are BOOK, OTHER",
    ],
    [
      "has a default of its type",
      loans('kind: [LoanKind!] = [BOOK, ▸"OTHER"]'),
      'expected a default of type LoanKind for `kind`, found "OTHER"; there are BOOK, OTHER',
    ],
    [
      "has no reserved name",
      loans('▸__title: String @filter(field: "title")'),
      "expected a name of your own, found the reserved `__title`; choose another name",
    ],
    [
      "names a type that is defined",
      loans("kind: ▸LoanKinds"),
      "expected a type that is defined, found `LoanKinds`; did you mean LoanKind?",
    ],
  ]);

  const formatted = (column: string, argument: string) => `${schema}
    type Loan @table(name: "L", id: "N") { id: ID! value: ${column} }
    type Query { loans(first: Int = 20, after: String, ${argument}): LoanConnection @rows }`;
  check([
    [
      "compares only what can be written back",
      formatted('String @column(name: "V", format: LAST_COMMA_FIRST)', "▸value: String"),
      "expected a field whose values can be written as legacy ones, found Loan.value in the format LAST_COMMA_FIRST; remove the argument: which legacy values to look for cannot be told",
    ],
    [
      "has no range where legacy values do not sort",
      formatted('Date @column(name: "V", format: YYMMDD)', '▸from: Date @filter(field: "value", by: FROM)'),
      "*found Loan.value in the format YYMMDD*",
    ],
    [
      "compares a column of the row's own table",
      formatted('String @column(name: "V", lookup: { table: "C", key: "K", value: "V" })', "▸value: String"),
      "expected a field that is read from a column of its own table, found Loan.value, one of another table",
    ],
    [
      "compares no constant",
      formatted('String @constant(value: "V")', "▸value: String"),
      "expected a field that is read from a column of its own table, found Loan.value, one of kind constant",
    ],
  ]);
});
