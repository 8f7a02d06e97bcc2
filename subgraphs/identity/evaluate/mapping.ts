import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { personAttributes } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import { datePattern } from "./date-pattern.ts";

const attribute = z
  .string()
  .refine((name) => (personAttributes as readonly string[]).includes(name) || /^OTHER:.+/.test(name), {
    error: `must be OTHER:<name> or one of ${personAttributes.join(", ")}`,
  });

const column = z.strictObject({
  column: z.string(),
  is: attribute,
  /** How the column writes dates, the likeliest first; other columns are text. */
  format: z
    .union([z.string(), z.array(z.string()).min(1)])
    .refine((patterns) => [patterns].flat().every((pattern) => datePattern(pattern) !== undefined), {
      error: "must be made of YYYY or YY, MM or MON, and DD, such as DD.MM.YYYY, or be a list of such patterns",
    })
    .optional(),
  /** Values that mean "not known". */
  missing: z.array(z.string()).default([]),
  /** What stands between several values in one cell. */
  separator: z.string().min(1).optional(),
  schemaAgency: z.string().default("NATIONAL"),
});

const truth = z.strictObject({
  column: z.string().min(1),
  /** A regular expression whose first group is the person; the whole value without one. */
  matching: z
    .string()
    .refine(hasGroup, { error: "must be a regular expression with a group in parentheses, such as ^rec-(\\d+)-" })
    .optional(),
});

const source = z.strictObject({
  department: z.string().min(1),
  /** CSV or Parquet, relative to the data folder. */
  file: z.string().min(1),
  uniquePerPerson: z.boolean().default(false),
  delimiter: z.string().length(1).optional(),
  /** What a CSV file is written in; a label of the WHATWG Encoding Standard. */
  encoding: z.string().refine(isEncoding, { error: "must be an encoding such as utf-8 or windows-1252" }).optional(),
  /** Where this file tells the person, when in another column than the others. */
  truth: truth.optional(),
  columns: z.array(column).min(1),
});

const mapping = z.strictObject({
  set: z.string().min(1),
  sources: z.array(source).min(1),
  /** Which pairs are scored: all, or only those between two sources. */
  pairs: z.enum(["ALL", "BETWEEN_SOURCES"]).default("ALL"),
  truth,
});

/** The mapping file of a labelled set; README.md beside this file explains each entry. */
export type EvaluationMapping = z.infer<typeof mapping>;
export type MappedSource = EvaluationMapping["sources"][number];

const folder = join(dirname(fileURLToPath(import.meta.url)), "mappings");

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

function hasGroup(expression: string): boolean {
  try {
    return (new RegExp(`${expression}|`).exec("")?.length ?? 0) > 1;
  } catch {
    return false;
  }
}

/** Names of the sets whose mapping is built in. */
export function builtInSets(): string[] {
  return readdirSync(folder)
    .map((file) => file.replace(/\.json$/, ""))
    .sort();
}

/** Reads a built-in mapping by its set's name, or a JSON or YAML file by its path; throws `CONFIGURATION_INVALID`. */
export function readMapping(from: { set?: string; mappingFile?: string }): EvaluationMapping {
  const path = from.mappingFile ?? builtInPath(from.set);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(`cannot read the mapping file ${path}; built in are ${builtInSets().join(", ")}`, cause);
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw invalid(`${path} is neither JSON nor YAML: ${cause instanceof Error ? cause.message : ""}`, cause);
  }
  const result = mapping.safeParse(value);
  if (!result.success) throw invalid(`${path} is not a mapping:\n${z.prettifyError(result.error)}`);
  return result.data;
}

function builtInPath(set: string | undefined): string {
  if (set !== undefined && builtInSets().includes(set)) return join(folder, `${set}.json`);
  throw invalid(`no set is called "${set ?? ""}": expected one of ${builtInSets().join(", ")}, or a mapping file`);
}

function invalid(detail: string, cause?: unknown): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
}
