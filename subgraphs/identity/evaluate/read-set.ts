import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { PersonIdentifier } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { LinkableRecord } from "../matching/features.ts";
import type { EvaluationMapping, MappedSource } from "./mapping.ts";

/** A labelled set in memory: what linking may read, and apart from it the label of each record. */
export interface LabelledSet {
  readonly pages: readonly { readonly department: string; readonly records: readonly LinkableRecord[] }[];
  /** The true person by `<department>\n<key>`. */
  readonly truth: ReadonlyMap<string, string>;
}

/**
 * Reads the files of a mapping as text. Keys are scrambled row numbers, so that neither the file's own key nor the order
 * of its rows, which often tell the person, reaches the engine.
 */
export async function readSet(mapping: EvaluationMapping, folder: string): Promise<LabelledSet> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const truth = new Map<string, string>();
  const pages: { department: string; records: LinkableRecord[] }[] = [];
  try {
    let row = 0;
    for (const source of mapping.sources) {
      const path = join(folder, source.file);
      if (!existsSync(path)) throw wrong(`${source.file} of department ${source.department} is not in the data folder`);
      const reader = await connection.runAndReadAll(`SELECT columns(*)::VARCHAR FROM ${scan(path, source)}`);
      const names = reader.columnNames().map((name) => name.trim());
      checkColumns(mapping, source, names);
      const records: LinkableRecord[] = [];
      for (const values of reader.getRowsJS()) {
        const cells = new Map(names.map((name, index) => [name, String(values[index] ?? "").trim()]));
        const key = ((row * 2654435761) % 2 ** 32).toString(16).padStart(8, "0");
        row += 1;
        records.push(recordOf(key, cells, source));
        truth.set(`${source.department}\n${key}`, labelOf(cells, mapping));
      }
      pages.push({ department: source.department, records });
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return { pages, truth };
}

function scan(path: string, source: MappedSource): string {
  const file = `'${path.replaceAll("'", "''")}'`;
  if (extname(path) === ".parquet") return `read_parquet(${file})`;
  const delimiter = source.delimiter === undefined ? "" : `, delim = '${source.delimiter.replaceAll("'", "''")}'`;
  return `read_csv(${file}, header = true, all_varchar = true, null_padding = true${delimiter})`;
}

function checkColumns(mapping: EvaluationMapping, source: MappedSource, found: readonly string[]): void {
  const expected = [...source.columns.map((one) => one.column), mapping.truth.column];
  const absent = expected.filter((name) => !found.includes(name));
  if (absent.length > 0) throw wrong(`${source.file} lacks ${absent.join(", ")}; its columns are ${found.join(", ")}`);
}

function labelOf(cells: ReadonlyMap<string, string>, mapping: EvaluationMapping): string {
  const value = cells.get(mapping.truth.column) ?? "";
  if (mapping.truth.matching === undefined) return value;
  const found = new RegExp(mapping.truth.matching).exec(value)?.[1];
  if (found === undefined) throw wrong(`truth.matching ${mapping.truth.matching} finds no person in "${value}"`);
  return found;
}

function recordOf(key: string, cells: ReadonlyMap<string, string>, source: MappedSource): LinkableRecord {
  const values = new Map<string, string[]>();
  const identifier: PersonIdentifier[] = [];
  for (const column of source.columns) {
    const text = cells.get(column.column) ?? "";
    if (text === "" || column.missing.includes(text)) continue;
    const value = column.is.startsWith("DATE_") ? dateOf(text, column.format) : text;
    if (value === undefined) continue;
    if (column.is === "IDENTIFIER") identifier.push({ schemaAgency: column.schemaAgency, notation: value });
    else values.set(column.is, [...(values.get(column.is) ?? []), value]);
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

/** The date as `YYYY-MM-DD`, or what the column writes when it does not follow its format: the engine knows partial dates. */
function dateOf(text: string, format: string | undefined): string | undefined {
  if (format === "DD/MM/YYYY" || format === "MM/DD/YYYY") {
    const found = /^(\d{1,2})\D(\d{1,2})\D(\d{4})/.exec(text);
    if (found === null) return undefined;
    const [day, month] = format === "DD/MM/YYYY" ? [found[1], found[2]] : [found[2], found[1]];
    return `${found[3]}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}`;
  }
  if (format === "YYYYMMDD") return text.replace(/^(\d{4})(\d\d)(\d\d).*$/, "$1-$2-$3");
  return text.slice(0, 10);
}

function wrong(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
