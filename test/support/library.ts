import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "../../shared/sql/sqlite/driver.js";

/** A person as the library knows one: what people write into a form at a counter. */
export interface Reader {
  readonly name: string;
  readonly born: string;
  readonly nationalId: string;
}

/**
 * A seventh department: one folder with its department.graphql, and a database with the dirt of a small public
 * library. Gives back the URL of the database.
 */
export function writeLibrary(directory: string, readers: readonly Reader[]): string {
  const folder = join(directory, "library");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "department.graphql"), departmentFile);
  const file = join(directory, "library-catalogue.db");
  const database = new Database(file);
  database.exec(`
    CREATE TABLE borrower (card CHAR(8), nm VARCHAR(60), born CHAR(8), natid VARCHAR(20), del CHAR(1));
    CREATE TABLE loan (id INTEGER PRIMARY KEY, card CHAR(8), title VARCHAR(80), due INTEGER, st CHAR(1));
  `);
  const borrower = database.prepare("INSERT INTO borrower VALUES (?, ?, ?, ?, ?)");
  const loan = database.prepare("INSERT INTO loan (card, title, due, st) VALUES (?, ?, ?, ?)");
  readers.forEach(({ name, born, nationalId }, index) => {
    const card = `L${String(index).padStart(5, "0")}  `;
    borrower.run(card, name.toUpperCase(), born.replaceAll("-", ""), ` ${nationalId} `, "N");
    loan.run(card, "Middlemarch  ", 20260131, "O");
    loan.run(card, "The Leopard", 0, "?");
  });
  borrower.run("L99999  ", "DELETED, READER", "19000101", "", "Y");
  database.close();
  return `sqlite:${file}`;
}

const departmentFile = /* GraphQL */ `
extend schema
  @department(id: "library", name: "Public Library", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["lending"])
  @source(engine: MYSQL, url: "LIBRARY_DATABASE_URL", timeZone: "Europe/Tallinn")

type Citizen
  @person(table: "borrower", key: "card", where: [{ column: "del", is: "N" }])
  @attribute(is: FULL_NAME, column: "nm", format: LAST_COMMA_FIRST)
  @attribute(is: DATE_OF_BIRTH, column: "born", format: YYYYMMDD, missing: ["19000101"])
  @attribute(is: IDENTIFIER, column: "natid", format: TRIM, schemaAgency: "NATIONAL") {
  "What this person has borrowed, next due first."
  loans(first: Int = 20, after: String): LoanConnection @rows(on: "card", orderBy: [{ column: "due" }])
}

type Loan @key(fields: "id") @table(name: "loan", id: ["id"]) {
  id: ID!
  title: String @column(name: "title", format: TRIM)
  dueOn: Date @column(name: "due", format: YYYYMMDD, missing: ["0"])
  status: LoanStatus @column(name: "st")
}

enum LoanStatus { ON_LOAN @code(is: ["O"]) RETURNED @code(is: ["R"]) UNRECOGNISED @code(other: true) }
`;
