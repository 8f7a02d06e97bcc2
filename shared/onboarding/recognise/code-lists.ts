import type { FormatContext } from "../../sql/formats/format.ts";
import type { SurveyedColumn, SurveyedTable } from "../survey.ts";
import { guessAttributes } from "./attributes.ts";
import type { Join } from "./joins.ts";
import { keyOf, nounOf } from "./keys.ts";
import { areNamesOfPeople, givenNamesOf } from "./person-names.ts";
import { isOfPeople } from "./persons.ts";
import { isSpecialTable, sensitivityOf } from "./sensitive.ts";
import { shapeOf } from "./texts.ts";
import { wordsOf } from "./words.ts";

/** A table of codes and what they mean; one with `list` holds several lists. */
export interface CodeTable {
  readonly table: string;
  readonly list?: string;
  readonly key: string;
  readonly value: string;
  /** By list; the list of a table without lists is the empty text. */
  readonly lists: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** What the codes of a column mean. */
export interface CodeList {
  readonly table: CodeTable;
  readonly list?: string;
  readonly meanings: ReadonlyMap<string, string>;
}

/** Small tables of a key and a text, which describe nobody. */
export function findCodeTables(
  tables: readonly SurveyedTable[],
  joins: readonly Join[],
  context: FormatContext,
): readonly CodeTable[] {
  const givenNames = givenNamesOf(tables, context);
  // Whatever points to something else says more than what a code means.
  const pointing = new Set(joins.map(({ table }) => table));
  return tables
    .filter(({ name }) => !pointing.has(name))
    .flatMap((table) => codeTable(table, context, givenNames) ?? []);
}

function codeTable(
  table: SurveyedTable,
  context: FormatContext,
  givenNames: ReadonlySet<string>,
): CodeTable | undefined {
  const key = keyOf(table)?.columns ?? [];
  const small = table.rows.count <= 300 && table.sample.length > 0 && table.sample.length === table.rows.count;
  if (!small || key.length === 0 || key.length > 2) return undefined;
  const rest = table.columns.filter(
    ({ name, holds }) => !key.includes(name) && holds !== "timestamp" && holds !== "date",
  );
  if (rest.length === 0 || rest.length > 4 || (table.foreignKeys ?? []).length > 0) return undefined;
  const persons = table.columns.some((column) => {
    const [guess] = guessAttributes(column, context);
    return guess !== undefined && !/^(?:FULL_NAME|POST_NAME|ADMIN_UNIT_L\d)$/.test(guess.is);
  });
  if (
    persons ||
    isOfPeople(nounOf(table.name, undefined)) ||
    isSpecialTable(nounOf(table.name, undefined)) ||
    table.columns.some(({ name }) => sensitivityOf(name) === "SPECIAL")
  )
    return undefined;
  const value = rest.find(({ holds, profile }) => holds === "text" && shapeOf(profile).longest >= 3);
  const [list, code] = key.length === 2 ? key : [undefined, key[0]];
  if (!value || code === undefined || shapeOf(value.profile).commaName > 0.5) return undefined;
  // Of two key columns, the list's name comes with several codes.
  const listColumn = table.columns.find(({ name }) => name === list);
  if (
    list !== undefined &&
    (listColumn?.holds !== "text" || (listColumn.profile.counts.size ?? 0) > table.rows.count / 2)
  )
    return undefined;
  const at = (name: string) => table.columns.findIndex((column) => column.name === name);
  const lists = new Map<string, Map<string, string>>();
  for (const row of table.sample) {
    const name = list === undefined ? "" : String(row[at(list)] ?? "").trim();
    const entries = lists.get(name) ?? new Map<string, string>();
    const meaning = String(row[at(value.name)] ?? "").trim();
    entries.set(String(row[at(code)] ?? "").trim(), meaning);
    lists.set(name, entries);
  }
  // One of several lists may be of case workers.
  for (const [name, entries] of lists) if (areNamesOfPeople([...entries.values()], givenNames)) lists.delete(name);
  if (lists.size === 0) return undefined;
  return { table: table.name, ...(list === undefined ? {} : { list }), key: code, value: value.name, lists };
}

/** The list that holds all codes of a column, where names speak for it, too. */
export function codeListOf(
  table: SurveyedTable,
  column: SurveyedColumn,
  codeTables: readonly CodeTable[],
  prefix: string | undefined,
): CodeList | undefined {
  const codes = [...column.profile.counts.keys()];
  if (codes.length === 0 || codes.length > 200) return undefined;
  const words = wordsOf(column.name).meant;
  for (const codeTable of codeTables) {
    if (codeTable.table === table.name) continue;
    for (const [list, meanings] of codeTable.lists) {
      // A wrong code now and then is what code columns are like.
      const known = codes.filter((code) => meanings.has(code)).length;
      if (known < codes.length * 0.75 || known === 0) continue;
      const said =
        list === ""
          ? `${nounOf(codeTable.table, prefix).join(" ")} ${wordsOf(codeTable.key).meant.join(" ")}`
          : wordsOf(list).meant.join(" ");
      const heard = `${nounOf(table.name, prefix).join(" ")} ${words.join(" ")}`;
      const sameName =
        list.toLowerCase() === column.name.toLowerCase() ||
        (list === "" &&
          codeTable.key.toLowerCase() === column.name.toLowerCase() &&
          !/^(?:id|code)$/i.test(column.name));
      const alike =
        sameName ||
        (codeTable.list !== undefined
          ? said === heard || said === words.join(" ")
          : sharesNoun(words, nounOf(codeTable.table, prefix)));
      if (alike) return { table: codeTable, ...(list === "" ? {} : { list }), meanings };
    }
  }
  return undefined;
}

function sharesNoun(words: readonly string[], noun: readonly string[]): boolean {
  const last = noun.at(-1) ?? "";
  return words.includes(last) || (last === "status" && words.includes("status"));
}
