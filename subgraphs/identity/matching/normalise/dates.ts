import { isPlaceholderDate } from "./placeholders.ts";

/** The parts of a date that are known, zero-padded; `full` is `YYYYMMDD` and present only when all three are. */
export interface KnownDate {
  readonly full?: string;
  readonly year: string;
  readonly month?: string;
  readonly day?: string;
}

/** The digits of a date's parts as they are written, whether or not there is such a day. */
export interface WrittenDate {
  readonly year: string;
  readonly month?: string | undefined;
  readonly day?: string | undefined;
}

/** Reads `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (separators optional), and no more of a time behind it. */
export function writtenDate(value: string): WrittenDate | undefined {
  const [, year, month, day] = /^(\d{4})(?:[-/.]?(\d{2})(?:[-/.]?(\d{2}))?)?(?:T.*)?$/.exec(value.trim()) ?? [];
  return year === undefined ? undefined : { year, month, day };
}

/** Reads `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (separators optional); anything else, and placeholders, are unknown. */
export function knownDate(value: string | undefined): KnownDate | undefined {
  const written = writtenDate(value ?? "");
  if (written === undefined) return undefined;
  const { year } = written;
  if (isPlaceholderDate([year, written.month, written.day].filter(Boolean).join("-"))) return undefined;
  const month = between(written.month, 12);
  const day = between(written.day, 31);
  if (month === undefined) return { year };
  return day === undefined ? { year, month } : { full: year + month + day, year, month, day };
}

function between(part: string | undefined, greatest: number): string | undefined {
  return part !== undefined && Number(part) >= 1 && Number(part) <= greatest ? part : undefined;
}
