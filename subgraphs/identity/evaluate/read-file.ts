import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { CivigraphError } from "../../../shared/errors.ts";
import { headerOf, longerRow, tidied } from "./csv-text.ts";
import type { MappedSource } from "./mapping.ts";

/** The cells of a file as text, blanks around them taken away; `values` are in the order of `columns`. */
export interface FileRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Names that several columns have. */
  readonly repeated: readonly string[];
}

/** Between the items of a list in one cell; no text has it. */
export const listSeparator = "\u001f";

/**
 * Reads a CSV file (the first row names its columns) or a Parquet file, which is known by its content.
 * @throws CivigraphError CONFIGURATION_INVALID when it is absent or cannot be read; nothing of what is in it is told.
 */
export async function readFile(folder: string, source: MappedSource): Promise<FileRows> {
  const path = join(folder, source.file);
  if (!existsSync(path)) throw absent(folder, source.file);
  if (statSync(path).isDirectory()) throw wrong(`${source.file} is a folder: expected a CSV or Parquet file`);
  const start = beginning(path);
  if (start === "") throw wrong(`${source.file} is empty`);
  if (start === "PAR1") return await select(`read_parquet(${literal(path)})`, source);
  if (start.startsWith("PK")) throw wrong(`${source.file} is a ZIP or Excel file: save it as CSV`);
  if (/^(?:\{"|\[\s*\{)/.test(start)) throw wrong(`${source.file} holds JSON: save it as CSV or Parquet`);
  const text = textIn(path, source);
  const table = tidied(text);
  const delimiter = source.delimiter ?? table.delimiter;
  const header = headerOf(table.text, delimiter);
  const isUtf8 = (source.encoding ?? markedEncoding(start)) === undefined;
  const isAsWritten = table.text === text && isUtf8 && !path.endsWith(".gz");
  const read = (file: string) => select(csv(file, delimiter), { ...source, delimiter });
  const rows = isAsWritten ? await read(path) : await withCopy(table.text, read);
  // The reader takes rows of unlike length for a file of one column.
  const longer =
    rows.columns.length === 1 && header.cells.length > 1 ? longerRow(table.text, header.delimiter) : undefined;
  if (longer) throw unlikeRows(source.file, longer.line, longer.cells.length, header.cells.length);
  return { ...rows, repeated: header.cells.filter((name, at) => name !== "" && header.cells.indexOf(name) < at) };
}

/** Has a text read from a file that only this account can, and that is gone afterwards. */
async function withCopy(text: string, read: (file: string) => Promise<FileRows>): Promise<FileRows> {
  const own = await mkdtemp(join(tmpdir(), "civigraph-evaluate-"));
  try {
    const copy = join(own, "utf-8.csv");
    await writeFile(copy, text, { mode: 0o600 });
    return await read(copy);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Numbers are written as whole numbers where they are, lists with `listSeparator` between their items. */
async function select(scan: string, source: MappedSource): Promise<FileRows> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${scan}`);
    const columns = described.getRowsJS().map(([name, type]) => ({ name: String(name), type: String(type) }));
    const cells = columns.map(({ name, type }) => textOf(`"${name.replaceAll('"', '""')}"`, type)).join(", ");
    const reader = await connection.runAndReadAll(`SELECT ${cells} FROM ${scan}`);
    return {
      repeated: [],
      columns: columns.map(({ name }) => name.trim()),
      rows: reader.getRowsJS().map((values) => values.map((value) => String(value ?? "").trim())),
    };
  } catch (cause) {
    throw unreadable(source, cause);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function textOf(column: string, type: string): string {
  if (type.endsWith("[]")) return `array_to_string(${column}::VARCHAR[], ${literal(listSeparator)})`;
  if (type === "DOUBLE" || type === "FLOAT") return `regexp_replace(${column}::VARCHAR, '\\.0$', '')`;
  return `${column}::VARCHAR`;
}

/** Not in parallel: quoted cells may hold line breaks. No row is skipped because it looks odd. */
function csv(path: string, delimiter: string | undefined): string {
  const given = delimiter === undefined ? "" : `, delim = ${literal(delimiter)}`;
  return `read_csv(${literal(path)}, header = true, all_varchar = true, null_padding = true, parallel = false, skip = 0${given})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function beginning(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4);
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** What is written in a CSV file; it must be in the encoding that the mapping says. */
function textIn(path: string, { encoding, file }: MappedSource): string {
  const bytes = path.endsWith(".gz") ? unpacked(readFileSync(path), file) : readFileSync(path);
  const known = encoding ?? markedEncoding(bytes.toString("latin1", 0, 2));
  try {
    // As a stream: Node 20 takes windows-1252 for Latin-1 otherwise (nodejs/node#56542).
    const decoder = new TextDecoder(known, { fatal: known === undefined });
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    throw wrong(`${file} is not in UTF-8: say what it is in, such as \`encoding: windows-1252\``);
  }
}

/** The encoding that a byte order mark other than that of UTF-8 says, as spreadsheets write it for "Unicode text". */
function markedEncoding(start: string): string | undefined {
  if (start.startsWith("\xff\xfe")) return "utf-16le";
  return start.startsWith("\xfe\xff") ? "utf-16be" : undefined;
}

function unpacked(bytes: Uint8Array, file: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    throw wrong(`${file} is called .gz but gzip cannot read it`);
  }
}

/** What the reader says holds the line itself: only numbers are passed on. */
function unreadable({ file, delimiter }: MappedSource, cause: unknown): CivigraphError {
  const said = cause instanceof Error ? cause.message : "";
  const line = /Line: (\d+)/i.exec(said)?.[1];
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/i.exec(said) ?? [];
  if (line !== undefined && Number(found) > Number(expected)) {
    return unlikeRows(file, Number(line), Number(found), Number(expected));
  }
  const where = line === undefined ? "" : `, near line ${line},`;
  const hint = delimiter === undefined ? "set `delimiter`" : `is \`delimiter: "${delimiter}"\` right`;
  const detail = `${file}${where} cannot be read as CSV with a header row or as Parquet: ${hint}, are all quotes closed?`;
  return new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
}

function unlikeRows(file: string, line: number, found: number, expected: number): CivigraphError {
  return wrong(
    `${file}, near line ${line}, has ${found} cells where its first row has ${expected}: that must name all columns, and a cell that holds the delimiter must be in quotes`,
  );
}

function absent(folder: string, file: string): CivigraphError {
  const there = existsSync(folder) ? readdirSync(folder).sort().slice(0, 20) : undefined;
  if (there === undefined) return wrong(`there is no data folder ${folder}`);
  return wrong(`${file} is not in the data folder ${folder}, which holds ${there.join(", ") || "nothing"}`);
}

function wrong(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
