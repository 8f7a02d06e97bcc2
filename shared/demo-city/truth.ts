import { dirname } from "node:path";
import { localKey } from "../department/local-key.ts";
import { makeFolder } from "../make-folder.ts";
import Database from "../sql/sqlite/driver.js";
import type { City } from "./city.ts";
import type { DemoPerson } from "./department.ts";
import { kindsOf } from "./dirt.ts";

/**
 * Which person record is which person, in a file of its own: for scoring, and for nothing else.
 *
 * `truth(department, key, person, dirt)`: `key` is the local key of the person feed, `dirt` the kinds of faults in the
 * record. `person(person, household, twin)`: whom scoring reports want to look at.
 */
export class Truth {
  private readonly database: Database.Database;
  private readonly department: string;
  private readonly insert: Database.Statement<[string, string, number, string]>;

  private constructor(file: string, department: string) {
    makeFolder(dirname(file));
    this.database = new Database(file);
    this.database.pragma("synchronous = OFF");
    this.database.exec(tables);
    this.department = department;
    this.insert = this.database.prepare("INSERT INTO truth (department, key, person, dirt) VALUES (?, ?, ?, ?)");
  }

  /** Starts to rewrite one department's truth; nothing of it is seen before `commit`. */
  static begin(file: string, department: string): Truth {
    const truth = new Truth(file, department);
    truth.database.exec("BEGIN IMMEDIATE");
    truth.database.prepare("DELETE FROM truth WHERE department = ?").run(department);
    return truth;
  }

  add({ key, suffix, entry }: DemoPerson): void {
    this.insert.run(this.department, localKey(key, suffix), entry.person.index, kindsOf(entry.dirt).join(" "));
  }

  commit(): void {
    this.database.exec("COMMIT");
  }

  /** Gives up what was not committed. */
  close(): void {
    this.database.close();
  }
}

/** Writes down who lives together and who is whose twin. */
export function writePeople(file: string, { people }: City): void {
  makeFolder(dirname(file));
  const database = new Database(file);
  try {
    database.pragma("synchronous = OFF");
    database.exec(tables);
    const insert = database.prepare("INSERT INTO person (person, household, twin) VALUES (?, ?, ?)");
    database.transaction(() => {
      database.exec("DELETE FROM person");
      for (const { index, household, twin } of people) insert.run(index, household.index, twin?.index ?? null);
    })();
  } finally {
    database.close();
  }
}

const tables = `
  CREATE TABLE IF NOT EXISTS truth (
    department TEXT NOT NULL, key TEXT NOT NULL, person INTEGER NOT NULL, dirt TEXT NOT NULL,
    PRIMARY KEY (department, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS person (person INTEGER PRIMARY KEY, household INTEGER NOT NULL, twin INTEGER);
`;
