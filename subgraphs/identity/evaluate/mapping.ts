import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { personAttributes } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { Format } from "../../../shared/sql/formats/format.ts";
import { formats } from "../../../shared/sql/formats/index.ts";
import { datePattern } from "./date-pattern.ts";

const attribute = z
  .string()
  .refine((name) => (personAttributes as readonly string[]).includes(name) || /^OTHER:.+/.test(name), {
    error: `must be OTHER:<name> or one of ${personAttributes.join(", ")}`,
  });

const column = z
  .strictObject({
    column: z.string(),
    is: attribute,
    /** How the column writes dates, the likeliest first; or how it writes full names. */
    format: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    /** Values that mean "not known". */
    missing: z.array(z.string()).default([]),
    /** What the codes of a gender column mean, where they are none of those that everybody uses. */
    codes: z.record(z.string(), z.enum(["male", "female"])).optional(),
    /** What stands between several values in one cell. */
    separator: z.string().min(1).optional(),
    schemaAgency: z.string().default("NATIONAL"),
  })
  .superRefine(({ is, format = [], codes }, context) => {
    if (codes !== undefined && is !== "GENDER") {
      context.addIssue({ code: "custom", path: ["codes"], message: "is only for GENDER" });
    }
    const given = [format].flat();
    const fault = (message: string) => context.addIssue({ code: "custom", path: ["format"], message });
    if (given.length === 0) return;
    if (is.startsWith("DATE_")) {
      if (given.some((pattern) => datePattern(pattern) === undefined)) {
        fault(
          "must be made of YYYY or YY, MM or MON, and DD, such as DD.MM.YYYY, or be EXCEL, or a list of such patterns",
        );
      }
    } else if (!(fullNames as readonly string[]).includes(is)) {
      fault(`is only for dates and for ${fullNames.join(", ")}`);
    } else if (given.length > 1 || nameFormat(given[0]) === undefined) {
      fault(`must be one of ${nameFormats.join(", ")}`);
    }
  });

/** The formats of `department.graphql` that tell the parts of a name, by which a mapping may read full names. */
const nameFormats = ["LAST_COMMA_FIRST", "FAMILY_FIRST", "TWO_FAMILY_NAMES_FIRST", "FREE_TEXT_NAME"] as const;
const fullNames = ["FULL_NAME", "BIRTH_NAME", "ALTERNATIVE_NAME"] as const;

/** The format of full names that is called so. */
export function nameFormat(name: unknown): Format | undefined {
  const known = nameFormats.find((one) => one === name);
  return known && formats[known];
}

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

const mapping = z
  .strictObject({
    set: z.string().min(1),
    sources: z.array(source).min(1),
    /** Which pairs are scored: all, or only those between two sources. */
    pairs: z.enum(["ALL", "BETWEEN_SOURCES"]).default("ALL"),
    truth,
  })
  .refine(({ pairs, sources }) => pairs === "ALL" || new Set(sources.map(({ department }) => department)).size > 1, {
    error: "BETWEEN_SOURCES needs sources of two departments: with one there is no pair to score",
    path: ["pairs"],
  });

/** The mapping file of a labelled set; README.md beside this file explains each entry. */
export type EvaluationMapping = z.infer<typeof mapping>;
export type MappedSource = EvaluationMapping["sources"][number];
export type MappedColumn = MappedSource["columns"][number];

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
