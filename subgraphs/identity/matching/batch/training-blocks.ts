import { DuckDBDataChunk, INTEGER } from "@duckdb/node-api";
import type { BlockingRule } from "../model.ts";
import { groupsBy, isList } from "./blocks.ts";
import type { BatchDatabase } from "./database.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";

/**
 * Fills table `record(r, source, ...)` with a column per part of the rules, and a table `list_<feature>(r, value)` per
 * list. Values are there as codes, never in clear.
 */
export async function loadBlockingKeys(
  database: BatchDatabase,
  table: FeatureTable,
  departmentOf: Int32Array,
  rules: readonly BlockingRule[],
): Promise<void> {
  const parts = [...new Set(rules.flat())].filter((part) => table.known(part.split(":")[0] ?? ""));
  const scalars = parts.filter((part) => !isList(part));
  const columns = scalars.map((part) => groupsBy(table, part).groupOf);
  const names = scalars.map((part) => `, ${columnOf(part)} INTEGER`).join("");
  await database.run(`CREATE TABLE record (r INTEGER, source INTEGER${names})`);
  await append(database, "record", [Int32Array.from(departmentOf.keys()), departmentOf, ...columns]);
  for (const part of parts.filter(isList)) {
    const column = table.column(part);
    const records: number[] = [];
    const values: number[] = [];
    for (let record = 0; record < table.count; record += 1) {
      for (const code of codesOf(column, record)) {
        records.push(record);
        values.push(code);
      }
    }
    await database.run(`CREATE TABLE list_${part} (r INTEGER, value INTEGER)`);
    await append(database, `list_${part}`, [records, values]);
  }
}

/** Table `block(k, r, source, n)`: a key per record and rule, `n` the size of its block. */
export async function createBlocks(database: BatchDatabase, rule: BlockingRule): Promise<void> {
  const { key, from } = keysOf(rule);
  await database.run(`CREATE TABLE keyed AS SELECT ${key} AS k, record.r, source ${from}`);
  await database.run(`CREATE TABLE block AS SELECT keyed.*, n FROM keyed JOIN
    (SELECT k, count(*)::INTEGER AS n FROM keyed GROUP BY k HAVING count(*) > 1) USING (k)`);
  await database.run("DROP TABLE keyed");
}

/** The key that a rule gives a record, and the rows that have one. */
function keysOf(rule: BlockingRule): { key: string; from: string } {
  const values = rule.map((part) => (isList(part) ? `list_${part}.value` : `record.${columnOf(part)}`));
  const joins = rule.filter(isList).map((part) => `JOIN list_${part} ON list_${part}.r = record.r`);
  const known = values.map((value) => `${value} <> 0`).join(" AND ");
  return { key: `hash(${values.join(", ")})`, from: `FROM record ${joins.join(" ")} WHERE ${known}` };
}

/** The columns and lists that rules can block on. */
export async function blockingColumns(database: BatchDatabase): Promise<ReadonlySet<string>> {
  const columns = await database.rows<{ column_name: string }>("DESCRIBE record");
  const tables = await database.rows<{ name: string }>("SHOW TABLES");
  return new Set([
    ...columns.map((row) => row.column_name),
    ...tables.flatMap(({ name }) => (name.startsWith("list_") ? [name.slice("list_".length)] : [])),
  ]);
}

/** `family:3` is column `family_3`. */
export function columnOf(part: string): string {
  return part.replace(":", "_");
}

async function append(database: BatchDatabase, name: string, columns: readonly ArrayLike<number>[]): Promise<void> {
  const appender = await database.connection.createAppender(name);
  const rows = columns[0]?.length ?? 0;
  const types = columns.map(() => INTEGER);
  for (let from = 0; from < rows; from += 2048) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns(columns.map((column) => Array.prototype.slice.call(column, from, from + 2048)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
