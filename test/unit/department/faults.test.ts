import { describe, expect, it } from "vitest";
import { faultText } from "../../../shared/department/parse/fault.ts";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";

/** One fault of a file: the text with `▸` where the fault is, and what is said about it. */
type Case = readonly [promise: string, text: string, message: string];

const schema = `extend schema
  @department(id: "library", name: "Library", jurisdiction: "n", lawfulBasis: CONTRACT, purposes: ["lending"])
  @source(engine: SQLITE, url: "LIBRARY_URL")`;
const reader = `${schema}
  type Citizen @person(table: "READER", key: "NO")`;
const loan = `type Loan @table(name: "LOAN", id: "NO") { id: ID!
    title: String @column(name: "TI")  due: Date @column(name: "DUE")  kind: LoanKind @column(name: "KD") }
  enum LoanKind { BOOK @code(is: "B")  OTHER @code(other: true) }`;
const library = `${schema}
  ${loan}
  type Citizen @person(table: "READER", key: "NO")`;
const query = (field: string) => `${schema}\n  ${loan}\n  type Query { ${field} }`;
const onLoan = (field: string) => `${reader}\n  type Loan @table(name: "LOAN", id: "NO") { id: ID!\n    ${field} }`;

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

function check(cases: readonly Case[]): void {
  it.each(cases)("%s", (_, marked, message) => {
    const before = marked.slice(0, marked.indexOf("▸")).split("\n");
    const place = `department.graphql:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    const faults = faultsOf(marked.replace("▸", ""));
    const wanted = `${place}  ${message}`;
    const pattern = new RegExp(`^${wanted.split("*").map(escaped).join(".*")}$`);
    if (!faults.some((text) => pattern.test(text))) expect(faults).toEqual([wanted]);
    // One slip may show in two places (a wrong type also compares wrongly), but must not cascade.
    expect(faults.length).toBeLessThanOrEqual(2);
  });
}

function faultsOf(text: string): readonly string[] {
  return parseDepartment(text, "department.graphql").faults.map(faultText);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
