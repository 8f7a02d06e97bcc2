import type { FormatContext } from "../../sql/formats/format.ts";
import { type FormatName, formats } from "../../sql/formats/index.ts";
import type { SurveyedColumn, SurveyedTable } from "../survey.ts";
import { recogniseDate } from "./dates.ts";
import type { PersonColumn } from "./persons.ts";
import { wordsOf } from "./words.ts";

/** A condition on a column, as a mapping writes it. */
export interface Condition {
  readonly column: string;
  readonly is?: readonly string[];
  readonly not?: readonly string[];
  readonly isNull?: boolean;
}

/** Which rows of a table describe a person: no organisations, nothing deleted, not those without a name. */
export function personConditions(
  table: SurveyedTable,
  attributes: readonly PersonColumn[],
  role: string,
  several: boolean,
): readonly Condition[] {
  const conditions: Condition[] = [];
  const kind = kindCondition(table, attributes, role, several);
  if (kind) conditions.push(kind);
  const deleted = deletedCondition(table);
  if (deleted) conditions.push(deleted);
  const name = attributes.find(({ is, from }) => !from && (is === "FULL_NAME" || is === "FAMILY_NAME"));
  const column = table.columns.find((each) => each.name === name?.column);
  const sometimesMissing = column && column.profile.texts.length < column.profile.rows * 0.9;
  if (!kind && several && sometimesMissing)
    conditions.push({ column: column.name, isNull: false, ...blanks(table, column) });
  return conditions;
}

/** Blank names are nobody's either. */
function blanks({ columns, sample }: SurveyedTable, column: SurveyedColumn): Pick<Condition, "not"> {
  const at = columns.indexOf(column);
  return sample.some((row) => row[at] !== null && String(row[at]).trim() === "") ? { not: [""] } : {};
}

/** Rows that were deleted without being taken away. */
export function deletedCondition(table: SurveyedTable): Condition | undefined {
  for (const column of table.columns) {
    const words = wordsOf(column.name).meant.join(" ");
    const isFlag = /^(?:is |record )?(?:deleted|deactivated|cancelled)(?: flag)?$/.test(words);
    if (!isFlag && !/^deleted (?:at|on|am|date|time|date time)$/.test(words)) continue;
    if (column.holds === "date" || column.holds === "timestamp") return undated(column);
    const yes = yesOf(column);
    if (yes.length > 0) return { column: column.name, not: yes };
  }
  return undefined;
}

/** NULL where nothing happened, or MySQL's zero date in its place; both in one column are more than a condition says. */
function undated({ name, profile }: SurveyedColumn): Condition | undefined {
  const zeros = profile.texts.filter((text) => text.startsWith("0000-00-00"));
  if (zeros.length === 0) return { column: name, isNull: true };
  return profile.texts.length === profile.rows ? { column: name, is: [...new Set(zeros)] } : undefined;
}

const pairs: readonly (readonly [yes: string, no: string])[] = [
  ["Y", "N"],
  ["J", "N"],
  ["1", "0"],
  ["T", "F"],
  ["X", ""],
];

/**
 * The values of a flag that mean yes, in small letters, too, where they were seen; where only its opposite was, whatever
 * could be beside it: `Y` and `J`.
 */
function yesOf({ profile }: SurveyedColumn): readonly string[] {
  const written = [...profile.counts.keys()];
  const seen = new Set(written.map((text) => text.toUpperCase()));
  if (seen.size === 0 || seen.size > 2) return [];
  return pairs
    .filter(([yes, no]) => [...seen].every((text) => text === yes || text === no))
    .flatMap(([yes]) => [yes, ...written.filter((text) => text !== yes && text.toUpperCase() === yes)]);
}

/** A column of kinds, where only some kinds have what persons have: dates of birth, given names, `DOE, JOHN`. */
function kindCondition(
  table: SurveyedTable,
  attributes: readonly PersonColumn[],
  role: string,
  several: boolean,
): Condition | undefined {
  const bare = role.replace(/ ?\d+$/, "");
  const column = table.columns.find(({ name, profile }) => {
    const words = wordsOf(name).meant;
    if (words.at(-1) !== "kind" || profile.counts.size === 0 || profile.counts.size > 4) return false;
    const whose = words.slice(0, -1).join(" ");
    return whose === role || (whose === bare && bare !== "") || (!several && whose === "");
  });
  if (!column) return undefined;
  const at = table.columns.indexOf(column);
  const signs = attributes.flatMap(({ is, column: name, from, format }) => {
    const index = table.columns.findIndex((each) => each.name === name);
    if (from || index < 0) return [];
    if (/^(?:DATE_OF_BIRTH|GIVEN_NAME|IDENTIFIER|GENDER)$/.test(is)) return [{ index, test: /\S/ }];
    return is === "FULL_NAME" && format === "LAST_COMMA_FIRST" ? [{ index, test: /\p{L},\s*\p{L}/u }] : [];
  });
  if (signs.length === 0) return undefined;
  const tally = new Map<string, { rows: number; persons: number }>();
  for (const row of table.sample) {
    const kind = String(row[at] ?? "").trim();
    if (kind === "") continue;
    const entry = tally.get(kind) ?? { rows: 0, persons: 0 };
    entry.rows++;
    if (signs.some(({ index, test }) => test.test(String(row[index] ?? "")))) entry.persons++;
    tally.set(kind, entry);
  }
  const persons = [...tally].filter(([, { rows, persons: met }]) => met > rows / 2).map(([kind]) => kind);
  const said = kindsInComment(column);
  if (persons.length === 0 && said.length === 0) return undefined;
  const isOnlyKind = persons.length === tally.size && tally.size > 1;
  return isOnlyKind ? undefined : { column: column.name, is: persons.length > 0 ? persons.sort() : said };
}

/** `P person, O organisation` */
function kindsInComment({ comment = "" }: SurveyedColumn): readonly string[] {
  const [, code] = /\b([A-Z0-9]{1,3})\s*[=:-]?\s*(?:natural )?persons?\b/.exec(comment) ?? [];
  return code === undefined ? [] : [code];
}

/** The column with the time of the last change, if its values sort. */
export function changedColumn(
  table: SurveyedTable,
  context: FormatContext,
): { readonly column: string; readonly format?: FormatName } | undefined {
  for (const pattern of [/\bchanged\b/, /\bseen\b/]) {
    for (const column of table.columns) {
      const words = wordsOf(column.name).meant.join(" ");
      if (!pattern.test(words) || /\bwho\b|first/.test(words)) continue;
      const date = recogniseDate(column.profile, column.holds, true, context);
      if (!date || date.share < 0.95) continue;
      const { format } = date;
      if (format && !(formats[format].write && formats[format].ordered)) continue;
      return { column: column.name, ...(format ? { format } : {}) };
    }
  }
  return undefined;
}
