import { nearestName } from "../../../shared/department/parse/nearest.ts";
import type { PersonIdentifier } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { LinkableRecord } from "../matching/features.ts";
import { type DateReader, datePattern } from "./date-pattern.ts";
import type { EvaluationMapping, MappedSource } from "./mapping.ts";
import { type FileRows, listSeparator, readFile } from "./read-file.ts";

/** A labelled set in memory: what linking may read, and apart from it the label of each record. */
export interface LabelledSet {
  readonly pages: readonly { readonly department: string; readonly records: readonly LinkableRecord[] }[];
  /** The true person by `<department>\n<key>`. */
  readonly truth: ReadonlyMap<string, string>;
  /** What of the files could not be used, in whole sentences. */
  readonly remarks?: readonly string[];
}

/**
 * Reads the files of a mapping as text. Keys are scrambled row numbers, so that neither the file's own key nor the order
 * of its rows, which often tell the person, reaches the engine.
 */
export async function readSet(mapping: EvaluationMapping, folder: string): Promise<LabelledSet> {
  const truth = new Map<string, string>();
  const pages: { department: string; records: LinkableRecord[] }[] = [];
  const remarks: string[] = [];
  let row = 0;
  for (const source of mapping.sources) {
    const file = await readFile(folder, source);
    checkColumns(mapping, source, file.columns);
    const dates = dateReaders(source, file, remarks);
    const records: LinkableRecord[] = [];
    let unlabelled = 0;
    for (const values of file.rows) {
      const cells = new Map(file.columns.map((name, index) => [name, values[index] ?? ""]));
      const key = ((row * 2654435761) % 2 ** 32).toString(16).padStart(8, "0");
      row += 1;
      records.push(recordOf(key, cells, source, dates));
      const label = labelOf(cells, truthOf(mapping, source), source);
      if (label === undefined) unlabelled += 1;
      truth.set(`${source.department}\n${key}`, label ?? `\n${key}`);
    }
    if (records.length === 0) throw wrong(`${source.file} has no rows`);
    const { column } = truthOf(mapping, source);
    if (unlabelled === records.length) throw wrong(`${source.file}: truth.column ${column} is empty in every row`);
    if (unlabelled > 0) {
      remarks.push(`${source.file}: ${unlabelled} rows without ${column} count as persons of their own.`);
    }
    pages.push({ department: source.department, records });
  }
  return { pages, truth, remarks };
}

function truthOf(mapping: EvaluationMapping, source: MappedSource): EvaluationMapping["truth"] {
  return source.truth ?? mapping.truth;
}

function checkColumns(mapping: EvaluationMapping, source: MappedSource, found: readonly string[]): void {
  // Where the first row is data, it is not told.
  const list = found.some((name) => /^\d+$|\d[-./]\d/.test(name))
    ? "its first row must name its columns, and seems to hold data"
    : `its columns are ${found.join(", ")}`;
  const remedy = (name: string): string => {
    const nearest = nearestName(name, found);
    return nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
  };
  if (found.length === 1 && source.columns.length > 1) {
    throw wrong(`${source.file} seems to have one column: set \`delimiter\` to what stands between its columns`);
  }
  const expected = source.columns.map((one) => one.column);
  const absent = expected.filter((name) => !found.includes(name));
  if (absent.length > 0) {
    throw wrong(`${source.file} lacks ${absent.map((name) => `${name}${remedy(name)}`).join(", ")}; ${list}`);
  }
  const { column } = truthOf(mapping, source);
  if (!found.includes(column)) {
    throw wrong(
      `${source.file} lacks truth.column ${column}${remedy(column)}, which tells the person of each row; ${list}`,
    );
  }
  if (expected.includes(column)) {
    throw wrong(
      `${source.file}: ${column} is truth.column and must not be among \`columns\`: linking would see the answer`,
    );
  }
}

/** The person of a row; undefined where its label is empty. */
function labelOf(
  cells: ReadonlyMap<string, string>,
  { column, matching }: EvaluationMapping["truth"],
  { file }: MappedSource,
): string | undefined {
  const value = cells.get(column) ?? "";
  if (value === "" || matching === undefined) return value || undefined;
  const found = new RegExp(matching).exec(value)?.[1];
  if (found === undefined) throw wrong(`${file}: truth.matching ${matching} finds no person in ${shapeOf(value)}`);
  return found;
}

/** A reader for each column of dates, by its name; says how many values do not follow the format. */
function dateReaders(
  { columns, file }: MappedSource,
  { columns: names, rows }: FileRows,
  remarks: string[],
): ReadonlyMap<string, DateReader> {
  const readers = new Map<string, DateReader>();
  for (const { column, is, format = "YYYY-MM-DD", missing } of columns) {
    if (!is.startsWith("DATE_")) continue;
    if (readers.has(column)) continue;
    const patterns = [format].flat();
    const formats = patterns.map((pattern) => datePattern(pattern) as DateReader);
    const read: DateReader = (text) => formats.map((one) => one(text)).find((date) => date !== undefined);
    readers.set(column, read);
    const index = names.indexOf(column);
    const known = rows.map((row) => row[index] ?? "").filter((text) => text !== "" && !missing.includes(text));
    const other = known.filter((text) => read(text) === undefined);
    if (other.length === 0) continue;
    const shapes = commonest(other.map(shapeOf));
    const found = `${other.length} of ${known.length} values do not follow ${patterns.join(" or ")} but look like ${shapes.join(", ")}`;
    if (other.length > known.length / 2) throw wrong(`${file}: column ${column}: ${found}; set its \`format\``);
    remarks.push(`${file}: column ${column}: ${found}; they count as not known.`);
  }
  return readers;
}

/** What a value looks like without what it says: `99.99.9999`, `Aaa 99`. */
function shapeOf(value: string): string {
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

function recordOf(
  key: string,
  cells: ReadonlyMap<string, string>,
  source: MappedSource,
  dates: ReadonlyMap<string, DateReader>,
): LinkableRecord {
  const values = new Map<string, string[]>();
  const identifier: PersonIdentifier[] = [];
  for (const { column, is, missing, separator = listSeparator, schemaAgency } of source.columns) {
    for (const text of (cells.get(column) ?? "").split(separator).map((part) => part.trim())) {
      const date = dates.get(column);
      const value = text === "" || missing.includes(text) ? undefined : date === undefined ? text : date(text);
      if (value === undefined) continue;
      if (is === "IDENTIFIER") identifier.push({ schemaAgency, notation: value });
      else values.set(is, [...(values.get(is) ?? []), value]);
    }
  }
  const text = (name: string, between = " "): string | undefined => values.get(name)?.join(between);
  const other = [...values].filter(([name]) => name.startsWith("OTHER:"));
  return {
    key,
    fullName: text("FULL_NAME"),
    givenName: text("GIVEN_NAME"),
    familyName: text("FAMILY_NAME"),
    birthName: text("BIRTH_NAME"),
    patronymicName: text("PATRONYMIC_NAME"),
    alternativeName: values.get("ALTERNATIVE_NAME"),
    dateOfBirth: values.get("DATE_OF_BIRTH")?.[0],
    dateOfDeath: values.get("DATE_OF_DEATH")?.[0],
    gender: values.get("GENDER")?.[0],
    identifier: identifier.length === 0 ? undefined : identifier,
    telephone: values.get("TELEPHONE"),
    email: values.get("EMAIL"),
    address: {
      fullAddress: text("FULL_ADDRESS", ", "),
      thoroughfare: text("THOROUGHFARE"),
      locatorDesignator: text("LOCATOR_DESIGNATOR", ", "),
      postName: text("POST_NAME"),
      postCode: text("POST_CODE"),
      adminUnitL1: text("ADMIN_UNIT_L1"),
      adminUnitL2: text("ADMIN_UNIT_L2"),
      addressID: text("ADDRESS_ID"),
    },
    other: Object.fromEntries(other.map(([name, all]) => [name.slice("OTHER:".length), all.join(" ")])),
  };
}

function wrong(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
