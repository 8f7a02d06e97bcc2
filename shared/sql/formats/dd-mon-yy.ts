import { dateOfTwoDigitYear, isoDate } from "./calendar.ts";
import { type Format, unreadable } from "./format.ts";
import { trimmedText } from "./text.ts";

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Oracle's old display form kept as text: `04-MAR-87`; four-digit years are taken as they stand. Not ordered. */
export const DD_MON_YY: Format = {
  description: "`04-MAR-87`; its two-digit year is the latest that lies at most ten years ahead of today.",
  produces: ["Date"],
  read(raw, context) {
    const text = trimmedText(raw, context);
    if (text === "") return null;
    const parts = /^(\d{1,2})[-/ .]([A-Za-z]{3})[-/ .](\d{2}|\d{4})$/.exec(text);
    const month = months.indexOf(parts?.[2]?.toUpperCase() ?? "") + 1;
    if (!parts || month === 0) return unreadable;
    const [day, year] = [Number(parts[1]), Number(parts[3])];
    const date = parts[3]?.length === 4 ? isoDate(year, month, day) : dateOfTwoDigitYear(year, month, day, context);
    return date ?? unreadable;
  },
};
