import type { RawValue } from "../raw.ts";
import { isoDate, parseIsoDate } from "./calendar.ts";
import { type Format, unreadable } from "./format.ts";
import { wholeNumber } from "./text.ts";

/** 20240229, as a number or as text. 0 and blank mean that nobody knows; other placeholders are the mapping's `missing`. */
export const YYYYMMDD: Format = {
  description: "Eight digits, number or text; 0 and blank are null.",
  produces: ["Date"],
  ordered: true,
  none: [0, "00000000"],
  read: (raw) => compactDate(raw),
  write(value) {
    const date = parseIsoDate(String(value));
    return date ? [Number(date.replaceAll("-", ""))] : unreadable;
  },
};

export function compactDate(raw: Exclude<RawValue, null>): string | null | typeof unreadable {
  if (typeof raw === "string" && raw.trim() === "") return null;
  const number = wholeNumber(raw);
  if (number === undefined) return unreadable;
  const digits = Number(number);
  if (digits === 0) return null;
  return isoDate(Math.floor(digits / 10_000), Math.floor(digits / 100) % 100, digits % 100) ?? unreadable;
}
