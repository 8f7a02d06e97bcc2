import type { SurveyedColumn, SurveyedTable } from "../survey.ts";
import type { Join } from "./joins.ts";
import { columnNamed, isIndexed, keyOf } from "./keys.ts";
import { wordsOf } from "./words.ts";

/** Values that it takes, so that agreement is no chance. */
const telling = 8;
/** Below it numbers count something, and fit whatever else is counted. */
const firstNumber = 10_000;
/** What is counted, measured or dated points to nothing. */
const measured =
  /\b(?:date|time|year|month|day|amount|balance|fee|fine|price|cents|salary|payment|tax|income|total|cost|rate|quantity|post code|phone|fax|mobile|created|changed)\b/;
/** Asked of the database at most, beyond the joins that names speak for. */
const most = 60;

/**
 * Columns whose values could be keys of another table, where no name says so: texts of one form, or numbers between the
 * lowest and the highest key. Whether they are, only the database can say; a column that could point to several tables
 * is asked about each.
 *
 * @param joined Columns that point somewhere already: `table`, a zero character, `column`.
 */
export function valueJoins(tables: readonly SurveyedTable[], joined: ReadonlySet<string>): readonly Join[] {
  const targets = tables.flatMap(targetOf);
  const found = tables.flatMap((table) =>
    table.columns.flatMap((column): readonly Join[] => {
      if (joined.has(`${table.name}\u0000${column.name}`) || column.profile.counts.size < telling) return [];
      if (keyOf(table)?.columns.join() === column.name || measured.test(wordsOf(column.name).meant.join(" ")))
        return [];
      const values = formOfValues(column);
      if (!values) return [];
      return targets
        .filter((target) => target.table !== table && fitsInto(values, target.values))
        .map(({ table: to, key }) => ({
          table: table.name,
          columns: [column.name],
          to: to.name,
          references: [key.name],
          confidence: 0.5,
          evidence: ["its values have the form of that key"],
          indexed: isIndexed(table, [column.name]),
        }));
    }),
  );
  return found.slice(0, most);
}

/** Of what the database confirmed, the columns that only one table has nearly all values of. */
export function withoutRivals(joins: readonly Join[]): readonly Join[] {
  const sure = joins.filter(({ confidence }) => confidence >= sureOf);
  return sure.filter(
    (join) =>
      !sure.some((other) => other !== join && other.table === join.table && other.columns[0] === join.columns[0]),
  );
}

/** What a join is after nearly all of its values were found: 0.5 and 0.15 times their share. */
const sureOf = 0.5 + 0.15 * 0.95;

interface Target {
  readonly table: SurveyedTable;
  readonly key: SurveyedColumn;
  readonly values: ValueForm;
}

/** Between which numbers values lie, or which forms they have; undefined where they could be anything. */
type ValueForm = { readonly least: number; readonly highest: number } | { readonly forms: ReadonlySet<string> };

function targetOf(table: SurveyedTable): readonly Target[] {
  const key = keyOf(table);
  const [only = "", second] = key?.columns ?? [];
  const column = columnNamed(table, only);
  if (table.kind === "view" || !key?.certain || second !== undefined || !column) return [];
  const values = column.profile.counts.size >= telling ? formOfValues(column) : undefined;
  return values ? [{ table, key: column, values }] : [];
}

function formOfValues({ holds, profile }: SurveyedColumn): ValueForm | undefined {
  const texts = [...profile.counts.keys()];
  if (holds === "integer") {
    const numbers = texts.map(Number);
    return { least: Math.min(...numbers), highest: Math.max(...numbers) };
  }
  if (holds !== "text" || !texts.every((text) => /\d/.test(text) && text.length >= 4)) return undefined;
  const forms = new Set(texts.map(formOf));
  return forms.size <= 3 ? { forms } : undefined;
}

function fitsInto(values: ValueForm, keys: ValueForm): boolean {
  if ("forms" in values) return "forms" in keys && [...values.forms].every((form) => keys.forms.has(form));
  if ("forms" in keys) return false;
  return values.least >= Math.max(keys.least, firstNumber) && values.highest <= keys.highest;
}

/** `R00017` is `A99999`: letters and digits by their places. */
function formOf(text: string): string {
  return text.replace(/\p{L}/gu, "A").replace(/\d/g, "9");
}
