import { renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../make-folder.ts";
import Database from "../sql/sqlite/driver.js";
import type { DemoRow } from "./department.ts";
import { fitterOf, type LegacyTable, type LegacyValue, nameWithoutSchema } from "./legacy-table.ts";

/** Rows between two pauses for whatever else the process has to do. */
const rowsAtOnce = 10_000;

export interface Loading {
  /** Called for every row, after it is written. */
  readonly onRow?: (row: DemoRow) => void;
  /** Called after each batch, with the number of rows so far. */
  readonly onBatch?: (rows: number) => void;
}

/**
 * Writes tables and rows into a new SQLite file, all or nothing: the file appears under its name when it is complete.
 * Schema-qualified tables are created without their schema, as the file is attached under the schema's name. Declared
 * types are the production engine's, so that whoever reads the file's catalogue sees the legacy types.
 *
 * @returns the number of rows
 */
export async function loadSqlite(
  file: string,
  tables: readonly LegacyTable[],
  rows: Iterable<DemoRow>,
  { onRow, onBatch }: Loading = {},
): Promise<number> {
  makeFolder(dirname(file));
  const unfinished = `${file}.${process.pid}.tmp`;
  rmSync(unfinished, { force: true });
  const database = new Database(unfinished);
  try {
    // Nothing can be lost: until it is renamed, the file is nobody's.
    database.pragma("journal_mode = OFF");
    database.pragma("synchronous = OFF");
    // Rows come in the order of people, not of keys: without room for the keys, pages are written again and again.
    database.pragma(`cache_size = -${64 * 1024}`);
    const inserts = new Map(tables.map((table) => [table, create(database, table)]));
    let count = 0;
    database.exec("BEGIN");
    for (const row of rows) {
      const insert = inserts.get(row.table);
      if (!insert) throw new Error(`A row was written to ${row.table.name}, which is not among the tables.`);
      insert(row.values);
      onRow?.(row);
      if (++count % rowsAtOnce !== 0) continue;
      onBatch?.(count);
      await new Promise(setImmediate);
    }
    for (const table of tables) createIndexes(database, table);
    database.exec("COMMIT");
    database.exec("ANALYZE");
    database.close();
    renameSync(unfinished, file);
    return count;
  } finally {
    database.close();
    rmSync(unfinished, { force: true });
  }
}

function create(database: Database.Database, table: LegacyTable): (values: readonly LegacyValue[]) => void {
  const columns = table.columns.map(
    ({ name, type, nullable }) => `${quote(name)} ${type}${nullable ? "" : " NOT NULL"}`,
  );
  const key = table.primaryKey ? [`PRIMARY KEY (${table.primaryKey.map(quote).join(", ")})`] : [];
  const name = quote(nameWithoutSchema(table.name));
  // A compound key is then the table itself, not a second copy of its columns.
  const storage = (table.primaryKey?.length ?? 0) > 1 ? " WITHOUT ROWID" : "";
  database.exec(`CREATE TABLE ${name} (${[...columns, ...key].join(", ")})${storage}`);
  const insert = database.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => "?").join(", ")})`);
  const fitters = table.columns.map(fitterOf);
  const fitted: LegacyValue[] = new Array(columns.length).fill(null);
  return (values) => {
    for (let i = 0; i < fitted.length; i++) {
      const value = values[i] as LegacyValue;
      fitted[i] = fitters[i]?.(value) ?? value;
    }
    insert.run(fitted);
  };
}

function createIndexes(database: Database.Database, { name, indexes = [] }: LegacyTable): void {
  const table = quote(nameWithoutSchema(name));
  for (const { name: index, columns, unique } of indexes) {
    const kind = unique ? "UNIQUE INDEX" : "INDEX";
    database.exec(`CREATE ${kind} ${quote(index)} ON ${table} (${columns.map(quote).join(", ")})`);
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
