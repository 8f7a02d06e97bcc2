import { DATE, engineDate } from "./date.ts";
import { type Format, unreadable } from "./format.ts";
import { compactDate } from "./yyyymmdd.ts";

/**
 * The end of what has no end. Filters, validity and retention compare with the engine's own dates; a column of numbers
 * that is compared is YYYYMMDD with `missing: ["99991231"]`.
 */
export const OPEN_END_DATE: Format = {
  ...DATE,
  description: "Like DATE or YYYYMMDD; the year 9999 (31-DEC-9999, 99991231) means `no end` and is null.",
  read(raw, context) {
    const compact = typeof raw === "number" || typeof raw === "bigint" || /^\s*\d{8}\s*$/.test(String(raw));
    const date = compact ? compactDate(raw) : engineDate(raw, context);
    return date !== unreadable && date?.startsWith("9999-") ? null : date;
  },
};
