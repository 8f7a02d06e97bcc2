import { DuckDBDataChunk, INTEGER } from "@duckdb/node-api";
import { listFeatures } from "../features.ts";
import type { BlockingRule } from "../model.ts";
import type { Pairs } from "./compare.ts";
import type { BatchDatabase } from "./database.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";

/** What one blocking rule gave and what its cap left out. */
export interface BlockingReport {
  readonly rule: BlockingRule;
  readonly pairs: number;
  /** Blocks too large to compare, and the pairs in them that this rule therefore did not propose. */
  readonly droppedBlocks: number;
  readonly droppedPairs: number;
  /** True where earlier rules had used up the pairs that so large a population can afford: all that it would propose is dropped. */
  readonly unused?: boolean;
}

/** With less than this share of the proposals left no further rule is tried. */
const leastUseful = 0.05;

export interface Candidates extends Pairs {
  readonly reports: readonly BlockingReport[];
}

/** Pairs that all rules together may propose: every rule runs on a town, only the most telling ones on a nation. */
function proposalsOf(records: number): number {
  return records <= 100_000 ? 30_000_000 : 8 * records;
}

/**
 * The pairs that agree on at least one rule, sorted. Rules are taken in the order of the model, the most telling first;
 * in a large population the later ones get what proposals are left. Pairs within a source that holds each person once
 * are left out.
 */
export async function findCandidates(
  database: BatchDatabase,
  rules: readonly BlockingRule[],
  options: { records: number; uniqueSources: readonly number[]; signal?: AbortSignal },
): Promise<Candidates> {
  const known = await blockingColumns(database);
  const perRule = Math.max(20_000, 2 * options.records);
  const total = proposalsOf(options.records);
  let left = total;
  const reports: BlockingReport[] = [];
  const apart =
    options.uniqueSources.length === 0
      ? ""
      : `AND NOT (x.source = y.source AND x.source IN (${options.uniqueSources.join(",")}))`;
  await database.run("CREATE TABLE proposed (a INTEGER, b INTEGER)");
  let before = 0;
  for (const rule of rules) {
    options.signal?.throwIfAborted();
    if (!rule.every((part) => known.has(columnOf(part)))) continue;
    if (left < leastUseful * total) {
      reports.push({ rule, pairs: 0, ...(await countBlocks(database, rule)), unused: true });
      continue;
    }
    await createBlocks(database, rule);
    const { size, ...dropped } = await largestAffordableBlock(database, Math.min(perRule, left));
    if (size > 1) {
      await database.run(`INSERT INTO proposed SELECT ${rule.some(isList) ? "DISTINCT" : ""} x.r, y.r
        FROM block x JOIN block y ON x.k = y.k AND x.r < y.r ${apart} WHERE x.n <= ${size}`);
    }
    await database.run("DROP TABLE block");
    const [made] = await database.rows<{ n: number }>("SELECT count(*)::INTEGER AS n FROM proposed");
    const pairs = (made?.n ?? 0) - before;
    before += pairs;
    left -= pairs;
    reports.push({ rule, pairs, ...dropped });
  }
  await database.run("CREATE TABLE candidate AS SELECT DISTINCT a, b FROM proposed");
  await database.run("DROP TABLE proposed");
  const [a, b] = await database.integers("SELECT a, b FROM candidate ORDER BY a, b");
  return { a: a ?? new Int32Array(0), b: b ?? new Int32Array(0), reports };
}

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
  const columns = scalars.map((part) => partCodes(table, part));
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

/** All blocks of a rule and the pairs in them, without making them. */
async function countBlocks(
  database: BatchDatabase,
  rule: BlockingRule,
): Promise<Pick<BlockingReport, "droppedBlocks" | "droppedPairs">> {
  const { key, from } = keysOf(rule);
  const [counted] = await database.rows<{ blocks: number; pairs: number }>(
    `SELECT count(*)::DOUBLE AS blocks, coalesce(sum(n * (n - 1) / 2), 0)::DOUBLE AS pairs
      FROM (SELECT count(*) AS n ${from} GROUP BY ${key} HAVING count(*) > 1)`,
  );
  return { droppedBlocks: counted?.blocks ?? 0, droppedPairs: counted?.pairs ?? 0 };
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

function isList(part: string): boolean {
  return (listFeatures as readonly string[]).includes(part);
}

/** Codes of the whole value, or of its first letters. */
function partCodes(table: FeatureTable, part: string): Int32Array {
  const [name = part, letters] = part.split(":");
  const column = table.column(name);
  if (letters === undefined) return column.codes;
  const beginnings = new Map<string, number>([["", 0]]);
  const shortened = Int32Array.from(column.values, (value) => {
    const beginning = value.slice(0, Number(letters));
    const code = beginnings.get(beginning) ?? beginnings.size;
    beginnings.set(beginning, code);
    return code;
  });
  return column.codes.map((code) => shortened[code] ?? 0);
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

async function largestAffordableBlock(
  database: BatchDatabase,
  budget: number,
): Promise<{ size: number; droppedBlocks: number; droppedPairs: number }> {
  const sizes = await database.rows<{ n: number; blocks: number }>(
    "SELECT n, (count(*) / n)::INTEGER AS blocks FROM block GROUP BY n ORDER BY n",
  );
  let pairs = 0;
  let size = 1;
  let droppedBlocks = 0;
  let droppedPairs = 0;
  for (const { n, blocks } of sizes) {
    const here = (blocks * n * (n - 1)) / 2;
    if (droppedBlocks === 0 && pairs + here <= budget) {
      pairs += here;
      size = n;
    } else {
      droppedBlocks += blocks;
      droppedPairs += here;
    }
  }
  return { size, droppedBlocks, droppedPairs };
}
