import { isPlaceholderDate } from "./placeholders.ts";

/** The parts of a date that are known, zero-padded; `full` is `YYYYMMDD` and present only when all three are. */
export interface KnownDate {
  readonly full?: string;
  readonly year: string;
  readonly month?: string;
  readonly day?: string;
}

/** Reads `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (separators optional); anything else, and placeholders, are unknown. */
export function knownDate(value: string | undefined): KnownDate | undefined {
  const found = /^(\d{4})(?:[-/.]?(\d{2})(?:[-/.]?(\d{2}))?)?(?:T.*)?$/.exec(value?.trim() ?? "");
  const year = found?.[1];
  if (year === undefined || isPlaceholderDate([year, found?.[2], found?.[3]].filter(Boolean).join("-")))
    return undefined;
  const month = between(found?.[2], 12);
  const day = between(found?.[3], 31);
  if (month === undefined) return { year };
  return day === undefined ? { year, month } : { full: year + month + day, year, month, day };
}

function between(part: string | undefined, greatest: number): string | undefined {
  return part !== undefined && Number(part) >= 1 && Number(part) <= greatest ? part : undefined;
}
