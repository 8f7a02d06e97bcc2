import { plainDecimal, storedDecimal } from "../backend/decimals.ts";
import { type EngineType, engineType } from "../backend/engine-types.ts";
import { inUtc, type Moment, momentOf, readMoment, shift, writeMoment } from "../backend/moments.ts";
import type { BoundValue } from "../backend/results.ts";
import type { Stored } from "../backend/stored-values.ts";

/** Oracle's numbers for types on the wire. */
export const ORACLE_TYPE = {
  varchar: 1,
  number: 2,
  binaryInteger: 3,
  long: 8,
  rowid: 11,
  date: 12,
  raw: 23,
  longRaw: 24,
  char: 96,
  binaryFloat: 100,
  binaryDouble: 101,
  clob: 112,
  blob: 113,
  timestamp: 180,
  timestampZone: 181,
  timestampLocalZone: 231,
  boolean: 252,
} as const;

const CHARSET_UTF8 = 873;
const CHARSET_UTF16 = 2000;
const EMPTY = Buffer.alloc(0);

/** How a column is described to the driver. */
export interface WireType {
  readonly number: number;
  readonly precision: number;
  readonly scale: number;
  readonly size: number;
  readonly charset: number;
  /** 1 the database's character set, 2 the national one, 0 no text. */
  readonly form: number;
}

export function wireType(type: EngineType): WireType {
  const text = (number: number, bytes: number): WireType => ({
    number,
    precision: 0,
    scale: 0,
    size: Math.min(bytes, 32_767),
    charset: type.national ? CHARSET_UTF16 : CHARSET_UTF8,
    form: type.national ? 2 : 1,
  });
  const plain = (number: number, size: number, scale = 0): WireType => ({
    number,
    precision: 0,
    scale,
    size,
    charset: 0,
    form: 0,
  });
  switch (type.kind) {
    case "decimal":
      return { ...plain(ORACLE_TYPE.number, 22, type.scale), precision: type.name === "FLOAT" ? 126 : type.precision };
    case "float":
      return type.length === 4 ? plain(ORACLE_TYPE.binaryFloat, 4) : plain(ORACLE_TYPE.binaryDouble, 8);
    case "char":
      return text(ORACLE_TYPE.char, type.length * (type.national ? 2 : 1));
    case "datetime":
      return type.name === "DATE" ? plain(ORACLE_TYPE.date, 7) : plain(ORACLE_TYPE.timestamp, 11, type.scale);
    case "zoned":
      return type.length === 11
        ? plain(ORACLE_TYPE.timestampLocalZone, 11, type.scale)
        : plain(ORACLE_TYPE.timestampZone, 13, type.scale);
    case "binary":
      return plain(ORACLE_TYPE.raw, type.length);
    case "blob":
      return plain(ORACLE_TYPE.blob, 4000);
    case "text":
      return type.name === "LONG" ? text(ORACLE_TYPE.long, 0) : { ...text(ORACLE_TYPE.clob, 4000) };
    default:
      return text(ORACLE_TYPE.varchar, type.length * (type.national ? 2 : 1));
  }
}

/** The bytes of a value in a row; empty for NULL. */
export function encodeValue(value: Stored, type: EngineType): Buffer {
  if (value === null || value === "") return EMPTY;
  switch (type.kind) {
    case "decimal":
      return encodeNumber(
        typeof value === "bigint" ? value.toString() : plainDecimal(Buffer.isBuffer(value) ? value.toString() : value),
      );
    case "float":
      return encodeFloat(Number(value), type.length);
    case "datetime":
      return encodeMoment(readMoment(String(value)) as Moment, type.name === "DATE" ? 7 : 11);
    case "zoned":
      return encodeZoned(String(value), type.length);
    case "binary":
    case "blob":
      return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
    default: {
      const text = typeof value === "number" ? plainDecimal(value) : String(value);
      return type.national ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text);
    }
  }
}

/** Base-100 digits with an excess-64 exponent; negative numbers are complemented so that bytes sort like numbers. */
function encodeNumber(plain: string): Buffer {
  const negative = plain.startsWith("-");
  const [whole = "", fraction = ""] = plain.replace("-", "").split(".");
  const digits =
    (whole.length % 2 === 1 ? `0${whole}` : whole) + (fraction.length % 2 === 1 ? `${fraction}0` : fraction);
  let pairs = (digits.match(/../g) ?? []).map(Number);
  let exponent = Math.ceil(whole.length / 2);
  while (pairs[0] === 0) {
    pairs = pairs.slice(1);
    exponent--;
  }
  while (pairs.at(-1) === 0) pairs = pairs.slice(0, -1);
  if (pairs.length === 0) return Buffer.from([0x80]);
  const kept = pairs.slice(0, 20);
  if (!negative) return Buffer.from([192 + exponent, ...kept.map((pair) => pair + 1)]);
  return Buffer.from([(192 + exponent) ^ 0xff, ...kept.map((pair) => 101 - pair), ...(kept.length < 20 ? [102] : [])]);
}

function decodeNumber(bytes: Buffer): string {
  const first = bytes[0] as number;
  if (bytes.length === 1) return "0";
  const positive = (first & 0x80) !== 0;
  const exponent = (positive ? first : first ^ 0xff) - 192;
  const body = bytes.subarray(1, !positive && bytes.at(-1) === 102 ? -1 : undefined);
  const digits = [...body].map((byte) => String(positive ? byte - 1 : 101 - byte).padStart(2, "0")).join("");
  const point = exponent * 2;
  const padded = point < 0 ? "0".repeat(-point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 0);
  return plainDecimal(`${positive ? "" : "-"}${padded.slice(0, at) || "0"}.${padded.slice(at) || "0"}`);
}

/** Years and centuries with 100 added, clock fields with 1; a fraction makes it eleven bytes. */
function encodeMoment(moment: Moment, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.set([Math.trunc(moment.year / 100) + 100, (moment.year % 100) + 100, moment.month, moment.day]);
  bytes.set([moment.hour + 1, moment.minute + 1, moment.second + 1], 4);
  if (size >= 11) bytes.writeUInt32BE(moment.nanosecond, 7);
  return bytes;
}

/** Stored as UTC and an offset; the wire carries UTC, with the offset behind it in 13 bytes. */
function encodeZoned(stored: string, size: number): Buffer {
  const moment = readMoment(stored) as Moment;
  const bytes = encodeMoment(inUtc(moment), size);
  if (size === 13) {
    bytes[11] = Math.trunc((moment.offset ?? 0) / 60) + 20;
    bytes[12] = ((moment.offset ?? 0) % 60) + 60;
  }
  return bytes;
}

/** IEEE 754, with the bits turned so that bytes sort like numbers. */
function encodeFloat(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size === 4 ? 4 : 8);
  if (size === 4) bytes.writeFloatBE(value);
  else bytes.writeDoubleBE(value);
  if (((bytes[0] as number) & 0x80) === 0) bytes[0] = (bytes[0] as number) | 0x80;
  else for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
  return bytes;
}

function decodeFloat(source: Buffer): number {
  const bytes = Buffer.from(source);
  if ((bytes[0] as number) & 0x80) bytes[0] = (bytes[0] as number) & 0x7f;
  else for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
  return bytes.length === 4 ? bytes.readFloatBE() : bytes.readDoubleBE();
}

/**
 * A bind as a statement sees it.
 * @param timeZone minutes east of UTC of the session: what TIMESTAMP WITH (LOCAL) TIME ZONE becomes beside a DATE
 */
export function decodeBind(number: number, form: number, bytes: Buffer | null, timeZone: number): BoundValue {
  if (bytes === null) return { value: null, type: undefined };
  switch (number) {
    case ORACLE_TYPE.number:
    case ORACLE_TYPE.binaryInteger:
      return { value: storedDecimal(decodeNumber(bytes)), type: engineType("oracle", "NUMBER") };
    case ORACLE_TYPE.binaryFloat:
    case ORACLE_TYPE.binaryDouble:
      return { value: decodeFloat(bytes), type: engineType("oracle", "BINARY_DOUBLE") };
    case ORACLE_TYPE.boolean:
      return { value: bytes[0] === 1 ? 1n : 0n, type: engineType("oracle", "NUMBER") };
    case ORACLE_TYPE.raw:
    case ORACLE_TYPE.longRaw:
      return { value: bytes, type: engineType("oracle", "RAW(2000)") };
    case ORACLE_TYPE.date:
    case ORACLE_TYPE.timestamp:
    case ORACLE_TYPE.timestampZone:
    case ORACLE_TYPE.timestampLocalZone: {
      const moment = decodeMoment(bytes);
      const zoned = number === ORACLE_TYPE.timestampZone || number === ORACLE_TYPE.timestampLocalZone;
      return { value: writeMoment(zoned ? shift(moment, timeZone) : moment), type: engineType("oracle", "TIMESTAMP") };
    }
    default: {
      const value = form === 2 ? Buffer.from(bytes).swap16().toString("utf16le") : bytes.toString();
      return { value, type: engineType("oracle", number === ORACLE_TYPE.char ? "CHAR(2000)" : "VARCHAR2(4000)") };
    }
  }
}

function decodeMoment(bytes: Buffer): Moment {
  const [century = 100, year = 100, month = 1, day = 1, hour = 1, minute = 1, second = 1] = bytes;
  return {
    ...momentOf(new Date(0)),
    year: (century - 100) * 100 + year - 100,
    month,
    day,
    hour: hour - 1,
    minute: minute - 1,
    second: second - 1,
    nanosecond: bytes.length >= 11 ? bytes.readUInt32BE(7) : 0,
  };
}
