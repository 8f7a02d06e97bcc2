import type { RawValue } from "../raw.ts";
import { isoDate, nextDay, parseIsoDate } from "./calendar.ts";
import { type Format, type FormatContext, unreadable } from "./format.ts";
import { engineTime, localClock } from "./time-zone.ts";

/** What a Date field is read by without a format. Drivers hand dates over as local midnights or as ISO 8601 text. */
export const DATE: Format = {
  description: "The engine's own date or timestamp, or ISO 8601 text.",
  produces: ["Date"],
  ordered: true,
  read: (raw, context) => engineDate(raw, context),
  write(value, { timeZone }) {
    const date = parseIsoDate(String(value));
    return date ? [engineTime(date, timeZone)] : unreadable;
  },
  span(value, { timeZone }) {
    const date = parseIsoDate(String(value));
    if (!date) return unreadable;
    const next = nextDay(date);
    return next ? [engineTime(date, timeZone), engineTime(next, timeZone)] : [engineTime(date, timeZone)];
  },
};

/** The date of an engine's date, timestamp, or of ISO 8601 text; null for blank text. With an offset, the zone's date. */
export function engineDate(
  raw: Exclude<RawValue, null>,
  { timeZone }: FormatContext,
): string | null | typeof unreadable {
  if (typeof raw === "string") {
    const parts = /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\s*$/.exec(raw);
    if (!parts) return raw.trim() === "" ? null : unreadable;
    if (parts[4] !== undefined) {
      const instant = Date.parse(raw.trim().replace(" ", "T"));
      return Number.isNaN(instant) ? unreadable : localClock(instant, timeZone).slice(0, 10);
    }
    return isoDate(Number(parts[1]), Number(parts[2]), Number(parts[3])) ?? unreadable;
  }
  if (!(raw instanceof Date)) return unreadable;
  return isoDate(raw.getFullYear(), raw.getMonth() + 1, raw.getDate()) ?? unreadable;
}
