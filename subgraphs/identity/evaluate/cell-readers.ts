import { CivigraphError } from "../../../shared/errors.ts";
import type { Format } from "../../../shared/sql/formats/format.ts";
import { featuresOf } from "../matching/features.ts";
import { type DateReader, datePattern } from "./date-pattern.ts";
import { type MappedColumn, type MappedSource, nameFormat } from "./mapping.ts";
import type { FileRows } from "./read-file.ts";

/** Reads a cell by its column's format: undefined where nothing can be made of it. */
export type CellReader = (text: string) => string | undefined;

/**
 * A reader for each column with a format or codes. Says how many dates do not follow theirs, and where genders are not known.
 * @throws CivigraphError CONFIGURATION_INVALID where most do not.
 */
export function cellReaders(
  { columns, file }: MappedSource,
  { columns: names, rows }: FileRows,
  remarks: string[],
): ReadonlyMap<MappedColumn, CellReader> {
  const readers = new Map<MappedColumn, CellReader>();
  for (const mapped of columns) {
    const { column, is, format, missing } = mapped;
    const named = nameFormat([format].flat()[0]);
    if (named !== undefined) readers.set(mapped, (text) => nameIn(named, text));
    const index = names.indexOf(column);
    const known = rows.map((row) => row[index] ?? "").filter((text) => text !== "" && !missing.includes(text));
    if (is === "GENDER") {
      const codes = new Map<string, string>(Object.entries(mapped.codes ?? {}));
      const read: CellReader = (text) => codes.get(text) ?? text;
      readers.set(mapped, read);
      remarks.push(
        ...unreadGenders(known.map((text) => read(text) ?? "")).map((what) => `${file}: column ${column}: ${what}`),
      );
    }
    if (!is.startsWith("DATE_")) continue;
    const { read, faults } = dateColumn([format ?? "YYYY-MM-DD"].flat(), known);
    const others = faults.reduce((sum, fault) => sum + fault.values, 0);
    if (others > known.length / 2) {
      const found = faults.map(({ values, what }) => `${values} of ${known.length} values ${what}`).join(", ");
      const detail = `${file}: column ${column}: ${found}; set its \`format\``;
      throw new CivigraphError("CONFIGURATION_INVALID", { detail });
    }
    for (const { values, what, effect } of faults) {
      remarks.push(`${file}: column ${column}: ${values} of ${known.length} values ${what}; ${effect}.`);
    }
    readers.set(mapped, read);
  }
  return readers;
}

/** Says so where more than a tenth of these values are no gender that linking knows. */
function unreadGenders(values: readonly string[]): string[] {
  const unknown = new Set(
    [...new Set(values)].filter((gender) => featuresOf({ key: "", gender }).gender === undefined),
  );
  const unread = values.filter((gender) => unknown.has(gender));
  if (unread.length <= values.length / 10) return [];
  const looks = commonest(unread.map(shapeOf)).join(", ");
  return [
    `${unread.length} of ${values.length} values are no gender that is known but look like ${looks}: say by \`codes\` which mean male and which female, and by \`missing\` which neither.`,
  ];
}

interface DateFault {
  readonly values: number;
  readonly what: string;
  readonly effect: string;
}

/** How a column of dates is read, and what is wrong with these values of it. */
function dateColumn(patterns: readonly string[], known: readonly string[]): { read: CellReader; faults: DateFault[] } {
  const formats = patterns.map((pattern) => datePattern(pattern) as DateReader);
  const read: DateReader = (text, options) =>
    formats.map((one) => one(text, options)).find((date) => date !== undefined);
  // A mistyped date still tells something: linking takes of it what can be.
  const readAll: CellReader = (text) => read(text) ?? read(text, { offCalendar: true });
  const format = patterns.join(" or ");
  const others = known.filter((text) => readAll(text) === undefined);
  const impossible = known.filter((text) => read(text) === undefined).length - others.length;
  const faults = [
    {
      values: others.length,
      what: `do not follow ${format} but look like ${commonest(others.map(shapeOf)).join(", ")}`,
      effect: "they count as not known",
    },
    {
      values: impossible,
      what: `have a day or month, read as ${format}, that is on no calendar`,
      effect: "they count as mistyped",
    },
  ];
  return { read: readAll, faults: faults.filter(({ values }) => values > 0) };
}

/** A name as a department's wrapper reads it; files have no zone and no encoding of their own by now. */
function nameIn(format: Format, text: string): string | undefined {
  const name = format.read(text, { timeZone: "UTC", today: "" });
  return typeof name === "string" ? name : undefined;
}

/** What a value looks like without what it says: `99.99.9999`, `Aaa 99`. */
export function shapeOf(value: string): string {
  return value
    .slice(0, 30)
    .replace(/\d/g, "9")
    .replace(/\p{Lu}/gu, "A")
    .replace(/\p{L}/gu, (one) => (one === "A" ? one : "a"));
}

function commonest(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([text]) => text);
}
