import { isIP } from "node:net";
import type { CatalogueColumn } from "./dialect.ts";
import { EngineTime, type Parameter } from "./raw.ts";

/**
 * `value` as values of the column are: engines with strict types refuse a statement that compares a number with `A`,
 * others convert the whole column and lose its index. Undefined where no value of the column equals it.
 */
export function comparable(value: Parameter, column: CatalogueColumn | undefined): Parameter | undefined {
  if (value === null || column?.kind === undefined) return value;
  return fitters[column.kind](value, column);
}

/**
 * The end of a range of a column: of whole numbers the last within it that the column can hold, so that `0.5` and what is
 * beyond its type bound it, too. Undefined where nothing is within the range.
 */
export function bound(
  value: Parameter,
  column: CatalogueColumn | undefined,
  end: "from" | "to",
): Parameter | undefined {
  const [, sign, whole = "", decimals = ""] = /^\s*([+-]?)(\d+)(?:\.(\d*))?\s*$/.exec(withoutExponent(value)) ?? [];
  if (column?.kind !== "integer" || sign === undefined) return value;
  const cut = BigInt(`${sign === "-" ? "-" : ""}${whole}`);
  const isBroken = /[1-9]/.test(decimals);
  const inner = !isBroken || (end === "from") === (sign === "-") ? cut : end === "from" ? cut + 1n : cut - 1n;
  const [least, most] = rangeOf(column);
  if (end === "from" ? inner > most : inner < least) return undefined;
  return inner < least ? least : inner > most ? most : inner;
}

/** Numbers of JavaScript that are very large or close to 0 are written with one. */
function withoutExponent(value: Parameter): string {
  const text = String(value);
  if (typeof value !== "number" || !/e/i.test(text)) return text;
  return Math.abs(value) < 1 ? `${value < 0 ? "-" : ""}0.1` : String(BigInt(value));
}

type Fitter = (value: Exclude<Parameter, null>, column: CatalogueColumn) => Parameter | undefined;

const largest = 2n ** 63n - 1n;
const largestUnsigned = 2n ** 64n - 1n;

const fitters: Readonly<Record<Exclude<CatalogueColumn["kind"], undefined>, Fitter>> = {
  text(value) {
    if (value instanceof EngineTime) return value.text;
    return value instanceof Uint8Array ? value : textual(value);
  },
  integer(value, { type }) {
    // Most keys, without the detour over bigints.
    if (typeof value === "number" && value >= 0 && Number.isSafeInteger(value)) return value;
    if (typeof value === "string" && /^\d{1,15}$/.test(value)) return Number(value);
    const whole = /^\s*([+-]?\d+)(?:\.0*)?\s*$/.exec(textual(value))?.[1];
    if (whole === undefined) return undefined;
    const number = BigInt(whole.replace("+", ""));
    const [least, most] = rangeOf({ type });
    if (number < least || number > most) return undefined;
    return Number.isSafeInteger(Number(number)) ? Number(number) : number;
  },
  decimal(value, column) {
    const digits = textual(value).trim();
    return /^[+-]?\d{1,100}(?:\.\d{0,100})?$/.test(digits) ? withinReach(digits, column) : undefined;
  },
  float(value, { single }) {
    const digits = textual(value).trim();
    const number = digits === "" ? Number.NaN : Number(digits);
    if (!Number.isFinite(number)) return undefined;
    return single && Number.isFinite(Math.fround(number)) ? Math.fround(number) : number;
  },
  boolean(value) {
    const flag = textual(value).trim().toLowerCase();
    if (["1", "t", "true", "y", "yes"].includes(flag)) return true;
    return ["0", "f", "false", "n", "no"].includes(flag) ? false : undefined;
  },
  date: (value, column) =>
    within(
      time(value, (known) => known.text),
      column,
    ),
  timestamp: (value, column) =>
    within(
      time(value, (known) => known.text),
      column,
    ),
  // Sessions run in UTC, and not every engine reads an offset.
  instant: (value) => time(value, (known) => known.utc)?.replace(/(?:Z|\+00(?::?00)?)$/, ""),
  bytes: (value) => (value instanceof Uint8Array ? value : undefined),
  uuid(value) {
    const text = textual(value).trim();
    return /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(text) ? text : undefined;
  },
  other(value, column) {
    if (column.values) return column.values.includes(textual(value)) ? textual(value) : undefined;
    const isRead = ownTypes[column.type];
    if (isRead) return isRead(textual(value)) ? textual(value) : undefined;
    return value instanceof EngineTime ? value.text : value;
  },
};

/** Whether PostgreSQL reads a text as a value of a type of its own; it refuses statements with any other. */
const ownTypes: Readonly<Record<string, (text: string) => boolean>> = {
  inet: (text) => {
    const [, address = "", bits = "0"] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const version = isIP(address);
    return version > 0 && Number(bits) <= (version === 4 ? 32 : 128);
  },
  macaddr: (text) => /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(text),
  oid: (text) => /^\d{1,9}$/.test(text),
  "time without time zone": (text) => /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/.test(text),
};

/** Whether all texts that `comparable` lets through are values of the column's type, so that `=` and its index serve. */
export function isComparedAsItIs({ kind, type, values }: CatalogueColumn): boolean {
  return kind !== "other" || values !== undefined || ownTypes[type] !== undefined;
}

function rangeOf({ type }: Pick<CatalogueColumn, "type">): readonly [least: bigint, most: bigint] {
  return /unsigned|^bit\(/i.test(type) ? [0n, largestUnsigned] : [-largest - 1n, largest];
}

function time(value: Exclude<Parameter, null>, textOf: (known: EngineTime) => string): string | undefined {
  if (value instanceof EngineTime) return textOf(value);
  const text = textual(value).trim();
  if (engineOwn.test(text)) return text;
  return /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/.test(text)
    ? text.replace("T", " ")
    : undefined;
}

/** Times of PostgreSQL that no calendar of four digits has: lists are continued after them, too. */
const engineOwn =
  /^(?:-?infinity|\d{5,6}-\d\d-\d\d(?: [\d:.]+)?(?:Z|\+00)?|\d{4,6}-\d\d-\d\d(?: [\d:.]+)?(?:\+00)? BC)$/;

/** A number beyond all of the column's is the first beyond them: larger ones are beyond what engines calculate with. */
function withinReach(digits: string, { type }: CatalogueColumn): string {
  const [, precision, scale = "0"] = /\((\d+)(?:,\s*(\d+))?\)/.exec(type) ?? [];
  if (precision === undefined) return digits;
  const [, sign = "", whole = ""] = /^([+-]?)0*(\d*)/.exec(digits) ?? [];
  const most = Number(precision) - Number(scale);
  if (whole.length <= most) return digits;
  return sign + (most < 38 ? `1${"0".repeat(most)}` : "9".repeat(38));
}

/**
 * Every time of the column is later than one that its type does not have, and so than the first that it has. Types that
 * have no fractions of a second, or three digits of them, refuse more.
 */
function within(time: string | undefined, { earliest, type }: CatalogueColumn): string | undefined {
  if (time === undefined) return undefined;
  if (type === "DATE") return time.replace(/\.\d+$/, "");
  if (earliest === undefined) return time;
  return time < earliest ? earliest : time.replace(/(\.\d{3})\d+$/, "$1");
}

function textual(value: Exclude<Parameter, null>): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return "";
  return String(value instanceof EngineTime ? value.text : value);
}
