import { EngineTime } from "../raw.ts";

/**
 * Local times of a zone and instants, daylight saving included.
 *
 * A local time that occurs twice (clocks go back) is its first occurrence; one that does not occur (clocks go forward)
 * is read with the offset before the change, as `java.time` and PostgreSQL do.
 */

/** RFC 3339 with offset of a local time given as milliseconds, as if it were UTC. */
export function localToRfc3339(local: number, timeZone: string, fraction = ""): string {
  const offset = offsetOfLocal(local, timeZone);
  return rfc3339(local, offset, fraction);
}

/** What RFC 3339 writes behind a local time, given as milliseconds as if it were UTC: `+02:00`, or `Z`. */
export function offsetSuffix(local: number, timeZone: string): string {
  return suffixOf(offsetOfLocal(local, timeZone));
}

/** RFC 3339 with the zone's offset of an instant in milliseconds. */
export function instantToRfc3339(instant: number, timeZone: string, fraction = ""): string {
  const offset = offsetAt(instant, timeZone);
  const local = instant + offset * 60_000;
  // The last hours of 9999 are in another year east of Greenwich, which RFC 3339 has not.
  return local < first || local > last ? rfc3339(instant, 0, fraction) : rfc3339(local, offset, fraction);
}

/** `YYYY-MM-DD HH:MM:SS` on the zone's clocks at an instant in milliseconds; the years 1 to 9999 have no others. */
export function localClock(instant: number, timeZone: string): string {
  const local = instant + offsetAt(instant, timeZone) * 60_000;
  return new Date(Math.max(first, Math.min(local, last))).toISOString().slice(0, 19).replace("T", " ");
}

const [first, last] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];

/** A local time, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, to be compared with an engine's own dates and times. */
export function engineTime(text: string, timeZone: string): EngineTime {
  const local = Date.parse(`${text.slice(0, 10)}T${text.slice(11) || "00:00:00"}Z`);
  return new EngineTime(text, localClock(local - offsetOfLocal(local, timeZone) * 60_000, "UTC"));
}

/** An instant in milliseconds, with the digits of its second (`.25`), to be compared with an engine's own times. */
export function engineInstant(instant: number, timeZone: string, fraction = ""): EngineTime {
  return new EngineTime(localClock(instant, timeZone) + fraction, localClock(instant, "UTC") + fraction);
}

/** Today's date in the zone. */
export function todayIn(timeZone: string, now: number = Date.now()): string {
  const slot = Math.floor(now / quarterHour);
  let today = todays.get(timeZone);
  if (today?.slot !== slot) {
    today = { slot, date: localClock(now, timeZone).slice(0, 10) };
    todays.set(timeZone, today);
  }
  return today.date;
}

/** Days begin at quarter hours, as offsets are whole ones of them. */
const todays = new Map<string, { readonly slot: number; readonly date: string }>();

function rfc3339(local: number, offset: number, fraction: string): string {
  const clock = new Date(local).toISOString().slice(0, 19) + fraction;
  return clock + suffixOf(offset);
}

function suffixOf(offset: number): string {
  return offset === 0 ? "Z" : offsetText(offset);
}

/** `+02:00` for 120; kept, because there are few. */
function offsetText(offset: number): string {
  let text = offsetTexts.get(offset);
  if (text === undefined) {
    const minutes = Math.abs(offset);
    const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((value) => String(value).padStart(2, "0"));
    text = `${offset < 0 ? "-" : "+"}${hour}:${minute}`;
    offsetTexts.set(offset, text);
  }
  return text;
}

const offsetTexts = new Map<number, string>();

function offsetOfLocal(local: number, timeZone: string): number {
  const before = offsetAt(local - 86_400_000, timeZone);
  const after = offsetAt(local + 86_400_000, timeZone);
  if (before === after) return before;
  if (offsetAt(local - before * 60_000, timeZone) === before) return before;
  if (offsetAt(local - after * 60_000, timeZone) === after) return after;
  return before;
}

/** Offsets change at most at quarter hours; Intl costs 5 µs, so they are kept by quarter hour. */
const quarterHour = 900_000;
const mostKept = 50_000;
const kept = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<number, number> }>();

/** Minutes east of Greenwich at an instant. */
function offsetAt(instant: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  let zone = kept.get(timeZone);
  if (!zone) {
    zone = { format: clockOf(timeZone), offsets: new Map() };
    kept.set(timeZone, zone);
  }
  const slot = Math.floor(instant / quarterHour);
  let offset = zone.offsets.get(slot);
  if (offset === undefined) {
    if (zone.offsets.size >= mostKept) zone.offsets.clear();
    offset = computeOffset(slot * quarterHour, zone.format);
    zone.offsets.set(slot, offset);
  }
  return offset;
}

function computeOffset(instant: number, format: Intl.DateTimeFormat): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - instant) / 60_000);
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}
