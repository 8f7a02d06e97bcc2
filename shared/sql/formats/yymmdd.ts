import { dateOfTwoDigitYear } from "./calendar.ts";
import { type Format, unreadable } from "./format.ts";
import { wholeNumber } from "./text.ts";

/** 870304 is 1987-03-04. Numbers lose leading zeros: 50304 is 2005-03-04. Not ordered: 99 is before 00. */
export const YYMMDD: Format = {
  description: "Six digits. The two-digit year is the latest that lies at most ten years ahead of today.",
  produces: ["Date"],
  none: [0, "000000"],
  read(raw, context) {
    if (typeof raw === "string" && raw.trim() === "") return null;
    const number = wholeNumber(raw);
    if (number === undefined || number < 0 || number > 999_999) return unreadable;
    const digits = Number(number);
    if (digits === 0) return null;
    const [year, month, day] = [Math.floor(digits / 10_000), Math.floor(digits / 100) % 100, digits % 100];
    return dateOfTwoDigitYear(year, month, day, context) ?? unreadable;
  },
  write: (value) => [String(value).replaceAll("-", "").slice(2)],
};
