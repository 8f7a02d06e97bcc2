import { formatOfType } from "../../sql/formats/by-type.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import { unreadable } from "../../sql/formats/format.ts";
import { type FormatName, formats } from "../../sql/formats/index.ts";
import type { Profile } from "../profile.ts";
import type { ValueKind } from "./kinds.ts";

/** How a column holds dates or times. */
export interface DateReading {
  /** Absent where the column is the engine's own date, or ISO 8601 text. */
  readonly format?: FormatName;
  readonly type: "Date" | "DateTime";
  /** Placeholders that mean `unknown` or `no end`, as the database holds them. */
  readonly missing: readonly string[];
  /** Share of the values that read as dates. */
  readonly share: number;
  /** What a person must look at. */
  readonly doubt?: string;
  /** Earliest and latest year, placeholders aside. */
  readonly years: readonly [number, number] | undefined;
}

/** Dates that systems write where they know none; those of the second list only where they are frequent. */
const placeholders =
  /^(?:0001|0100|1000|1111|1582|1700|1753|1776|1799|1800|1801|1850|1858|1899|1900|1901|1910|1911|2222|3000|4712|8888)-(?:01-01|11-11|02-02|08-08|12-28|12-29|12-30|12-31|11-17)$|^(?:2999|9999|9998|2099|2100|2199)-12-31$|^9999-/;
/** MySQL's date that is none, and PostgreSQL's without end or beginning. */
const engineOwn = /^(0000-00-00)(?: 00:00:00(?:\.0+)?)?$|^(-?infinity)$/;
/** What is on no calendar, for `no end` or `unknown`. */
const nines = /^(9{8}|9{6}|99([./-])99\2(?:99|9999))$/;
const frequentPlaceholders = /^(?:1930|1940|1950|1960|1970|1980|1990|2000|2001|1999)-(?:01-01|12-31)$/;

/**
 * How the values can be read as dates. Numbers that only look like dates are told apart by their spread; `named` says
 * that the column's name speaks of a date, without which seconds and two-digit years are not believed.
 */
export function recogniseDate(
  profile: Profile,
  holds: ValueKind,
  named: boolean,
  context: FormatContext,
): DateReading | undefined {
  if (holds === "date" || holds === "timestamp") {
    const type = holds === "date" || !hasTimes(profile) ? "Date" : "DateTime";
    return reading(profile, undefined, type, context);
  }
  if (holds !== "text" && holds !== "integer" && holds !== "decimal" && holds !== "bytes") return undefined;
  if (profile.texts.length === 0) return undefined;
  const { texts } = profile;
  if (holds === "text" && most(texts, /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/)) {
    return reading(profile, undefined, hasTimes(profile) ? "DateTime" : "Date", context);
  }
  if (most(texts, /^(?:0|\d{8})$/)) {
    return believable(reading(profile, "YYYYMMDD", "Date", context), 1700, named ? 0.91 : 0.97);
  }
  if (most(texts, /^\d{1,2}[-/ .][A-Za-z]{3}[-/ .](?:\d{2}|\d{4})$/)) {
    return reading(profile, "DD_MON_YY", "Date", context);
  }
  if (most(texts, /^\d{1,2}([./-])\d{1,2}\1(?:\d{2}|\d{4})(?: 0?0:00(?::00)?)?$/)) {
    const [dayFirst, monthFirst] = (["DD_MM_YYYY", "MM_DD_YYYY"] as const).map((each) =>
      believable(reading(profile, each, "Date", context), 1700, named ? 0.91 : 0.97),
    );
    const surest = (monthFirst?.share ?? 0) > (dayFirst?.share ?? 0) ? monthFirst : dayFirst;
    const doubt = "its dates can be read with the day first and with the month first";
    return surest && dayFirst && monthFirst && dayFirst.share === monthFirst.share ? { ...surest, doubt } : surest;
  }
  const sixDigits = holds === "text" ? /^\d{6}$/ : /^\d{3,6}$/;
  if (most(texts, sixDigits)) {
    const found = believable(reading(profile, "YYMMDD", "Date", context), 1900, 0.99);
    if (found && (named || profile.counts.size > 10)) return found;
  }
  if (named && holds === "integer" && most(texts, /^(?:0|-?\d{9,10})$/)) {
    return believable(reading(profile, "EPOCH_SECONDS", "DateTime", context), 1970, 0.97);
  }
  return undefined;
}

function reading(
  profile: Profile,
  format: FormatName | undefined,
  type: "Date" | "DateTime",
  context: FormatContext,
): DateReading {
  const format_ = format ? formats[format] : formatOfType[type];
  const missing = new Set<string>();
  let read = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let openEnd = false;
  for (const raw of profile.raw) {
    const [, none, never] = (format ? nines : engineOwn).exec(String(raw).trim()) ?? [];
    const placeholder = format ? none : (none ?? never);
    if (placeholder !== undefined) {
      missing.add(placeholder);
      read++;
      continue;
    }
    const value = format_.read(raw, context);
    if (value === unreadable) continue;
    read++;
    if (value === null) continue;
    const date = String(value).slice(0, 10);
    const text = String(raw).trim();
    if (date.startsWith("9999-")) openEnd = true;
    const count = profile.counts.get(text) ?? 0;
    const frequent = count >= 3 && count >= profile.texts.length / 60;
    if (placeholders.test(date) || (frequentPlaceholders.test(date) && frequent)) {
      if (raw instanceof Date) missing.add(date);
      else missing.add(text);
    } else {
      const year = Number(date.slice(0, 4));
      first = Math.min(first, year);
      last = Math.max(last, year);
    }
  }
  const years = first <= last ? ([first, last] as const) : undefined;
  const share = profile.raw.length === 0 ? 1 : read / profile.raw.length;
  // An engine's date without an end is read by a format of its own.
  if (openEnd && format === undefined && type === "Date") {
    const others = [...missing].filter((text) => !text.startsWith("9999"));
    return { format: "OPEN_END_DATE", type, missing: others, share, years };
  }
  return { ...(format ? { format } : {}), type, missing: [...missing].sort(), share, years };
}

function believable(found: DateReading, from: number, least: number): DateReading | undefined {
  if (found.share < least || !found.years) return undefined;
  return found.years[0] >= from && found.years[1] <= 2150 ? found : undefined;
}

/** Most of the values: free text has its exceptions. */
function most(texts: readonly string[], pattern: RegExp): boolean {
  let exceptions = 0;
  for (const text of texts) {
    if (!pattern.test(text) && ++exceptions > texts.length * 0.1) return false;
  }
  return true;
}

function hasTimes({ raw }: Profile): boolean {
  return raw.some((value) => {
    if (value instanceof Date) return value.getHours() + value.getMinutes() + value.getSeconds() > 0;
    const time = /[T ](\d\d:\d\d(?::\d\d)?)/.exec(String(value))?.[1];
    return time !== undefined && !/^00:00(?::00)?$/.test(time);
  });
}
