import type { Database } from "../../../../shared/sql/sqlite/driver.js";
import { plainDecimal, scaledInteger, storedDecimal, unscaledText } from "./decimals.ts";
import { oracleError } from "./engine-error.ts";
import { ANY_SCALE, engineType } from "./engine-types.ts";
import { clockText, type Moment, momentOf, offsetText, pad, readMoment, writeMoment } from "./moments.ts";
import type { SessionFacts } from "./session-facts.ts";
import type { Stored } from "./stored-values.ts";

/** Oracle's functions, under the names that oracle-sql.ts writes. An empty text is NULL in and out. */
export function defineOracleFunctions(sqlite: Database, session: () => SessionFacts): void {
  const pure = { deterministic: true, safeIntegers: true, varargs: true } as const;
  const orNull = (value: Stored): Stored => (value === "" ? null : value);
  const define = (name: string, run: (...parts: Stored[]) => Stored) =>
    sqlite.function(name, pure, (...parts: unknown[]) =>
      parts[0] === null ? null : orNull(run(...(parts as Stored[]))),
    );
  const defineNullable = (name: string, run: (...parts: Stored[]) => Stored) =>
    sqlite.function(name, pure, (...parts: unknown[]) => orNull(run(...(parts as Stored[]))));
  defineNullable("oracle_join", (...parts) => parts.map((part) => (part === null ? "" : text(part))).join(""));
  defineNullable("oracle_nvl2", (value, some, none) => (value === null ? (none ?? null) : (some ?? null)));
  defineNullable("oracle_decode", (value, ...rest) => {
    for (let at = 0; at + 1 < rest.length; at += 2) if (rest[at] === value) return rest[at + 1] ?? null;
    return rest.length % 2 === 1 ? (rest.at(-1) ?? null) : null;
  });
  define("oracle_moment", (value) => value);
  define("oracle_to_date", (value, format) => writeMoment(parseMoment(text(value), text(format ?? "YYYY-MM-DD"))));
  define("oracle_implicit_date", (value) => implicitDate(String(value)));
  define("oracle_to_timestamp", (value, format) =>
    writeMoment(parseMoment(text(value), text(format ?? "YYYY-MM-DD HH24:MI:SS.FF"))),
  );
  define("oracle_from_tz", (value, zone) => {
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(text(zone ?? "")) ?? [];
    const moment = readMoment(String(value));
    if (!moment || sign === undefined) throw oracleError(1882, "timezone region not found");
    return writeMoment({ ...moment, offset: Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) });
  });
  define("oracle_to_number", (value) => numberIn(value));
  define("oracle_to_char", (value, format, source) => toChar(value, format ?? null, String(source)));
  define("oracle_cast", (value, target, source) => cast(value, String(target), String(source)));
  define("oracle_substr", (value, from, count) => {
    const characters = [...text(value)];
    const start = Number(from) < 0 ? characters.length + Number(from) : Math.max(Number(from) - 1, 0);
    return characters.slice(start, count === undefined ? undefined : start + Number(count)).join("");
  });
  define("oracle_trim", (value, set) => stripped(text(value), text(set ?? " "), true, true));
  define("oracle_ltrim", (value, set) => stripped(text(value), text(set ?? " "), true, false));
  define("oracle_rtrim", (value, set) => stripped(text(value), text(set ?? " "), false, true));
  define("oracle_replace", (value, sought, by) =>
    text(value).replaceAll(text(sought ?? ""), by === null || by === undefined ? "" : text(by)),
  );
  define("oracle_lpad", (value, width, by) =>
    text(value)
      .slice(0, Number(width))
      .padStart(Number(width), text(by ?? " ")),
  );
  define("oracle_rpad", (value, width, by) =>
    text(value)
      .slice(0, Number(width))
      .padEnd(Number(width), text(by ?? " ")),
  );
  define("oracle_trunc", (value, digits) => {
    const [whole, fraction = ""] = plainDecimal(value as number).split(".");
    return storedDecimal(`${whole}.${fraction.slice(0, Number(digits ?? 0))}0`);
  });
  define("oracle_trunc_date", (value) => String(value).slice(0, 10));
  define("upper", (value) => text(value).toUpperCase());
  define("lower", (value) => text(value).toLowerCase());
  sqlite.function("oracle_sysdate", () => writeMoment({ ...momentOf(new Date()), nanosecond: 0 }));
  sqlite.function("oracle_systimestamp", () => writeMoment({ ...momentOf(new Date()), offset: 0 }));
  sqlite.function("oracle_dbtimezone", () => "+00:00");
  sqlite.function("oracle_user", () => session().user);
  sqlite.function("oracle_sys_context", (_space: unknown, name: unknown) => {
    const facts: Readonly<Record<string, string>> = { DB_NAME: session().database, SESSION_TIME_ZONE: "+00:00" };
    return facts[String(name).toUpperCase()] ?? session().user;
  });
}

function text(value: Stored): string {
  return typeof value === "number" ? plainDecimal(value).replace(/^(-?)0\./, "$1.") : String(value);
}

function numberIn(value: Stored): Stored {
  try {
    return storedDecimal(typeof value === "string" ? value : (value as number));
  } catch {
    throw oracleError(1722, "invalid number");
  }
}

function stripped(value: string, set: string, left: boolean, right: boolean): string {
  let from = 0;
  let to = value.length;
  while (left && from < to && set.includes(value[from] as string)) from++;
  while (right && to > from && set.includes(value[to - 1] as string)) to--;
  return value.slice(from, to);
}

function cast(value: Stored, declared: string, source: string): Stored {
  const target = engineType("oracle", declared);
  switch (target.kind) {
    case "decimal": {
      const number = numberIn(value) as number;
      return target.scale === ANY_SCALE
        ? number
        : storedDecimal(unscaledText(scaledInteger(number, target.scale), target.scale));
    }
    case "float":
      return Number(value);
    case "char":
      return toChar(value, null, source).slice(0, target.length).padEnd(target.length);
    case "varchar":
      return toChar(value, null, source).slice(0, target.length);
    case "datetime":
    case "zoned": {
      const moment = readMoment(String(value));
      if (!moment) throw oracleError(1843, "not a valid month");
      return writeMoment({ ...moment, offset: target.kind === "zoned" ? (moment.offset ?? 0) : undefined });
    }
    default:
      return value;
  }
}

const FORMAT = /YYYY|RRRR|YY|RR|MM|MON|DD|HH24|HH|MI|SS|FF\d?|TZH|TZM|"[^"]*"|[-/.,:; T]/g;

function toChar(value: Stored, format: Stored, source: string): string {
  const moment = /^(datetime|zoned)/.test(source) ? readMoment(String(value)) : undefined;
  if (moment) {
    const scale = Number(/\((\d+)\)/.exec(source)?.[1] ?? 0);
    return formatMoment(moment, format === null ? defaultFormat(scale) : String(format));
  }
  if (typeof value === "string" || format === null || /^TM9?$/i.test(String(format))) return text(value);
  return formatNumber(value as number, String(format));
}

/** The NLS defaults of a server that nobody configured: ISO text has to be asked for. */
function defaultFormat(scale: number): string {
  return scale > 0 ? `DD-MON-RR HH24.MI.SS.FF${scale}` : "DD-MON-RR";
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** What Oracle makes of a text beside a DATE under its own NLS_DATE_FORMAT: ISO text is refused. */
function implicitDate(value: string): string {
  const match = /^\s*(\d{1,2})-([A-Z]{3})-(\d{2})\s*$/i.exec(value);
  const month = MONTHS.indexOf(match?.[2]?.toUpperCase() ?? "") + 1;
  const year = Number(match?.[3]) + (Number(match?.[3]) < 50 ? 2000 : 1900);
  const moment = month > 0 ? readMoment(`${year}-${pad(month)}-${pad(Number(match?.[1]))}`) : undefined;
  if (!moment) throw oracleError(1861, "literal does not match format string");
  return writeMoment(moment);
}

function formatMoment(moment: Moment, format: string): string {
  const parts: Readonly<Record<string, string>> = {
    YYYY: pad(moment.year, 4),
    RRRR: pad(moment.year, 4),
    RR: pad(moment.year % 100),
    YY: pad(moment.year % 100),
    MON: MONTHS[moment.month - 1] as string,
    MM: pad(moment.month),
    DD: pad(moment.day),
    HH24: pad(moment.hour),
    MI: pad(moment.minute),
    SS: pad(moment.second),
    TZH: offsetText(moment.offset ?? 0).slice(0, 3),
    TZM: offsetText(moment.offset ?? 0).slice(4),
  };
  return format.replace(new RegExp(FORMAT, "gi"), (part) => {
    if (part.startsWith('"')) return part.slice(1, -1);
    const name = part.toUpperCase();
    return name.startsWith("FF") ? clockText(moment, Number(name.slice(2) || 9)).slice(9) : (parts[name] ?? part);
  });
}

/** Only what a fixed number of decimals needs: `FM9999990.00`. */
function formatNumber(value: number | bigint, format: string): string {
  const match = /^(FM)?([90]+)(?:[.D]([90]+))?$/i.exec(format);
  if (!match) throw oracleError(1481, "invalid number format model");
  const digits = (match[3] ?? "").length;
  const plain = unscaledText(scaledInteger(value, digits), digits);
  const width = (match[2] ?? "").length + (digits > 0 ? digits + 1 : 0);
  if (plain.replace("-", "").length > width) return "#".repeat(width + 1);
  return match[1] ? plain : plain.padStart(width + 1);
}

function parseMoment(value: string, format: string): Moment {
  const fields: Record<string, number> = { YYYY: 1, MM: 1, DD: 1, HH24: 0, MI: 0, SS: 0, FF: 0 };
  let rest = value.trim();
  for (const part of format.toUpperCase().match(FORMAT) ?? []) {
    const name = part === "RRRR" ? "YYYY" : part.startsWith("FF") ? "FF" : part;
    if (fields[name] === undefined) {
      rest = rest.replace(/^["\-/.,:; T]/, "");
      continue;
    }
    const digits = new RegExp(`^\\d{1,${name === "YYYY" ? 4 : name === "FF" ? 9 : 2}}`).exec(rest)?.[0];
    if (digits === undefined) break;
    fields[name] = Number(name === "FF" ? digits.padEnd(9, "0") : digits);
    rest = rest.slice(digits.length);
  }
  if (rest !== "") throw oracleError(1830, "date format picture ends before converting entire input string");
  const f = fields as Record<"YYYY" | "MM" | "DD" | "HH24" | "MI" | "SS" | "FF", number>;
  const iso = `${pad(f.YYYY, 4)}-${pad(f.MM)}-${pad(f.DD)} ${pad(f.HH24)}:${pad(f.MI)}:${pad(f.SS)}.${pad(f.FF, 9)}`;
  const moment = readMoment(iso);
  if (!moment)
    throw f.MM < 1 || f.MM > 12
      ? oracleError(1843, "not a valid month")
      : oracleError(1839, "date not valid for month specified");
  return moment;
}
