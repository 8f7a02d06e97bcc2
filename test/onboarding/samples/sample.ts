import { type LegacyTable, type LegacyValue, legacyTable } from "../../../shared/demo-city/legacy-table.ts";
import Database from "../../../shared/sql/sqlite/driver.js";

/** A database as its makers document it, with a few rows of our own. */
export interface Sample {
  readonly id: string;
  readonly tables: readonly SampleTable[];
  /** A field that the draft must put on Citizen. */
  readonly citizenField: string;
  /** How many persons it has. */
  readonly persons: number;
}

export interface SampleTable extends LegacyTable {
  /** `CustomerId -> Customer` */
  readonly foreignKeys: readonly { readonly column: string; readonly table: string; readonly references: string }[];
  readonly rows: readonly (readonly LegacyValue[])[];
}

/** Columns as `legacyTable` takes them; a foreign key is written `CustomerId -> Customer.CustomerId`. */
export function table(
  name: string,
  columns: readonly string[],
  primaryKey: readonly string[],
  rows: readonly (readonly LegacyValue[])[],
  rest: { readonly references?: readonly string[]; readonly indexes?: readonly (readonly string[])[] } = {},
): SampleTable {
  const indexes = (rest.indexes ?? []).map((each, index) => ({
    name: `ix_${name.replace(/\W/g, "")}_${index}`,
    columns: each,
  }));
  const foreignKeys = (rest.references ?? []).map((text) => {
    const [, column = "", target = "", references = ""] = /^(.+?) -> (.+)\.(.+)$/.exec(text) ?? [];
    return { column, table: target, references };
  });
  return { ...legacyTable(name, columns, { primaryKey, indexes }), foreignKeys, rows };
}

/** `count` rows made by number, from 1 on. */
export function rows(
  count: number,
  make: (number: number) => readonly LegacyValue[],
): readonly (readonly LegacyValue[])[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

/** One of the values, by number. */
export function pick<T>(values: readonly T[], number: number): T {
  return values[number % values.length] as T;
}

/** Writes a sample into a new SQLite file, foreign keys declared. */
export function writeSqlite(file: string, { tables }: Sample): string {
  const database = new Database(file);
  const quote = (name: string) => `"${name}"`;
  for (const { name, columns, primaryKey = [], foreignKeys, indexes = [], rows: values } of tables) {
    const lines = [
      ...columns.map((column) => `${quote(column.name)} ${column.type}${column.nullable ? "" : " NOT NULL"}`),
      ...(primaryKey.length > 0 ? [`PRIMARY KEY (${primaryKey.map(quote).join()})`] : []),
      ...foreignKeys.map(
        ({ column, table: to, references }) =>
          `FOREIGN KEY (${quote(column)}) REFERENCES ${quote(to)} (${quote(references)})`,
      ),
    ];
    database.exec(`CREATE TABLE ${quote(name)} (${lines.join(", ")})`);
    for (const index of indexes)
      database.exec(`CREATE INDEX ${quote(index.name)} ON ${quote(name)} (${index.columns.map(quote).join()})`);
    const insert = database.prepare(`INSERT INTO ${quote(name)} VALUES (${columns.map(() => "?").join()})`);
    for (const row of values) insert.run(row);
  }
  database.close();
  return `sqlite:${file}`;
}

export const givenNames = [
  "Anna",
  "Bruno",
  "Carla",
  "Dmitri",
  "Elena",
  "Farid",
  "Greta",
  "Hugo",
  "Irene",
  "Jonas",
  "Kadri",
  "Liam",
];
export const familyNames = [
  "Archer",
  "Bellini",
  "Costa",
  "Duval",
  "Eriksen",
  "Fischer",
  "Gonzalez",
  "Haas",
  "Ivanova",
  "Jansen",
  "Kask",
];
export const streets = ["Harbour Street", "Mill Lane", "Rue du Lac", "Lindenweg", "Calle Mayor"];
export const towns = ["Northport", "Lakeside", "Eastfield"];
