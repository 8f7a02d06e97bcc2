import { nearestName } from "../../../shared/department/parse/nearest.ts";
import type { PersonIdentifier } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { LinkableRecord } from "../matching/features.ts";
import { type CellReader, cellReaders, shapeOf } from "./cell-readers.ts";
import type { EvaluationMapping, MappedColumn, MappedSource } from "./mapping.ts";
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
    checkColumns(mapping, source, file);
    const readers = cellReaders(source, file, remarks);
    const records: LinkableRecord[] = [];
    let unlabelled = 0;
    for (const values of file.rows) {
      const cells = new Map(file.columns.map((name, index) => [name, values[index] ?? ""]));
      const key = ((row * 2654435761) % 2 ** 32).toString(16).padStart(8, "0");
      row += 1;
      records.push(recordOf(key, cells, source, readers));
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

function checkColumns(
  mapping: EvaluationMapping,
  source: MappedSource,
  { columns: found, rows, repeated }: FileRows,
): void {
  const expected = source.columns.map((one) => one.column);
  const { column } = truthOf(mapping, source);
  const wanted = [...expected, column];
  const twice = repeated.find((name) => wanted.includes(name));
  if (twice !== undefined) throw wrong(`${source.file} has several columns ${twice}: give each a name of its own`);
  const header = wanted.some((name) => !found.includes(name)) ? rows.slice(0, 10).findIndex(names(wanted)) : -1;
  if (header >= 0) {
    throw wrong(`${source.file}: row ${header + 2} names the columns, not the first: remove what stands before it`);
  }
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
  const absent = expected.filter((name) => !found.includes(name));
  if (absent.length > 0) {
    throw wrong(`${source.file} lacks ${absent.map((name) => `${name}${remedy(name)}`).join(", ")}; ${list}`);
  }
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

/** Whether a row holds all these names, however its cells are parted. */
function names(wanted: readonly string[]): (row: readonly string[]) => boolean {
  return (row) => {
    const cells = row.flatMap((cell) => [
      cell,
      ...cell.split(/[,;\t|]/).map((part) => part.replaceAll('"', "").trim()),
    ]);
    return wanted.every((name) => cells.includes(name));
  };
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

function recordOf(
  key: string,
  cells: ReadonlyMap<string, string>,
  source: MappedSource,
  readers: ReadonlyMap<MappedColumn, CellReader>,
): LinkableRecord {
  const values = new Map<string, string[]>();
  const identifier: PersonIdentifier[] = [];
  for (const mapped of source.columns) {
    const { column, is, missing, separator = listSeparator, schemaAgency } = mapped;
    for (const text of (cells.get(column) ?? "").split(separator).map((part) => part.trim())) {
      const read = readers.get(mapped);
      const value = text === "" || missing.includes(text) ? undefined : read === undefined ? text : read(text);
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
