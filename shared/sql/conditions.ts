import type { Condition, RetainModel, Validity } from "../department/model.ts";
import { comparable } from "./comparable.ts";
import { compared, isOneOf, readsAsOneOf } from "./comparisons.ts";
import type { Dialect } from "./dialect.ts";
import { addDays, before, parseIsoDate } from "./formats/calendar.ts";
import { DATE } from "./formats/date.ts";
import { type Format, type FormatContext, unreadable } from "./formats/format.ts";
import { type FormatName, formats } from "./formats/index.ts";
import { localToRfc3339 } from "./formats/time-zone.ts";
import type { Parameter } from "./raw.ts";
import { allOf, anyOf, Computed, type Fragment, fragment } from "./statement.ts";
import { isText, paddings, type TableFacts } from "./table-facts.ts";

/** A table as a statement sees it. */
export interface TableRef {
  readonly name: string;
  readonly alias: string;
  readonly dialect: Dialect;
  readonly facts: TableFacts;
}

/** A column of the table, quoted. */
export function columnOf({ alias, dialect }: TableRef, column: string): string {
  return `${alias}.${dialect.quote(column)}`;
}

/** Which rows of a table count at all. */
export interface RowRules {
  readonly where: readonly Condition[];
  readonly validity?: Validity;
  readonly retain?: RetainModel;
}

export function rulesOf(table: TableRef, { where, validity, retain }: RowRules): readonly Fragment[] {
  return [
    ...where.map((condition) => conditionOf(table, condition)),
    ...(validity ? validityOf(table, validity) : []),
    ...(retain ? [retentionOf(table, retain)] : []),
  ];
}

function conditionOf(table: TableRef, { column, is, not, isNull }: Condition): Fragment {
  const name = columnOf(table, column);
  const parts: Fragment[] = [];
  if (is) parts.push(oneOf(table, column, is));
  if (not) {
    const { sql, placeholders } = oneOf(table, column, not);
    parts.push(fragment(`${name} IS NULL OR NOT (${sql})`, ...placeholders));
  }
  if (isNull !== undefined) parts.push(fragment(`${name} IS ${isNull ? "" : "NOT "}NULL`));
  return allOf(parts);
}

/** A type of the database's own may have got values since its catalogue was read: which it has, the engine says. */
function oneOf(table: TableRef, column: string, values: readonly string[]): Fragment {
  const isOwnType = table.facts.column(table.name, column)?.kind === "other";
  const all = isOwnType ? values : values.flatMap((value) => variants(table, column, value));
  return isOneOf(table, column, all, { areTrusted: true });
}

/** The ways in which a column can hold `value`; none where its type has no such value. */
export function variants(table: TableRef, column: string, value: Parameter): readonly Parameter[] {
  return variantsIn(table, column)(value);
}

/**
 * The same for a column that holds a value in one way at most: that way, or undefined where it has no such value.
 * Undefined instead of a function for a padded column, which can hold one in several ways.
 */
export function variantIn({ name, facts }: TableRef, column: string) {
  const fact = facts.column(name, column);
  if (fact?.padded !== undefined) return undefined;
  return (value: Parameter): Parameter | undefined => comparable(value, fact);
}

/** The same for many values of one column: what is known of the column is looked up once. */
export function variantsIn({ name, dialect, facts }: TableRef, column: string) {
  const fact = facts.column(name, column);
  return (value: Parameter): readonly Parameter[] => {
    const fitting = comparable(value, fact);
    if (fitting === undefined) return [];
    if (typeof fitting !== "string") return [fitting];
    const text = fact?.padded === undefined ? fitting : fitting.trimEnd();
    const all = fact?.padded === undefined || dialect.ignoresPadding ? [text] : paddings(text, fact);
    return text === "" && dialect.emptyIsNull ? all.filter((each) => each !== "") : all;
  };
}

function validityOf(table: TableRef, { from, to, format }: Validity): readonly Fragment[] {
  const parts: Fragment[] = [];
  const reader = dateFormat(format);
  if (from !== undefined) {
    const start = startsOn(table, from, reader, (context) => addDays(context.today, 1));
    parts.push(anyOf([absent(table, from, reader), compared(table, from, "<", start)]));
  }
  if (to !== undefined) {
    const start = startsOn(table, to, reader, (context) => context.today);
    parts.push(anyOf([absent(table, to, reader), compared(table, to, ">=", start)]));
  }
  return parts;
}

function retentionOf(table: TableRef, { period, column, format, whenMissing }: RetainModel): Fragment {
  const reader = dateFormat(format);
  const start = startsOn(table, column, reader, (context) => before(context.today, period));
  const kept = compared(table, column, ">=", start);
  const missing = absent(table, column, reader);
  if (whenMissing === "KEEP") return anyOf([missing, kept]);
  return allOf([fragment(`NOT (${missing.sql})`, ...missing.placeholders), kept]);
}

/** The column is NULL, blank, holds the engine's date that is none, or a value that the format reads as none. */
export function absent(table: TableRef, column: string, format: Format): Fragment {
  const name = columnOf(table, column);
  const fact = table.facts.column(table.name, column);
  const none = [...absentValues(table, column, format)];
  const { noDate } = table.dialect;
  if (noDate !== undefined && timeKinds.test(fact?.kind ?? "")) none.push(noDate);
  if (none.length === 0) return fragment(`${name} IS NULL`);
  return anyOf([fragment(`${name} IS NULL`), readsAsOneOf(table, column, none)]);
}

/** What a column can hold that the format reads as none, and blank text. */
export function absentValues(table: TableRef, column: string, format: Format): readonly Parameter[] {
  const fact = table.facts.column(table.name, column);
  return [...(format.none ?? []), ...(isText(fact) ? [""] : [])].flatMap((value) => comparable(value, fact) ?? []);
}

/** Placeholders that a column can hold; a date that is none is held by engines alone that have such dates. */
export function placeholdersIn(table: TableRef, column: string, missing: readonly string[]): readonly Parameter[] {
  const fact = table.facts.column(table.name, column);
  const isTime = timeKinds.test(fact?.kind ?? "");
  const isStrict = isTime && table.dialect.noDate === undefined;
  const isHeld = (text: string): boolean => {
    const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
    return !isStrict || day === undefined || parseIsoDate(day) !== undefined;
  };
  return missing.filter(isHeld).flatMap((each) => comparable(each, fact) ?? []);
}

const timeKinds = /^(?:date|timestamp|instant)$/;

/** The raw value at which a day begins that is known when the statement is run; worked out once a day. */
function startsOn(table: TableRef, column: string, format: Format, day: (context: FormatContext) => string): Computed {
  const fact = table.facts.column(table.name, column);
  let known: { readonly today: string; readonly timeZone: string; readonly value: Parameter } | undefined;
  return new Computed((context) => {
    const { today, timeZone } = context;
    if (known?.today !== today || known.timeZone !== timeZone) {
      known = { today, timeZone, value: comparable(startOf(day(context), format, context), fact) ?? null };
    }
    return known.value;
  });
}

/** The raw value at which `date` begins. */
function startOf(date: string, format: Format, context: FormatContext): Parameter {
  const value = format.produces.includes("DateTime")
    ? localToRfc3339(Date.parse(`${date}T00:00:00Z`), context.timeZone)
    : date;
  const raw = format.span?.(value, context) ?? format.write?.(value, context) ?? unreadable;
  return raw === unreadable ? null : (raw[0] ?? null);
}

function dateFormat(name: FormatName | undefined): Format {
  return name === undefined ? DATE : formats[name];
}
