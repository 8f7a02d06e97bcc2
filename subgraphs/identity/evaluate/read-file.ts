import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { CivigraphError } from "../../../shared/errors.ts";
import type { MappedSource } from "./mapping.ts";

/** The cells of a file as text, blanks around them taken away; `values` are in the order of `columns`. */
export interface FileRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
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
  const start = beginning(path);
  if (start === "") throw wrong(`${source.file} is empty`);
  if (start === "PAR1") return await select(`read_parquet(${literal(path)})`, source);
  if (start.startsWith("PK")) throw wrong(`${source.file} is a ZIP or Excel file: save it as CSV`);
  if (isUtf8(path, source)) return await select(csv(path, source), source);
  const own = await mkdtemp(join(tmpdir(), "civigraph-evaluate-"));
  try {
    const copy = join(own, "utf-8.csv");
    await writeFile(copy, decoded(readFileSync(path), source.encoding), { mode: 0o600 });
    return await select(csv(copy, source), source);
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
function csv(path: string, { delimiter }: MappedSource): string {
  const given = delimiter === undefined ? "" : `, delim = ${literal(delimiter)}`;
  return `read_csv(${literal(path)}, header = true, all_varchar = true, null_padding = true, parallel = false, skip = 0${given})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** As a stream: Node 20 takes windows-1252 for Latin-1 otherwise (nodejs/node#56542). */
function decoded(bytes: Uint8Array, encoding: string | undefined): string {
  const decoder = new TextDecoder(encoding);
  return decoder.decode(bytes, { stream: true }) + decoder.decode();
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

/** Whether it can be read as it is; gzip is undone by the reader. */
function isUtf8(path: string, { encoding, file }: MappedSource): boolean {
  if (encoding !== undefined) return new TextDecoder(encoding).encoding === "utf-8";
  const bytes = readFileSync(path);
  if (path.endsWith(".gz")) return true;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    throw wrong(`${file} is not in UTF-8: say what it is in, such as \`encoding: windows-1252\``);
  }
}

/** What the reader says holds the line itself: only its number is passed on. */
function unreadable({ file, delimiter }: MappedSource, cause: unknown): CivigraphError {
  const line = /Line: (\d+)/i.exec(cause instanceof Error ? cause.message : "")?.[1];
  const where = line === undefined ? "" : `, near line ${line},`;
  const hint = delimiter === undefined ? "set `delimiter`" : `is \`delimiter: "${delimiter}"\` right`;
  return new CivigraphError(
    "CONFIGURATION_INVALID",
    {
      detail: `${file}${where} cannot be read as CSV with a header row or as Parquet: ${hint}, are all quotes closed?`,
    },
    { cause },
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
