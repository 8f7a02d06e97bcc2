import { type Format, unreadable } from "./format.ts";
import { wholeNumber } from "./text.ts";
import { instantToRfc3339 } from "./time-zone.ts";

const lastSecondOf9999 = 253_402_300_799n;

/** Seconds since 1970-01-01T00:00:00Z, shown with the offset of the source's time zone; 0 means that nothing happened. */
export const EPOCH_SECONDS: Format = {
  description: "Seconds since 1970-01-01T00:00:00Z; 0 and blank are null.",
  produces: ["DateTime"],
  ordered: true,
  none: [0],
  read(raw, { timeZone }) {
    if (typeof raw === "string" && raw.trim() === "") return null;
    const seconds = wholeNumber(raw);
    if (seconds === undefined || seconds > lastSecondOf9999 || seconds < -lastSecondOf9999 / 5n) return unreadable;
    const instant = Number(seconds) * 1000;
    return instant === 0 ? null : instantToRfc3339(instant, timeZone);
  },
  write(value) {
    const instant = Date.parse(String(value));
    if (Number.isNaN(instant)) return unreadable;
    return [Math.floor(instant / 1000)];
  },
};
