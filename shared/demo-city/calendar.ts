/** A day, counted from 1970-01-01: what the demo city calculates with. */
export type Day = number;

export interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const daysInYear = 365.25;

/** The day of a calendar date; months beyond 12 and days beyond the month's end roll over. */
export function dayOf(year: number, month: number, day: number): Day {
  return Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
}

/** Reads `YYYY-MM-DD`. */
export function parseDay(text: string): Day {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : Number.NaN;
  if (Number.isNaN(day) || isoDay(day) !== text) {
    throw new RangeError(`Expected a date like 2026-01-31, but got: ${text}`);
  }
  return day;
}

/** Calendar date of a day, by the algorithm of Howard Hinnant ("chrono-compatible low-level date algorithms"). */
export function partsOf(day: Day): DayParts {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** `1984-03-07` */
export function isoDay(day: Day): string {
  const { year, month, day: dayOfMonth } = partsOf(day);
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

/** `19840307`, as a number. */
export function compactDay(day: Day): number {
  const { year, month, day: dayOfMonth } = partsOf(day);
  return year * 10_000 + month * 100 + dayOfMonth;
}

/** `840307`: two-digit year first. */
export function shortDay(day: Day): string {
  return String(compactDay(day) % 1_000_000).padStart(6, "0");
}

/** `1984-03-07 14:05:00`: a date with time, as SQL databases print it. */
export function sqlDateTime(day: Day, secondOfDay = 0): string {
  const hours = Math.floor(secondOfDay / 3600);
  const minutes = Math.floor((secondOfDay % 3600) / 60);
  return `${isoDay(day)} ${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(secondOfDay % 60)}`;
}

export function epochSeconds(day: Day, secondOfDay = 0): number {
  return day * 86_400 + secondOfDay;
}
