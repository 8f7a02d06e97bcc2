/**
 * Dates and times are kept in SQLite as the shortest ISO text that says them: `2024-02-29`, `2024-02-29 08:30:00`,
 * `2024-02-29 08:30:00.5`. Midnight and trailing zeros are left out, so that text order is time order and equal moments
 * are equal texts whichever type they came from. A moment with an offset is kept in UTC; the offset hides in the number
 * of blanks behind it, because comparisons that ignore trailing blanks then compare instants, as the engines do.
 */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Minutes east of UTC, at which the fields above were read; undefined for a wall clock. */
  readonly offset: number | undefined;
}

const PATTERN = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/;
const OFFSET_STEP = 15;
const UTC_BLANKS = 61;
const HIDDEN_OFFSET = / {5,}$/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

/** Reads ISO text (and the compact `YYYYMMDD`), or undefined when it is no real date. */
export function readMoment(text: string): Moment | undefined {
  const hidden = text.endsWith(" ") ? HIDDEN_OFFSET.exec(text)?.[0].length : undefined;
  if (hidden !== undefined) {
    const utc = readMoment(text.trimEnd());
    const offset = (hidden - UTC_BLANKS) * OFFSET_STEP;
    return utc && { ...shift(utc, offset), offset };
  }
  const clock = CLOCK.exec(text.trim());
  const match = clock ? ["", "1900", "01", "01", ...clock.slice(1), undefined] : PATTERN.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const moment: Moment = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    nanosecond: Number((fraction ?? "").padEnd(9, "0")),
    offset: zone === undefined ? undefined : zone === "Z" ? 0 : readOffset(zone),
  };
  const day0 = new Date(Date.UTC(2000, moment.month - 1, moment.day));
  day0.setUTCFullYear(moment.year, moment.month - 1, moment.day);
  const real = day0.getUTCMonth() === moment.month - 1 && day0.getUTCDate() === moment.day;
  return real && moment.hour < 24 && moment.minute < 60 && moment.second < 60 ? moment : undefined;
}

/** The form that is kept. */
export function writeMoment(moment: Moment): string {
  if (moment.offset === undefined) return wallClock(moment);
  return wallClock(inUtc(moment)) + " ".repeat(moment.offset / OFFSET_STEP + UTC_BLANKS);
}

/** The same instant on the clock of UTC. */
export function inUtc(moment: Moment): Moment {
  return { ...shift(moment, -(moment.offset ?? 0)), offset: 0 };
}

/** `moment`, `minutes` later, on the calendar. */
export function shift(moment: Moment, minutes: number): Moment {
  const date = new Date(0);
  date.setUTCFullYear(moment.year, moment.month - 1, moment.day);
  date.setUTCHours(moment.hour, moment.minute + minutes, moment.second);
  return { ...moment, ...fieldsOf(date) };
}

/** The wall clock that `date` shows in UTC. */
export function momentOf(date: Date): Moment {
  return { ...fieldsOf(date), nanosecond: date.getUTCMilliseconds() * 1_000_000, offset: undefined };
}

/** `HH:MM:SS[.f]` with exactly `digits` digits of fraction. */
export function clockText(moment: Moment, digits: number): string {
  const clock = `${pad(moment.hour)}:${pad(moment.minute)}:${pad(moment.second)}`;
  return digits > 0 ? `${clock}.${pad(moment.nanosecond, 9).slice(0, digits)}` : clock;
}

/** `YYYY-MM-DD`. */
export function dayText(moment: Moment): string {
  return `${pad(moment.year, 4)}-${pad(moment.month)}-${pad(moment.day)}`;
}

/** `+02:00`. */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
}

/** Days since 0001-01-01 in the proleptic Gregorian calendar. */
export function dayNumber(moment: Moment): number {
  const date = new Date(0);
  date.setUTCFullYear(moment.year, moment.month - 1, moment.day);
  return Math.round(date.getTime() / 86_400_000) + 719_162;
}

/** The day with that number, at midnight. */
export function momentOfDay(days: number): Moment {
  return momentOf(new Date((days - 719_162) * 86_400_000));
}

export function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

function wallClock(moment: Moment): string {
  const clock = clockText(moment, 9).replace(/\.?0+$/, "");
  const midnight = moment.hour === 0 && moment.minute === 0 && moment.second === 0 && moment.nanosecond === 0;
  return midnight ? dayText(moment) : `${dayText(moment)} ${clock}`;
}

function fieldsOf(date: Date): Omit<Moment, "nanosecond" | "offset"> {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

function readOffset(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}
