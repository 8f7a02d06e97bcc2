/** `YYYY-MM-DD`, or undefined where the calendar has no such day. */
export function isoDate(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || year < 1 || year > 9999) return undefined;
  return `${year < 1000 ? String(year).padStart(4, "0") : year}-${month < 10 ? "0" : ""}${month}-${day < 10 ? "0" : ""}${day}`;
}

/** The day after, e.g. `2024-02-29` for `2024-02-28`; undefined after the last that there is, 9999-12-31. */
export function nextDay(date: string): string | undefined {
  return date === "9999-12-31" ? undefined : addDays(date, 1);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** `date` less an ISO 8601 period of years, months, weeks and days (`P7Y`, `P1Y6M`); the day is kept within its month. */
export function before(date: string, period: string): string {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(period);
  const [years = 0, months = 0, weeks = 0, days = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const count = year * 12 + month - 1 - years * 12 - months;
  const [toYear, toMonth] = [Math.floor(count / 12), (count % 12) + 1];
  const start = isoDate(toYear, toMonth, Math.min(day, daysOf(toYear, toMonth))) ?? "0001-01-01";
  return addDays(start, -(weeks * 7 + days));
}

/** The date if `text` is one of the calendar, written `YYYY-MM-DD`. */
export function parseIsoDate(text: string): string | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return parts ? isoDate(Number(parts[1]), Number(parts[2]), Number(parts[3])) : undefined;
}

/**
 * The full year of a two-digit one: the latest that makes the date lie at most `yearsAhead` years after today.
 * On 2026-05-01 with 10 years, `36-05-01` is 2036 and `36-05-02` is 1936.
 */
export function dateOfTwoDigitYear(
  year: number,
  month: number,
  day: number,
  { today, yearsAhead = 10 }: { readonly today: string; readonly yearsAhead?: number },
): string | undefined {
  const limit = `${String(Number(today.slice(0, 4)) + yearsAhead).padStart(4, "0")}${today.slice(4)}`;
  const century = Math.floor(Number(limit.slice(0, 4)) / 100) * 100;
  for (const full of [century + year, century - 100 + year]) {
    const date = isoDate(full, month, day);
    if (date && date <= limit) return date;
  }
  return undefined;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
