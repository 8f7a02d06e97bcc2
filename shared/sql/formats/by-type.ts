import type { RawValue } from "../raw.ts";
import { isoDate } from "./calendar.ts";
import { DATE } from "./date.ts";
import { type Format, type ScalarName, unreadable } from "./format.ts";
import { decodedText, trimmedText } from "./text.ts";
import { engineInstant, instantToRfc3339, offsetSuffix } from "./time-zone.ts";
import { YES_NO } from "./yes-no.ts";

/** An empty text is null, because to Oracle it is one: every engine must answer alike. */
const text: Format = {
  description: "The column's text.",
  produces: ["String"],
  ordered: true,
  read: (raw, context) => decodedText(raw, context) || null,
  write: (value) => [String(value)],
};

const id: Format = {
  description: "The column's value as text.",
  produces: ["ID"],
  read: (raw, context) => trimmedText(raw, context) || null,
  write: (value) => [String(value)],
};

const integer: Format = {
  description: "A whole number of 32 bits.",
  produces: ["Int"],
  ordered: true,
  read(raw) {
    const number = numberOf(raw);
    if (number === null) return null;
    return Number.isInteger(number) && Math.abs(number) < 2 ** 31 ? number : unreadable;
  },
  write: (value) => [Number(value)],
};

const float: Format = {
  description: "A number.",
  produces: ["Float"],
  ordered: true,
  read(raw) {
    const number = numberOf(raw);
    return number === null || Number.isFinite(number) ? number : unreadable;
  },
  write: (value) => [Number(value)],
};

const decimalText = /^-?\d+(?:\.\d+)?$/;

const decimal: Format = {
  description: "A number, kept digit by digit.",
  produces: ["Decimal"],
  ordered: true,
  read(raw) {
    const digits = typeof raw === "string" ? raw.trim() : String(raw);
    if (digits === "") return null;
    if (decimalText.test(digits)) return digits;
    const number = typeof raw === "number" && Number.isFinite(raw) ? raw.toFixed(20).replace(/\.?0+$/, "") : "";
    return decimalText.test(number) ? number : unreadable;
  },
  write: (value) => (decimalText.test(String(value)) ? [String(value)] : unreadable),
};

const timestamp = /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?\s*$/;

/** Text without an offset is the local time of the source's zone. */
const dateTime: Format = {
  description: "The engine's own timestamp, or ISO 8601 text.",
  produces: ["DateTime"],
  ordered: true,
  read(raw, { timeZone }) {
    if (raw instanceof Date) return instantToRfc3339(raw.getTime(), timeZone);
    if (typeof raw !== "string") return unreadable;
    const parts = timestamp.exec(raw);
    if (!parts) return raw.trim() === "" ? null : unreadable;
    const [, year, month, day, hour = "00", minute = "00", second = "00", digits = "", offset] = parts;
    // Engines write as many digits as the column has, or as the value needs.
    const fraction = digits === "" ? "" : digits.replace(/\.?0+$/, "");
    // Date.UTC carries 31 April over to 1 May, and takes the year 99 for 1999.
    const date = isoDate(Number(year), Number(month), Number(day));
    if (Number(year) < 100 || date === undefined) return unreadable;
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return unreadable;
    const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
    if (offset) return instantToRfc3339(local - offsetMinutes(offset) * 60_000, timeZone, fraction);
    return `${date}T${hour}:${minute}:${second}${fraction}${offsetSuffix(local, timeZone)}`;
  },
  write(value, { timeZone }) {
    const instant = Date.parse(String(value));
    // Engines keep microseconds and more: a time is found by the text that it was shown as.
    const fraction = /:\d\d(\.\d{1,7})/.exec(String(value))?.[1]?.replace(/\.?0+$/, "");
    return Number.isNaN(instant) ? unreadable : [engineInstant(instant, timeZone, fraction)];
  },
};

/** How a column without a format is read, by the type of its field. */
export const formatOfType: Readonly<Record<ScalarName, Format>> = {
  String: text,
  ID: id,
  Int: integer,
  Float: float,
  Boolean: { ...YES_NO, description: "A boolean, or a flag." },
  Date: DATE,
  DateTime: dateTime,
  Decimal: decimal,
};

function numberOf(raw: Exclude<RawValue, null>): number | null {
  if (typeof raw === "number") return raw;
  if (typeof raw === "bigint") return Number(raw);
  if (typeof raw !== "string") return Number.NaN;
  const digits = raw.trim();
  if (digits === "") return null;
  return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(digits) ? Number(digits) : Number.NaN;
}

function offsetMinutes(offset: string): number {
  if (offset === "Z") return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith("-") ? -minutes : minutes;
}
