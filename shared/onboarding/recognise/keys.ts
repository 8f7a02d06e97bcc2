import { splitName } from "../../sql/dialect.ts";
import type { SurveyedColumn, SurveyedTable } from "../survey.ts";
import { plural, wordsOf } from "./words.ts";

/** Columns that tell the rows of a table apart. */
export interface Key {
  readonly columns: readonly string[];
  /** False where only the sampled values say so. */
  readonly certain: boolean;
}

const kept = new WeakMap<SurveyedTable, { readonly key: Key | undefined }>();

/** The primary key, a unique index without nulls, or columns whose sampled values all differ: one by its name, or an index's. */
export function keyOf(table: SurveyedTable): Key | undefined {
  const before = kept.get(table);
  if (before) return before.key;
  const key = findKey(table);
  kept.set(table, { key });
  return key;
}

function findKey(table: SurveyedTable): Key | undefined {
  const has = (names: readonly string[]) => names.length > 0 && names.every((name) => columnNamed(table, name));
  if (has(table.primaryKey)) return { columns: table.primaryKey, certain: true };
  const unique = table.indexes
    .filter(({ unique, columns }) => unique && has(columns))
    .filter(({ columns }) => columns.every((name) => isAlwaysSet(table, name)))
    .sort((one, other) => one.columns.length - other.columns.length)[0];
  if (unique) return { columns: unique.columns, certain: true };
  const guess = table.columns.find((column) => {
    const named = wordsOf(column.name).meant.some((word) => ["id", "number", "code", "key"].includes(word));
    return named && isAlwaysSet(table, column.name) && isDistinct(column);
  });
  if (guess) return { columns: [guess.name], certain: false };
  const indexed = table.indexes.find(({ columns }) => has(columns) && tellsApart(table, columns));
  return indexed && { columns: indexed.columns, certain: false };
}

/** Rows that it takes for a difference between all of them to say something. */
const telling = 20;

function tellsApart({ columns, sample }: SurveyedTable, names: readonly string[]): boolean {
  if (sample.length < telling) return false;
  const at = names.map((name) => columns.findIndex((column) => column.name === name));
  const tuples = sample.map((row) => at.map((index) => String(row[index] ?? "").trim()));
  if (tuples.some((tuple) => tuple.includes(""))) return false;
  return new Set(tuples.map((tuple) => JSON.stringify(tuple))).size === sample.length;
}

export function columnNamed(table: SurveyedTable, name: string): SurveyedColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

/** True where an index or the primary key begins with these columns, in any order. */
export function isIndexed(table: SurveyedTable, columns: readonly string[]): boolean {
  return indexesOf(table).some((index) => startsWith(index, columns));
}

/** Every index of the table, its primary key's first. */
export function indexesOf(table: SurveyedTable): readonly (readonly string[])[] {
  const primary = table.primaryKey.length > 0 ? [table.primaryKey] : [];
  return [...primary, ...table.indexes.map(({ columns }) => columns)];
}

export function startsWith(index: readonly string[], columns: readonly string[]): boolean {
  const head = index.slice(0, columns.length);
  return head.length === columns.length && columns.every((column) => head.includes(column));
}

/** What a table's rows are, in English words: `tblAward` and `awards` are `award`. */
export function nounOf(table: string, prefix: string | undefined): readonly string[] {
  const bare = splitName(table).at(-1) ?? table;
  const { written, meant } = wordsOf(bare);
  const stripped = prefix !== undefined && written[0] === prefix && meant.length > 1 ? meant.slice(1) : meant;
  return stripped.length > 0 ? stripped : ["row"];
}

/** A first word that most tables share says nothing: `cc_case`, `cc_status`. */
export function commonPrefix(tables: readonly { readonly name: string }[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const { written, meant } = wordsOf(splitName(name).at(-1) ?? name);
    if (written.length > 1 && meant.length > 1 && meant[0] === written[0]) {
      counts.set(written[0] ?? "", (counts.get(written[0] ?? "") ?? 0) + 1);
    }
  }
  for (const [word, count] of counts) if (count >= 3 && count >= tables.length * 0.6) return word;
  return undefined;
}

export function pluralNoun(words: readonly string[]): readonly string[] {
  return [...words.slice(0, -1), plural(words.at(-1) ?? "")];
}

function isAlwaysSet(table: SurveyedTable, name: string): boolean {
  const column = columnNamed(table, name);
  return column !== undefined && (!column.nullable || column.profile.texts.length === column.profile.rows);
}

function isDistinct({ profile }: SurveyedColumn): boolean {
  return profile.rows > 0 && profile.texts.length === profile.rows && profile.counts.size === profile.rows;
}
