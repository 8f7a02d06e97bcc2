import { dateOfTwoDigitYear, isoDate } from "./calendar.ts";
import { type Format, type FormatContext, unreadable } from "./format.ts";
import { trimmedText } from "./text.ts";

/** `04.03.1987`, `4/3/87` or `04-03-1987`, the day first; all zeros are null. Not ordered. */
export const DD_MM_YYYY: Format = {
  description:
    "`04.03.1987` or `4/3/87`, the day first; two-digit years like those of YYMMDD, zeros and blank are null.",
  produces: ["Date"],
  read: (raw, context) => numericDate(trimmedText(raw, context), ["day", "month"], context),
};

/** `03/04/1987`, the month first, as in the United States. Not ordered. */
export const MM_DD_YYYY: Format = {
  description: "`03/04/1987` or `3/4/87`, the month first; otherwise like DD_MM_YYYY.",
  produces: ["Date"],
  read: (raw, context) => numericDate(trimmedText(raw, context), ["month", "day"], context),
};

function numericDate(text: string, order: readonly ("day" | "month")[], context: FormatContext) {
  const parts = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: 0?0:00(?::00)?)?$/.exec(text);
  if (!parts) return text === "" ? null : unreadable;
  const numbers = [Number(parts[1]), Number(parts[3])];
  const [day = 0, month = 0] = order[0] === "day" ? numbers : numbers.reverse();
  const year = Number(parts[4]);
  if (day + month + year === 0) return null;
  const date = parts[4]?.length === 4 ? isoDate(year, month, day) : dateOfTwoDigitYear(year, month, day, context);
  return date ?? unreadable;
}
