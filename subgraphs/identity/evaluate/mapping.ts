import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { personAttributes } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";

const attribute = z
  .string()
  .refine((name) => (personAttributes as readonly string[]).includes(name) || /^OTHER:.+/.test(name), {
    error: `must be OTHER:<name> or one of ${personAttributes.join(", ")}`,
  });

const column = z.strictObject({
  column: z.string(),
  is: attribute,
  /** How the column writes dates; other columns are text. */
  format: z.enum(["YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "MM/DD/YYYY"]).optional(),
  /** Values that mean "not known". */
  missing: z.array(z.string()).default([]),
  schemaAgency: z.string().default("NATIONAL"),
});

const source = z.strictObject({
  department: z.string().min(1),
  /** CSV or Parquet, relative to the data folder. */
  file: z.string().min(1),
  uniquePerPerson: z.boolean().default(false),
  delimiter: z.string().length(1).optional(),
  columns: z.array(column).min(1),
});

const mapping = z.strictObject({
  set: z.string().min(1),
  sources: z.array(source).min(1),
  /** Which pairs are scored: all, or only those between two sources. */
  pairs: z.enum(["ALL", "BETWEEN_SOURCES"]).default("ALL"),
  truth: z.strictObject({
    column: z.string().min(1),
    /** A regular expression whose first group is the person; the whole value without one. */
    matching: z.string().optional(),
  }),
});

/** The mapping file of a labelled set; README.md beside this file explains each entry. */
export type EvaluationMapping = z.infer<typeof mapping>;
export type MappedSource = EvaluationMapping["sources"][number];

const folder = join(dirname(fileURLToPath(import.meta.url)), "mappings");

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
    throw invalid(`cannot read the mapping file ${path}`, cause);
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
