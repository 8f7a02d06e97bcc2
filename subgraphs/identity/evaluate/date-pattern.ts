/**
 * Reads a date as the column writes it: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; undefined where it does not follow the
 * pattern or is on no calendar, unless `offCalendar`. A month or day of `00` is one that is not known, and stays.
 */
export type DateReader = (text: string, options?: { readonly offCalendar?: boolean }) => string | undefined;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const parts: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<year>\\d{2})",
  MM: "(?<month>\\d{1,2})",
  MON: "(?<month>[a-z]{3})[a-z]*\\.?",
  DD: "(?<day>\\d{1,2})",
};

/**
 * Compiles a pattern of `YYYY` or `YY`, `MM` or `MON` (English), and `DD`, in any order and with any separators or none;
 * undefined where it is none. Blanks around separators, missing leading zeros and a time behind the date are accepted,
 * as are a year or a year and month alone (`1980`, `1980-05`). A year of two digits is the latest that is not ahead of
 * `today`. `EXCEL` is no pattern but reads the days since 1900 that spreadsheets keep for a date.
 */
export function datePattern(pattern: string, today = new Date()): DateReader | undefined {
  if (pattern === "EXCEL") return excelDay;
  const found = pattern.match(/YYYY|YY|MON|MM|DD|[^A-Z\d]+/g) ?? [];
  const named = found.filter((part) => part in parts);
  const kinds = named.map((part) => part[0]).sort();
  if (
    found.join("") !== pattern ||
    !["D,M,Y", "M,Y", "Y"].includes(kinds.filter((k, i) => kinds.indexOf(k) === i).join())
  )
    return undefined;
  if (kinds.length !== new Set(kinds).size) return undefined;
  const joined = found.length === named.length;
  const source = found.map((part) => parts[part] ?? separator(part)).join("");
  const fixed = joined ? source.replaceAll("{1,2}", "{2}") : source;
  const whole = new RegExp(`^${fixed}(?:[T ].*)?$`, "i");
  return (text, { offCalendar = false } = {}) => {
    const groups = whole.exec(text)?.groups;
    const [, ...partial] = /^(\d{4})(?:-(\d{2}))?$/.exec(text) ?? [];
    const [year, month, day] = groups
      ? [yearOf(groups.year ?? "", today), monthOf(groups.month), groups.day?.padStart(2, "0")]
      : partial;
    if (year === undefined || month === noMonth || !(offCalendar || isOnCalendar(year, month, day))) return undefined;
    return [year, month, day].filter((part) => part !== undefined).join("-");
  };
}

/** Excel counts a 29 February 1900, so that days up to it are one nearer to their number (ECMA-376, part 1, 18.17.4.1). */
function excelDay(text: string): string | undefined {
  const [, digits] = /^(\d{1,5})(?:[.,]\d+)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const days = Number(digits);
  return new Date(Date.UTC(1899, 11, days < 61 ? 31 : 30) + days * 86_400_000).toISOString().slice(0, 10);
}

function separator(text: string): string {
  const literal = text.trim().replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return literal === "" ? "\\s+" : `\\s*${literal}\\s*`;
}

function yearOf(digits: string, today: Date): string {
  if (digits.length === 4) return digits;
  const this4 = today.getUTCFullYear();
  const century = this4 - (this4 % 100);
  const year = century + Number(digits);
  return String(year > this4 ? year - 100 : year);
}

/** Where a word is the name of no month. */
const noMonth = "none";

function monthOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d/.test(text)) return text?.padStart(2, "0");
  const number = months.indexOf(text.toLowerCase()) + 1;
  return number === 0 ? noMonth : String(number).padStart(2, "0");
}

/** True for months 01 to 12 and the days that they have in that year; `00` stands for any. */
function isOnCalendar(year: string, month = "00", day = "00"): boolean {
  const isLeap = new Date(Date.UTC(Number(year), 2, 0)).getUTCDate() === 29;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const last = month === "00" ? 31 : days[Number(month) - 1];
  return last !== undefined && Number(day) <= last;
}
