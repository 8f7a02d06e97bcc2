import type { DemoRow } from "../../../shared/demo-city/department.ts";
import { type LegacyValue, legacyTable } from "../../../shared/demo-city/legacy-table.ts";
import type { Format } from "../../../shared/sql/formats/format.ts";
import { type FormatName, formatNames, formats } from "../../../shared/sql/formats/index.ts";
import type { TestDepartment } from "../../support/engines/wrapped.ts";

const record = legacyTable(
  "edge.RECORD",
  [
    "YR SMALLINT",
    "NUM CHAR(6)",
    "PADDED CHAR(8) null",
    "LABEL VARCHAR(40) null",
    "BIG BIGINT null",
    "AMOUNT DECIMAL(12,2) null",
    "STAMP TIMESTAMP null",
    "CODE CHAR(2) null",
  ],
  { primaryKey: ["YR", "NUM"], indexes: [{ name: "ix_record_label", columns: ["LABEL"] }] },
);

const item = legacyTable(
  "edge.ITEM",
  ["YR SMALLINT", "NUM CHAR(6)", "SEQ INTEGER", "WEIGHT DECIMAL(9,3) null", "NOTE VARCHAR(30) null"],
  { primaryKey: ["YR", "NUM", "SEQ"] },
);

const dirt = legacyTable("edge.DIRT", ["ID INTEGER", "VAL VARCHAR(60) null", "PAD CHAR(60) null", "NMB BIGINT null"], {
  primaryKey: ["ID"],
});

/** Names that collations take for equal or sort in ways of their own; null and the empty text; four-byte characters. */
const labels: readonly (string | null)[] = [
  ...["a", "A", "b", "B", "ab", "AB", "Ab", "aB", "e", "é", "É", "E", "ss", "ß", "SS", "z", "Z", "ä", "ae", "Ä"],
  ...["😀", "😁", "ﬀ", "ff", "Ω", "ω", "Å", "Å", "I", "ı", "i", "İ", "ñ", "n", "0", "10", "9", "-", "_", "%", "'"],
  ...["null", "NULL", "a b", "a-b", "ab c", "\\", '"', "`", "?", "$1", "a?b", "x\ty", "naïve", "naive", "", null, null],
];

const bigs: readonly (string | null)[] = [
  "9223372036854775807",
  "-9223372036854775808",
  "9007199254740993",
  "9007199254740992",
  "-9007199254740993",
  "0",
  "-1",
  null,
];

const amounts: readonly (string | null)[] = [
  "0.10",
  "123.45",
  "-0.01",
  "1000000.00",
  "7.50",
  "0.00",
  "99999999.99",
  null,
];

/** Around both changes of the clocks of Tallinn in 2026, 29 March and 25 October; a fraction; the ends of days. */
const stamps: readonly (string | null)[] = [
  "2026-03-29 02:59:59",
  "2026-03-29 03:30:00",
  "2026-03-29 04:00:00",
  "2026-10-25 02:59:59",
  "2026-10-25 03:30:00",
  "2026-10-25 04:00:00",
  "2026-01-31 14:05:00",
  "1999-12-31 23:59:59",
  "2026-06-15 00:00:00",
  "1800-01-01 00:00:00",
  null,
];

const codes: readonly (string | null)[] = ["A", "a", "B", "", "ZZ", "1", null];

/** What columns hold that formats are to make something of. */
const dirtyTexts: readonly (string | null)[] = [
  ...["MÜLLER", "MÃ¼LLER", "doe, john q", "DOE, JOHN Q", "O'BRIEN-SMITH", "van der Berg", " padded ", "", " ", null],
  ...[
    "20240229",
    "20230229",
    "00000000",
    "99991231",
    "19000101",
    "870304",
    "50304",
    "000000",
    "04-MAR-87",
    "31-feb-26",
  ],
  ...[
    "2026-01-31",
    "2026-01-31 14:05:00",
    "2026-02-30",
    "9999-12-31",
    "2026-01-31T14:05:00Z",
    "0",
    "1",
    "12345",
    "-12345",
  ],
  ...[
    "007",
    "1.5",
    "abc",
    "Y",
    "n",
    "J",
    "X",
    "TRUE",
    "nein",
    "+372 555 1234",
    "555-0000",
    "(02) 555 12 34",
    "x@Example.ORG",
  ],
  ...["N/A", "N/A   ", " N/A", "   ", "2026-01-31   "],
  ...["not an address", "38001010009", "380 0101 0009", "1767225600", "4102444800", "1e5", "😀", "é", "Éa"],
];

const numbers: readonly (string | null)[] = [
  "20240229",
  "0",
  "870304",
  "12345",
  "-12345",
  "1767225600",
  "99991231",
  "1",
  null,
];

/** Formats that a column of numbers can be mapped with. */
const ofNumbers = new Set<FormatName>([
  ...(["TRIM", "NATIONAL_ID", "PHONE", "YES_NO", "YYYYMMDD", "YYMMDD", "EPOCH_SECONDS"] as const),
  ...(["CENTS", "IMPLIED_DECIMALS_2", "IMPLIED_DECIMALS_3"] as const),
]);

const kindsOf = (name: FormatName) => ["text", "char", ...(ofNumbers.has(name) ? ["number"] : [])];
const columnOfKind: Readonly<Record<string, string>> = { text: "VAL", char: "PAD", number: "NMB" };

const scalarOf: Readonly<Partial<Record<FormatName, string>>> = Object.fromEntries(
  formatNames.map((name) => [name, formats[name].produces[0]]),
);

/** A department of nothing but edges: every format over everything dirty, and whatever engines are known to differ in. */
export function edgeDepartment(): TestDepartment {
  return { demo: { id: "edges", tables: [record, item, dirt] }, sdl: sdl(), rows };
}

export const recordCount = labels.length * 4;

function* rows(): Generator<DemoRow> {
  let number = 0;
  for (let round = 0; round < 4; round += 1) {
    for (const label of labels) {
      number += 1;
      const pick = <T>(values: readonly T[]): T => values[number % values.length] as T;
      const padded = label === null ? null : [...label].slice(0, 4).join("");
      const key = [2000 + (number % 7), String(number).padStart(number % 2 === 0 ? 6 : 3, "0")];
      const values: LegacyValue[] = [padded, label, pick(bigs), pick(amounts), pick(stamps), pick(codes)];
      yield { table: record, values: [...key, ...values] };
      for (let seq = 0; seq < number % 6; seq += 1) {
        const note = labels[(number * 7 + seq) % labels.length] ?? null;
        yield { table: item, values: [...key, seq, seq === 2 ? null : `${number}.${seq}00`, note] };
      }
    }
  }
  for (const [index, text] of dirtyTexts.entries()) {
    const value = numbers[index % numbers.length] ?? null;
    yield { table: dirt, values: [index, text, text, value] };
  }
}

const columns = ["PADDED", "LABEL", "BIG", "AMOUNT", "STAMP", "CODE"];
const paging = "first: Int = 20 after: String last: Int before: String";

function sdl(): string {
  const orders = columns
    .flatMap((column) =>
      ["ASC", "DESC"].map(
        (direction) => `${column}_${direction} @order(by: [{ column: "${column}", direction: ${direction} }])`,
      ),
    )
    .join("\n  ");
  const fields = formatNames.flatMap((name) => {
    const mapping = (kind: string) => `@column(name: "${columnOfKind[kind]}", format: ${name})`;
    return kindsOf(name).map((kind) => `${kind}${name}: ${scalarOf[name]} ${mapping(kind)}`);
  });
  const filters = formatNames.flatMap((name) => {
    const scalar = scalarOf[name];
    const format: Format = formats[name];
    if (!format.write) return [];
    return kindsOf(name).flatMap((kind) => [
      `${kind}${name}In: [${scalar}!] @filter(field: "${kind}${name}", by: IN)`,
      ...(format.ordered && scalar !== "String"
        ? ["From", "To"].map(
            (end) => `${kind}${name}${end}: ${scalar} @filter(field: "${kind}${name}", by: ${end.toUpperCase()})`,
          )
        : []),
    ]);
  });
  return `
extend schema
  @department(id: "edges", name: "Edges", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["tests"])
  @source(engine: SQLITE, url: "EDGES_DATABASE_URL", timeZone: "Europe/Tallinn")

type Citizen @person(table: "edge.RECORD", key: ["YR", "NUM"]) @attribute(is: FULL_NAME, column: "LABEL", format: TRIM) {
  label: String @column(name: "LABEL")
  edgeItems(${paging} orderBy: EdgeItemOrder): EdgeItemConnection @rows(on: ["YR", "NUM"])
}

type EdgeRecord @key(fields: "id") @table(name: "edge.RECORD", id: ["YR", "NUM"]) {
  id: ID!
  year: Int @column(name: "YR")
  number: String @column(name: "NUM", format: TRIM)
  padded: String @column(name: "PADDED")
  label: String @column(name: "LABEL")
  big: String @column(name: "BIG")
  amount: Decimal @column(name: "AMOUNT")
  stamp: DateTime @column(name: "STAMP")
  day: Date @column(name: "STAMP")
  code: EdgeCode @column(name: "CODE")
  items(${paging} orderBy: EdgeItemOrder): EdgeItemConnection @rows(on: ["YR", "NUM"])
  holder: Citizen @citizen(column: ["YR", "NUM"])
}

type EdgeItem @key(fields: "id") @table(name: "edge.ITEM", id: ["YR", "NUM", "SEQ"]) {
  id: ID!
  seq: Int @column(name: "SEQ")
  weight: Decimal @column(name: "WEIGHT")
  note: String @column(name: "NOTE")
  record: EdgeRecord @row(parent: ["YR", "NUM"])
}

type EdgeDirt @key(fields: "id") @table(name: "edge.DIRT", id: ["ID"]) {
  id: ID!
  raw: String @column(name: "VAL")
  rawPadded: String @column(name: "PAD")
  rawNumber: String @column(name: "NMB")
  known: String @column(name: "VAL", missing: ["N/A"])
  state: DirtState @column(name: "VAL", missing: ["N/A"])
  day: Date @column(name: "VAL")
  ${fields.join("\n  ")}
}

enum EdgeCode { UPPER @code(is: ["A"]) LOWER @code(is: ["a"]) BOTH @code(is: ["B", "1"]) UNRECOGNISED @code(other: true) }
enum DirtState { ON @code(is: ["Y", "2026-01-31"]) UNRECOGNISED @code(other: true) }
enum EdgeOrder {
  ${orders}
}
enum EdgeItemOrder {
  SEQ_ASC @order(by: [{ column: "SEQ", direction: ASC }])
  WEIGHT_DESC @order(by: [{ column: "WEIGHT", direction: DESC }])
  NOTE_ASC @order(by: [{ column: "NOTE", direction: ASC }])
  NOTE_DESC @order(by: [{ column: "NOTE", direction: DESC }, { column: "WEIGHT", direction: ASC }])
}

type Query {
  edgeRecord(year: Int!, number: String!): EdgeRecord @row
  edgeRecordById(id: ID!): EdgeRecord @row
  edgeRecords(
    ${paging}
    orderBy: EdgeOrder
    code: EdgeCode
    codeIn: [EdgeCode!] @filter(field: "code", by: IN)
    label: String
    labelIn: [String!] @filter(field: "label", by: IN)
    labelPrefix: String @filter(field: "label", by: PREFIX)
    paddedPrefix: String @filter(field: "padded", by: PREFIX)
    padded: String
    big: String
    amount: Decimal
    amountFrom: Decimal @filter(field: "amount", by: FROM)
    amountTo: Decimal @filter(field: "amount", by: TO)
    stampFrom: DateTime @filter(field: "stamp", by: FROM)
    stampTo: DateTime @filter(field: "stamp", by: TO)
    day: Date
    dayFrom: Date @filter(field: "day", by: FROM)
    dayTo: Date @filter(field: "day", by: TO)
  ): EdgeRecordConnection @rows(orderBy: [{ column: "LABEL", direction: ASC }])
  edgeDirt(
    ${paging}
    known: [String!] @filter(field: "known", by: IN)
    knownPrefix: String @filter(field: "known", by: PREFIX)
    state: DirtState
    dayFrom: Date @filter(field: "day", by: FROM)
    dayTo: Date @filter(field: "day", by: TO)
    ${filters.join("\n    ")}
  ): EdgeDirtConnection @rows
}
`;
}
