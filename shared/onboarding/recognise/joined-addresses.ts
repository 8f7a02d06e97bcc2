import type { PersonAttribute } from "../../department/person-feed.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import { type FormatName, formats } from "../../sql/formats/index.ts";
import type { SurveyedTable } from "../survey.ts";
import { guessAttributes } from "./attributes.ts";
import { recogniseDate } from "./dates.ts";
import type { Join } from "./joins.ts";
import { keyOf } from "./keys.ts";
import type { JoinedRow, PersonColumn } from "./persons.ts";
import { wordsOf } from "./words.ts";

const addressParts: ReadonlySet<PersonAttribute> = new Set([
  "FULL_ADDRESS",
  "THOROUGHFARE",
  "LOCATOR_DESIGNATOR",
  "POST_NAME",
  "POST_CODE",
  "ADMIN_UNIT_L1",
  "ADMIN_UNIT_L2",
  "TELEPHONE",
  "EMAIL",
]);

/** Where persons live, if another table says it: addresses over time, or the one that the person's row points to. */
export function findJoinedAddress(
  person: SurveyedTable,
  key: readonly string[],
  tables: readonly SurveyedTable[],
  joins: readonly Join[],
  context: FormatContext,
): readonly PersonColumn[] {
  const found = joins.flatMap((join) => {
    const [name, from] =
      join.to === person.name && sameColumns(join.references, key)
        ? [join.table, { table: join.table, on: join.columns, parent: join.references }]
        : join.table === person.name
          ? [join.to, { table: join.to, on: join.references, parent: join.columns }]
          : [];
    const table = tables.find((each) => each.name === name);
    if (!table || !from) return [];
    const columns = addressColumns(table, from, context);
    const isAddress = columns.some(({ is }) => is === "THOROUGHFARE" || is === "FULL_ADDRESS") && columns.length >= 2;
    const describesOthers = table.columns.some((column) => {
      const [guess] = guessAttributes(column, context);
      return guess !== undefined && /NAME$/.test(guess.is) && guess.is !== "POST_NAME" && guess.confidence > 0.6;
    });
    return isAddress && !describesOthers ? [columns] : [];
  });
  return found.sort((one, other) => other.length - one.length)[0] ?? [];
}

function addressColumns(table: SurveyedTable, join: JoinedRow, context: FormatContext): readonly PersonColumn[] {
  const key = keyOf(table)?.columns ?? [];
  const isOne = key.length === join.on.length && key.every((name) => join.on.includes(name));
  const from: JoinedRow = isOne ? join : { ...join, ...newest(table, key, join.on), ...validity(table, context) };
  return table.columns.flatMap((column): PersonColumn[] => {
    if (join.on.includes(column.name)) return [];
    const [guess] = guessAttributes(column, context);
    if (!guess || guess.confidence < 0.5 || !addressParts.has(guess.is)) return [];
    return [{ ...guess, column: column.name, from }];
  });
}

/** The latest row is the one with the highest number within its person. */
function newest(table: SurveyedTable, key: readonly string[], on: readonly string[]): Pick<JoinedRow, "orderBy"> {
  const rest = key.filter((name) => !on.includes(name));
  const numbered =
    rest.length > 0
      ? rest
      : table.columns.filter(({ name }) => wordsOf(name).meant.includes("sequence")).map(({ name }) => name);
  return numbered.length === 0 ? {} : { orderBy: numbered.map((column) => ({ column, direction: "DESC" })) };
}

function validity(table: SurveyedTable, context: FormatContext): Pick<JoinedRow, "validity"> {
  const dated = (pattern: RegExp) => {
    for (const column of table.columns) {
      if (!pattern.test(wordsOf(column.name).meant.join(" "))) continue;
      const date = recogniseDate(column.profile, column.holds, true, context);
      if (date && date.share > 0.95) return { name: column.name, format: date.format };
    }
    return undefined;
  };
  const from = dated(/\bvalid from\b|\bfrom date\b|^from$|\bstart(?: date)?$/);
  const to = dated(/\bvalid until\b|\buntil date\b|^until$|\bto date\b|\bend(?: date)?$/);
  const format = sortedFormat(from?.format) ?? sortedFormat(to?.format);
  if (!from && !to) return {};
  return {
    validity: { ...(from ? { from: from.name } : {}), ...(to ? { to: to.name } : {}), ...(format ? { format } : {}) },
  };
}

/** The engine's own dates are compared as they are, an end that is open among them. */
function sortedFormat(format: FormatName | undefined): FormatName | undefined {
  if (!format || format === "OPEN_END_DATE") return undefined;
  return formats[format].ordered ? format : undefined;
}

function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
