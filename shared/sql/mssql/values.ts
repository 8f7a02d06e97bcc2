import type { Request, TYPES as Types } from "tedious";
import { EngineTime, type Parameter, type RawValue } from "../raw.ts";
import { shortestSingle } from "../single-precision.ts";

type Sent = Parameters<Request["addParameter"]>;

/** What the driver sends a parameter as. */
export type Binder = (value: Parameter) => readonly [type: Sent[1], value: unknown, options: NonNullable<Sent[3]>];

/** What the driver says of a column. */
export interface ColumnFacts {
  readonly type: { readonly name: string };
  readonly dataLength?: number | undefined;
}

const largestInt = 2 ** 31;
/** One length for all: every other is another text to the server, which keeps a plan for each. */
const narrow = { length: 8000 };
const wide = { length: 4000 };

/**
 * Text of ASCII goes as VARCHAR, which costs an index of neither kind of column; as NVARCHAR it would have the server
 * convert, and so read, every VARCHAR of the table. Other text goes as NVARCHAR, for no code page holds it all.
 */
export function binderOf({ BigInt: Long, Bit, Float, Int, NVarChar, VarBinary, VarChar }: typeof Types): Binder {
  const text = (value: string) =>
    isAscii(value)
      ? ([VarChar, value, value.length > narrow.length ? { length: Number.POSITIVE_INFINITY } : narrow] as const)
      : ([NVarChar, value, value.length > wide.length ? { length: Number.POSITIVE_INFINITY } : wide] as const);
  return (value) => {
    if (value === null) return [VarChar, null, narrow];
    if (typeof value === "string") return text(value);
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value)) return [Float, value, {}];
      return Math.abs(value) < largestInt ? [Int, value, {}] : [Long, String(value), {}];
    }
    if (typeof value === "bigint") return [Long, String(value), {}];
    if (typeof value === "boolean") return [Bit, value, {}];
    if (value instanceof EngineTime) return text(value.text);
    if (value instanceof Date) return text(value.toISOString().slice(0, 23).replace("T", " "));
    return [VarBinary, Buffer.from(value), { length: 8000 }];
  };
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
  return /^[\u0000-\u007f]*$/.test(text);
}

/** Makes a raw value of what the driver hands over, which is never null. */
export type Reader = (value: unknown) => RawValue;

/** By the driver's name of the type. Dates and times keep the day and the clock that they have in the database. */
export function readerOf({ type, dataLength }: ColumnFacts): Reader {
  const single = type.name === "Real" || (type.name === "FloatN" && dataLength === 4);
  return single ? (value) => shortestSingle(value as number) : (readers[type.name] ?? asGiven);
}

const asGiven: Reader = (value) => value as RawValue;

const wholeNumber: Reader = (value) => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value as string);
};

const localTime: Reader = (value) => `${clock(value)}${fraction(value)}`;

const readers: Readonly<Record<string, Reader>> = {
  Bit: (value) => (value === true ? 1 : 0),
  BitN: (value) => (value === true ? 1 : 0),
  BigInt: wholeNumber,
  IntN: (value) => (typeof value === "string" ? wholeNumber(value) : (value as number)),
  Date: (value) => clock(value).slice(0, 10),
  DateTime: localTime,
  DateTimeN: localTime,
  DateTime2: localTime,
  SmallDateTime: localTime,
  DateTimeOffset: (value) => `${clock(value)}${fraction(value)}Z`,
  Time: (value) => `${clock(value).slice(11)}${fraction(value)}`,
};

/** The driver's dates have their clock in UTC. */
function clock(value: unknown): string {
  return (value as Date).toISOString().slice(0, 19).replace("T", " ");
}

/** What is finer than a millisecond is beside the date, in seconds. */
function fraction(value: unknown): string {
  const { nanosecondsDelta = 0 } = value as { nanosecondsDelta?: number };
  const finer = Math.round(nanosecondsDelta * 1e7);
  const digits = String((value as Date).getUTCMilliseconds() * 10_000 + finer).padStart(7, "0");
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? "" : `.${significant}`;
}
