import type { Database } from "../../../../shared/sql/sqlite/driver.js";
import { plainDecimal, scaledInteger, storedDecimal, unscaledText } from "./decimals.ts";
import { EngineError } from "./engine-error.ts";
import { type EngineType, engineType, findEngineType } from "./engine-types.ts";
import {
  clockText,
  dayNumber,
  dayText,
  inUtc,
  type Moment,
  momentOf,
  offsetText,
  pad,
  readMoment,
  shift,
  writeMoment,
} from "./moments.ts";
import type { SessionFacts } from "./session-facts.ts";
import type { Stored } from "./stored-values.ts";

/** SQL Server's functions, under the names that tsql.ts writes. */
export function defineTsqlFunctions(sqlite: Database, session: () => SessionFacts): void {
  const pure = { deterministic: true, safeIntegers: true, varargs: true } as const;
  const define = (name: string, run: (...parts: Stored[]) => Stored) =>
    sqlite.function(name, pure, (...parts: unknown[]) => (parts[0] === null ? null : run(...(parts as Stored[]))));
  define("tsql_convert", (value, target, source, style) =>
    convert(value, String(target), String(source), Number(style)),
  );
  define("tsql_try_convert", (value, target, source, style) => {
    try {
      return convert(value, String(target), String(source), Number(style));
    } catch {
      return null;
    }
  });
  sqlite.function("tsql_join", pure, (...parts: unknown[]) =>
    parts.includes(null) ? null : parts.map(String).join(""),
  );
  sqlite.function("concat", pure, (...parts: unknown[]) =>
    parts.map((part) => (part === null ? "" : String(part))).join(""),
  );
  define("tsql_len", (text) => BigInt(String(text).trimEnd().length));
  define("tsql_left", (text, count) => String(text).slice(0, Number(count)));
  define("tsql_right", (text, count) => String(text).slice(-Number(count) || String(text).length));
  define("tsql_charindex", (sought, text, from) => {
    const start = Math.max(Number(from ?? 1) - 1, 0);
    return BigInt(String(text).toLowerCase().indexOf(String(sought).toLowerCase(), start) + 1);
  });
  define("tsql_datalength", (value) => BigInt(Buffer.isBuffer(value) ? value.length : String(value).length * 2));
  define("upper", (text) => String(text).toUpperCase());
  define("lower", (text) => String(text).toLowerCase());
  define("tsql_year", (value) => BigInt(momentIn(value).year));
  define("tsql_month", (value) => BigInt(momentIn(value).month));
  define("tsql_day", (value) => BigInt(momentIn(value).day));
  define("tsql_dateadd", (part, count, value) =>
    addTo(String(part).toLowerCase(), Number(count), momentIn(value as Stored)),
  );
  define("tsql_datediff", (part, from, to) =>
    between(String(part).toLowerCase(), momentIn(from as Stored), momentIn(to as Stored)),
  );
  sqlite.function("tsql_now", () => writeMoment(momentOf(new Date())));
  sqlite.function("tsql_trancount", { safeIntegers: true }, () => (session().inTransaction ? 1n : 0n));
  sqlite.function("db_name", () => session().database);
  sqlite.function("suser_sname", () => session().user);
  sqlite.function("original_login", () => session().user);
  sqlite.function("serverproperty", (name: unknown) => SERVER_PROPERTIES[String(name).toLowerCase()] ?? null);
  const like = (...parts: unknown[]) => {
    const [pattern, text, escapedBy] = parts;
    if (pattern === null || text === null) return null;
    return likeExpression(String(pattern), escapedBy as string | undefined).test(String(text)) ? 1n : 0n;
  };
  sqlite.function("like", pure, like);
  sqlite.function("tsql_glob", pure, (pattern: unknown, escapedBy: unknown) =>
    pattern === null ? null : globOf(String(pattern), escapedBy as string | undefined),
  );
  sqlite.function("tsql_padded", pure, (text: unknown, length: unknown) =>
    text === null ? null : padded(String(text), Number(length)),
  );
}

const SERVER_PROPERTIES: Readonly<Record<string, string>> = {
  productversion: "15.0.4355.3",
  productlevel: "RTM",
  edition: "Standard Edition (64-bit)",
  collation: "SQL_Latin1_General_CP1_CI_AS",
};

/** LIKE with SQL Server's sets (`[A-C]`, `[^0-9]`), case-insensitive as its default collation. */
function likeExpression(pattern: string, escapedBy?: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === escapedBy) source += escaped(pattern[++at] ?? "");
    else if (character === "%") source += ".*";
    else if (character === "_") source += ".";
    else if (character === "[" && pattern.includes("]", at)) {
      const end = pattern.indexOf("]", at);
      source += `[${pattern.slice(at + 1, end).replace(/\\/g, "\\\\")}]`;
      at = end;
    } else source += escaped(character);
  }
  return new RegExp(`^${source}$`, "isu");
}

/** A CHAR value with its blanks, which are not stored. */
export function padded(text: string, length: number): string {
  return text + " ".repeat(Math.max(length - [...text].length, 0));
}

/** A pattern of LIKE as one of GLOB, which heeds the case of letters. */
function globOf(pattern: string, escapedBy?: string): string {
  let glob = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === escapedBy) glob += globLiteral(pattern[++at] ?? "");
    else if (character === "[" && pattern.includes("]", at)) {
      const end = pattern.indexOf("]", at) + 1;
      glob += pattern.slice(at, end);
      at = end - 1;
    } else glob += { "%": "*", _: "?" }[character] ?? globLiteral(character);
  }
  return glob;
}

function globLiteral(character: string): string {
  return "*?[".includes(character) && character !== "" ? `[${character}]` : character;
}

function escaped(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function convert(value: Stored, declared: string, sourceText: string, style: number): Stored {
  if (value === null) return null;
  const target = engineType("mssql", declared);
  const source = sourceText === "" ? undefined : findEngineType("mssql", sourceText);
  switch (target.kind) {
    case "char":
    case "varchar":
    case "text":
      return asText(value, target, source, style);
    case "integer":
    case "bit":
      return asInteger(value, target);
    case "decimal":
      return asDecimal(value, target);
    case "float":
      return Number(plain(value, target));
    case "date":
    case "datetime":
    case "zoned":
    case "time":
      return asMoment(value, target);
    case "guid":
      return String(value).toUpperCase();
    default:
      return Buffer.isBuffer(value) ? value : Buffer.from(String(value), "latin1");
  }
}

function asText(value: Stored, target: EngineType, source: EngineType | undefined, style: number): string {
  const given = textOf(value, source, style);
  const text = source?.kind === "char" ? padded(given, source.length) : given;
  if (text.length <= target.length) return text;
  if (source?.kind === "integer") return "*";
  if (source?.kind === "decimal" || source?.kind === "float") {
    throw new EngineError(
      8115,
      `Arithmetic overflow error converting numeric to data type ${target.name.toLowerCase()}.`,
      { state: 5 },
    );
  }
  return text.slice(0, target.length);
}

/** Text of a value by the rules of CONVERT: MONEY has two decimals unless the style asks for four, FLOAT six digits. */
function textOf(value: Stored, source: EngineType | undefined, style: number): string {
  if (Buffer.isBuffer(value)) return style === 2 ? value.toString("hex").toUpperCase() : value.toString("latin1");
  if (source?.name.endsWith("MONEY")) {
    const digits = style === 2 ? 4 : 2;
    return unscaledText(scaledInteger(value as number, digits), digits);
  }
  if (source?.kind === "decimal") return unscaledText(scaledInteger(value as number, source.scale), source.scale);
  if (source?.kind === "float") return Number(Number(value).toPrecision(style === 3 ? 17 : 6)).toString();
  if (source?.kind === "char") return String(value).padEnd(source.length);
  const moment = typeof value === "string" && source && isMoment(source) ? readMoment(value) : undefined;
  if (moment && source) return momentText(moment, source, style);
  return typeof value === "number" ? plainDecimal(value) : String(value);
}

function isMoment(type: EngineType): boolean {
  return type.kind === "date" || type.kind === "datetime" || type.kind === "zoned" || type.kind === "time";
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** CONVERT's date styles; the default of DATETIME is the one that legacy code trips over. */
function momentText(moment: Moment, source: EngineType, style: number): string {
  const day = dayText(moment);
  const fraction = source.name === "DATETIME" ? 3 : source.scale;
  switch (style) {
    case 23:
      return day;
    case 112:
      return day.replaceAll("-", "");
    case 104:
      return day.split("-").reverse().join(".");
    case 108:
      return clockText(moment, 0);
    case 20:
    case 120:
      return `${day} ${clockText(moment, 0)}`;
    case 21:
    case 25:
    case 121:
      return source.kind === "date" ? day : `${day} ${clockText(moment, fraction)}`;
    case 126:
    case 127: {
      if (source.kind === "date") return day;
      const shown = style === 127 && moment.offset !== undefined ? inUtc(moment) : moment;
      const zone = moment.offset === undefined ? "" : style === 127 ? "Z" : offsetText(moment.offset);
      return `${dayText(shown)}T${clockText(shown, shown.nanosecond === 0 ? 0 : fraction)}${zone}`;
    }
    case 0:
      if (source.kind === "date") return day;
      if (source.kind === "time") return clockText(moment, source.scale);
      if (source.kind === "zoned") return `${day} ${clockText(moment, fraction)} ${offsetText(moment.offset ?? 0)}`;
      if (source.name === "DATETIME2") return `${day} ${clockText(moment, source.scale)}`;
      return `${MONTHS[moment.month - 1]} ${String(moment.day).padStart(2)} ${pad(moment.year, 4)} ${halfDay(moment)}`;
    default:
      throw new EngineError(
        281,
        `${style} is not a valid style number when converting from ${source.name.toLowerCase()} to a character string.`,
      );
  }
}

function halfDay(moment: Moment): string {
  return `${String(moment.hour % 12 || 12).padStart(2)}:${pad(moment.minute)}${moment.hour < 12 ? "AM" : "PM"}`;
}

function asInteger(value: Stored, target: EngineType): bigint {
  if (target.kind === "bit" && /^(true|false)$/i.test(String(value))) return /true/i.test(String(value)) ? 1n : 0n;
  const text = plain(value, target);
  if (typeof value === "string" && text.includes(".")) throw conversionFailed(value, target);
  const integer = BigInt(text.split(".")[0] as string);
  if (target.kind === "bit") return integer === 0n ? 0n : 1n;
  const bits = target.length * 8;
  const kept = target.length === 1 ? BigInt.asUintN(8, integer) : BigInt.asIntN(bits, integer);
  if (kept !== integer) {
    throw new EngineError(
      8115,
      `Arithmetic overflow error converting expression to data type ${target.name.toLowerCase()}.`,
      { state: 2 },
    );
  }
  return integer;
}

function asDecimal(value: Stored, target: EngineType): Stored {
  const scaled = scaledInteger(plain(value, target), target.scale);
  if (scaled.toString().replace("-", "").length > (target.precision || 18)) {
    throw new EngineError(
      8115,
      `Arithmetic overflow error converting numeric to data type ${target.name.toLowerCase()}.`,
      { state: 8 },
    );
  }
  return storedDecimal(unscaledText(scaled, target.scale));
}

function plain(value: Stored, target: EngineType): string {
  try {
    return plainDecimal(typeof value === "string" ? value.trim() || "0" : (value as number));
  } catch {
    throw conversionFailed(value, target);
  }
}

function conversionFailed(value: Stored, target: EngineType): EngineError {
  if (target.kind === "decimal")
    return new EngineError(8114, `Error converting data type varchar to ${target.name.toLowerCase()}.`, { state: 5 });
  return new EngineError(
    245,
    `Conversion failed when converting the varchar value '${value}' to data type ${target.name.toLowerCase()}.`,
  );
}

function asMoment(value: Stored, target: EngineType): string {
  const moment = momentIn(value);
  if (target.kind === "date")
    return writeMoment({ ...moment, hour: 0, minute: 0, second: 0, nanosecond: 0, offset: undefined });
  if (target.kind === "zoned") return writeMoment({ ...moment, offset: moment.offset ?? 0 });
  return writeMoment({ ...moment, offset: undefined });
}

function momentIn(value: Stored): Moment {
  const moment = readMoment(String(value));
  if (!moment) throw new EngineError(241, "Conversion failed when converting date and/or time from character string.");
  return moment;
}

function addTo(part: string, count: number, moment: Moment): string {
  const minutes: Readonly<Record<string, number>> = {
    minute: 1,
    mi: 1,
    n: 1,
    hour: 60,
    hh: 60,
    day: 1440,
    dd: 1440,
    d: 1440,
    week: 10_080,
  };
  if (minutes[part]) return writeMoment(shift(moment, count * minutes[part]));
  const months =
    part === "year" || part === "yyyy" || part === "yy"
      ? count * 12
      : part === "month" || part === "mm" || part === "m"
        ? count
        : undefined;
  if (months === undefined)
    throw new EngineError(155, `'${part}' is not a recognized dateadd option.`, { severity: 15 });
  const index = moment.year * 12 + moment.month - 1 + months;
  const [year, month] = [Math.floor(index / 12), (index % 12) + 1];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return writeMoment({ ...moment, year, month, day: Math.min(moment.day, lastDay) });
}

function between(part: string, from: Moment, to: Moment): bigint {
  if (part.startsWith("y")) return BigInt(to.year - from.year);
  if (part === "month" || part === "mm" || part === "m")
    return BigInt((to.year - from.year) * 12 + to.month - from.month);
  if (part.startsWith("d")) return BigInt(dayNumber(to) - dayNumber(from));
  throw new EngineError(155, `'${part}' is not a recognized datediff option.`, { severity: 15 });
}
