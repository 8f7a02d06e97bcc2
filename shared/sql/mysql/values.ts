import type { FieldPacket, TypedParameter, TypedParameterValue } from "mysql2";
import { plainDecimal } from "../plain-decimal.ts";
import { EngineTime, type Parameter, type RawValue } from "../raw.ts";

/**
 * Makes of a parameter what the driver sends. Numbers go as doubles, which hold every whole number up to 2^53 and are
 * four times as fast to bind by thousands; larger ones are bigints here, and go as such.
 */
export type Binder = (value: Parameter) => string | number | Buffer | null | TypedParameterValue;

export function binderOf({ BIGINT }: TypedParameter): Binder {
  return (value) => {
    if (value === null || typeof value === "string" || typeof value === "number") return value;
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "bigint") return value > 2n ** 63n - 1n ? BIGINT.unsigned(value) : BIGINT(value);
    if (value instanceof EngineTime) return value.text;
    if (value instanceof Date) return value.toISOString().slice(0, 23).replace("T", " ");
    return Buffer.from(value);
  };
}

type Read = (value: unknown) => RawValue;

/** By the type codes of the protocol. */
const readers: Readonly<Record<number, (field: FieldPacket) => Read | undefined>> = {
  4: () => shortest,
  // Sessions run in UTC.
  7: () => (value) => `${String(value)}Z`,
  8: () => wholeNumber,
  16: () => (bits) => wholeNumber(BigInt(`0x${Buffer.from(bits as Uint8Array).toString("hex")}`)),
  246: ({ flags }) => {
    if ((Number(flags) & zeroFilled) === 0) return (value) => plainDecimal(String(value));
    return (value) => plainDecimal(String(value).replace(/^0+(?=\d)/, ""));
  },
  254: padded,
};

const zeroFilled = 64;
const enumeration = 256;
const set = 2048;
const binaryCharset = 63;
/** Bytes that utf8mb4, in which all text is sent, takes for a character at most. */
const bytesOfCharacter = 4;

/** The columns whose values are converted, with their places. */
export function readersOf(fields: readonly FieldPacket[]): readonly (readonly [index: number, read: Read])[] {
  return fields.flatMap((field, index) => {
    const read = readers[field.columnType ?? -1]?.(field);
    return read ? [[index, read] as const] : [];
  });
}

/** MySQL takes the blanks off CHAR values, which every other engine hands over. */
function padded({ characterSet, columnLength = 0, flags }: FieldPacket): Read | undefined {
  if (characterSet === binaryCharset || (Number(flags) & (enumeration | set)) !== 0) return undefined;
  const length = columnLength / bytesOfCharacter;
  return (value) => {
    const text = String(value);
    const missing = length - (beyondTwoBytes.test(text) ? [...text].length : text.length);
    return missing > 0 ? text + " ".repeat(missing) : text;
  };
}

/** Characters that are two to JavaScript and one to the database. */
const beyondTwoBytes = /[\ud800-\udbff]/;

/** The driver hands a number over where it is exact. */
function wholeNumber(value: unknown): RawValue {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value as string);
}

/** The fewest digits that make the same single-precision number: 1.1, where the driver has 1.10000002384185791. */
function shortest(value: unknown): RawValue {
  const single = Number(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}
