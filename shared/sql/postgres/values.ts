import type { CustomTypesConfig } from "pg";
import { plainDecimal } from "../plain-decimal.ts";
import type { RawValue } from "../raw.ts";

/**
 * Values as PostgreSQL writes them in text, numbers and bytes apart: dates and times keep the day and the clock that
 * they have in the database, and no digit of a decimal is lost.
 */
export const textTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number) => parsers.get(oid) ?? asWritten) as CustomTypesConfig["getTypeParser"],
};

const asWritten = (text: string): RawValue => text;

/** By the object ids of pg_type, which are the same in every PostgreSQL. */
const parsers = new Map<number, (text: string) => RawValue>([
  [16, (text) => (text === "t" ? 1 : 0)],
  [17, (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"))],
  [20, wholeNumber],
  [21, Number],
  [23, Number],
  [26, Number],
  [700, Number],
  [701, Number],
  [1700, plainDecimal],
  // Sessions run in UTC.
  [1184, (text) => text.replace(/\+00(?::00)?$/, "Z")],
]);

function wholeNumber(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
