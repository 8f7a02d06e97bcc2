import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DemoRow } from "../../../shared/demo-city/department.ts";
import { type LegacyValue, legacyTable } from "../../../shared/demo-city/legacy-table.ts";

const reader = legacyTable(
  "dbo.READER",
  ["CARDNO CHAR(6)", "RDRNAME CHAR(30)", "BORN INT", "GONE CHAR(1)", "RELIGION CHAR(3) null"],
  { primaryKey: ["CARDNO"] },
);
const loans = legacyTable(
  "dbo.LOANS",
  [
    "LOANNO INT",
    "CARDNO CHAR(6)",
    "OUTDT INT",
    "TTL VARCHAR(40)",
    "SHLF CHAR(3)",
    "BRANCH CHAR(2)",
    "FINE DECIMAL(9,2) null",
    "TOUCHED DATE",
  ],
  { primaryKey: ["LOANNO"] },
);
const branch = legacyTable("dbo.BRANCH", ["CD CHAR(2)", "DESCR VARCHAR(30)"], { primaryKey: ["CD"] });

/** A library with what goes wrong in twenty years; every sixth reader left, and rows of these count for nothing. */
export const libraryTables = [reader, loans, branch];

export const counts = { readers: 60, loans: 1_200, unreadableBirthDates: 3, oddShelves: 8, oddBranches: 4 } as const;

/** What must never be printed: a reader's name, a birth date that is none, a code that nobody maps. */
export const secrets = ["Voss, Ottilie", "99999999", "Q?"] as const;

export function* libraryRows(): Iterable<DemoRow> {
  const row = (table: DemoRow["table"], ...values: LegacyValue[]): DemoRow => ({ table, values });
  yield row(branch, "C1", "Central");
  yield row(branch, "H2", "Harbour");
  for (let number = 0; number < counts.readers; number += 1) {
    const isGone = number % 6 === 5;
    // What cannot be read in rows that do not count is nobody's concern.
    const isOdd = isGone || number < counts.unreadableBirthDates;
    yield row(reader, card(number), secrets[0], isOdd ? 99_999_999 : 19_800_101, isGone ? "Y" : "N", "RC");
  }
  for (let number = 0; number < counts.loans; number += 1) {
    const shelf = number < counts.oddShelves ? "Q?" : number % 2 === 0 ? "FIC" : "N";
    const from = number >= 20 && number < 20 + counts.oddBranches ? "ZZ" : "C1";
    yield row(loans, number, card(number % counts.readers), 20_260_102, "The Trial", shelf, from, 1.5, "2026-01-02");
  }
}

function card(number: number): string {
  return `R${String(number).padStart(5, "0")}`;
}

export interface LibraryOptions {
  readonly engine: string;
  /** What a table is called where it was loaded. */
  readonly tableName?: (name: string) => string;
  /** Replaces parts of the mapping. */
  readonly edit?: (sdl: string) => string;
}

/** Writes the department's folder into `directory`. */
export function writeCheckedLibrary(directory: string, { engine, tableName, edit }: LibraryOptions): void {
  const folder = join(directory, "library");
  mkdirSync(folder, { recursive: true });
  let sdl = mapping.replace("ENGINE", engine.toUpperCase());
  for (const { name } of libraryTables) sdl = sdl.replaceAll(`"${name}"`, `"${tableName?.(name) ?? name}"`);
  writeFileSync(join(folder, "department.graphql"), edit?.(sdl) ?? sdl);
}

const mapping = `extend schema
  @department(id: "library", name: "City Library", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["lending"])
  @source(engine: ENGINE, url: "LIBRARY_DATABASE_URL")

type Citizen
  @person(table: "dbo.READER", key: "CARDNO", where: [{ column: "GONE", not: ["Y"] }])
  @attribute(is: FULL_NAME, column: "RDRNAME", format: LAST_COMMA_FIRST)
  @attribute(is: DATE_OF_BIRTH, column: "BORN", format: YYYYMMDD) {
  "Books that this person borrowed."
  loans(first: Int = 20, after: String): LoanConnection @rows(on: "CARDNO") @policy(policies: [["loans:read"]])
}

type Loan @key(fields: "id") @table(name: "dbo.LOANS", id: ["LOANNO"]) {
  id: ID!
  title: String @column(name: "TTL", format: TRIM)
  lentOn: Date @column(name: "OUTDT", format: YYYYMMDD)
  shelf: Shelf @column(name: "SHLF")
  branch: String @column(name: "BRANCH", lookup: { table: "dbo.BRANCH", key: "CD", value: "DESCR" })
  fine: Decimal @column(name: "FINE")
  oldShelf: String @column(name: "SHLF") @deprecated(reason: "Ask for shelf.")
}

enum Shelf {
  FICTION @code(is: ["FIC"])
  NON_FICTION @code(is: ["N"])
  UNRECOGNISED @code(other: true)
}
`;
