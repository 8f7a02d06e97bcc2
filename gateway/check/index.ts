import { existsSync } from "node:fs";
import { basename } from "node:path";
import { tablesOf } from "../../shared/department/check-columns.ts";
import {
  findDepartments,
  type LoadedDepartment,
  type ReadDepartment,
  readDepartment,
} from "../../shared/department/load.ts";
import { findOwnershipFaults } from "../../shared/department/ownership.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { explainFailure } from "../../shared/onboarding/failures.ts";
import { pathOf } from "../../shared/sql/sqlite/dialect.ts";
import type { IdentityPreview } from "../../subgraphs/identity/preview.ts";
import type { OnboardingPhase } from "../../subgraphs/identity/registry.ts";
import { composeCity } from "../composition.ts";
import type { Config } from "../config.ts";
import { databaseOf, usesDemoCity } from "../departments.ts";
import { acceptedSchemas } from "../registry/accepted.ts";
import { type Phases, readPhases } from "../registry/phases.ts";
import { checkLiveColumns } from "./columns.ts";
import { openDatabase } from "./database.ts";
import { type Finding, ofFault, type Severity, sorted } from "./findings.ts";
import { checkIdentity, type OtherDepartment } from "./identity.ts";
import { checkIndexes } from "./indexes.ts";
import { checkRights } from "./rights.ts";
import { checkSchema } from "./schema-changes.ts";
import { checkValues, type ValueOptions } from "./values.ts";

/** What `civigraph check` found. With `--json` this is what is printed: `version` changes when its shape does. */
export interface CheckReport {
  readonly version: 1;
  readonly departments: readonly DepartmentReport[];
  /** Why the departments do not fit into one graph. */
  readonly composition: readonly Finding[];
  readonly totals: { readonly faults: number; readonly warnings: number; readonly notes: number };
}

export interface DepartmentReport {
  /** Its id, or the folder's name where the file could not be read. */
  readonly department: string;
  readonly file: string;
  readonly phase: OnboardingPhase;
  /** Whether the live database was looked at, and if not, why. */
  readonly database: "compared" | "not set" | "not made yet" | "not reachable" | "not asked";
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly notes: readonly Finding[];
  /** What linking would do with its people; absent where that could not be found out. */
  readonly identity?: IdentityPreview;
}

export interface CheckOptions extends ValueOptions {
  /** Id of the one department to report on. */
  readonly only?: string;
  /** Person records that are looked up in identity, at most; 0 for none. */
  readonly previewed: number;
}

/** What `civigraph check` does where nothing else is asked for. */
export const checkDefaults: CheckOptions = { most: 10_000, previewed: 200, showValues: false };

/** Reads departments, looks at their databases, and fits them together. Only reads, and writes nothing. */
export async function checkDepartments(
  config: Config,
  folders: readonly string[],
  options: CheckOptions,
): Promise<CheckReport> {
  const read = await Promise.all(findDepartments(folders).map(readDepartment));
  const { only } = options;
  const chosen = read.filter((department) => only === undefined || nameOf(department) === only);
  if (only !== undefined && chosen.length === 0) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `There is no department \`${only}\` among ${read.map(nameOf).join(", ")}.`,
    });
  }
  const loaded = read.flatMap(({ model, ...rest }): LoadedDepartment[] => (model ? [{ ...rest, model }] : []));
  const city: City = { config, loaded, demo: usesDemoCity(config, loaded), phases: readPhases(config), options };
  const departments: DepartmentReport[] = [];
  // One after the other: a check must not be what slows several databases down at once.
  for (const department of chosen) departments.push(await report(department, city));
  // Those whose files can be read: a broken neighbour must not hide that the others do not fit.
  const composition = compositionFaults(city);
  const count = (of: (report: DepartmentReport) => readonly Finding[]) =>
    departments.reduce((sum, each) => sum + of(each).length, 0);
  return {
    version: 1,
    departments,
    composition,
    totals: {
      faults: count(({ faults }) => faults) + composition.length,
      warnings: count(({ warnings }) => warnings),
      notes: count(({ notes }) => notes),
    },
  };
}

interface City {
  readonly config: Config;
  readonly loaded: readonly LoadedDepartment[];
  readonly demo: boolean;
  readonly phases: Phases;
  readonly options: CheckOptions;
}

function nameOf({ model, folder }: ReadDepartment): string {
  return model?.id ?? basename(folder);
}

async function report(department: ReadDepartment, city: City): Promise<DepartmentReport> {
  const { model, file, faults } = department;
  const name = nameOf(department);
  const about = { department: name, file: model?.file ?? file, phase: city.phases.of(name) };
  if (!model) {
    const findings = faults.map((fault) => ofFault("FILE_INVALID", fault));
    return { ...about, database: "not asked", ...bySeverity(findings) };
  }
  const loaded: LoadedDepartment = { ...department, model };
  const findings = [...(await checkSchema(model, acceptedSchemas(city.config, name))), ...checkRights(model)];
  const { database, findings: live, preview } = await lookAt(loaded, city);
  return { ...about, database, ...bySeverity([...findings, ...live]), ...(preview ? { identity: preview } : {}) };
}

interface Looked {
  readonly database: DepartmentReport["database"];
  readonly findings: readonly Finding[];
  readonly preview?: IdentityPreview;
}

/** Everything that only the live database can tell. */
async function lookAt(department: LoadedDepartment, city: City): Promise<Looked> {
  const { model } = department;
  const url = urlOf(department, city);
  if (url === undefined) return { database: "not set", findings: [notSet(department)] };
  if (url === "") return { database: "not made yet", findings: [] };
  try {
    const database = await openDatabase(department, url, tablesOf(model));
    try {
      const columns = await checkLiveColumns(database);
      const findings = [...columns, ...(await checkIndexes(database)), ...(await checkValues(database, city.options))];
      // People are read through the whole mapping: where part of it is missing they cannot be.
      const isWhole = columns.every(({ code }) => code === "TYPE_DRIFT");
      const identity =
        isWhole && city.options.previewed > 0
          ? await checkIdentity(database, othersOf(department, city), city.config, city.options.previewed)
          : undefined;
      return {
        database: "compared",
        findings: withoutRepeats([...findings, ...(identity ? [identity.finding] : [])]),
        ...(identity?.preview ? { preview: identity.preview } : {}),
      };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof CivigraphError)) throw error;
    const next = explainFailure(error).message.replace(/\.$/, "");
    const about = { code: "DATABASE_NOT_REACHABLE", severity: "FAULT", file: model.file } as const;
    const finding = { ...about, expected: "that its database answers", found: "that it does not", next };
    return { database: "not reachable", findings: [finding] };
  }
}

function notSet({ model: { file, source } }: LoadedDepartment): Finding {
  return {
    code: "DATABASE_NOT_SET",
    severity: "WARNING",
    file,
    expected: `the URL of its database in ${source.urlVariable}, to compare with`,
    found: "none",
    next: "set it where the check runs, to an account that may only read",
  };
}

/** Undefined where nobody has said which database it is, empty where the demo city is not made yet. */
function urlOf(department: LoadedDepartment, { config, demo }: City): string | undefined {
  const database = databaseOf(config, department, demo);
  if (database?.invented && !existsSync(pathOf(database.databaseUrl))) return "";
  return database?.databaseUrl;
}

/** The departments whose citizens its people would join. */
function othersOf({ model }: LoadedDepartment, city: City): readonly OtherDepartment[] {
  return city.loaded.flatMap((department) => {
    const { id } = department.model;
    const phase = city.phases.of(id);
    const url = urlOf(department, city);
    return id === model.id || phase === "SANDBOX" || phase === "RETIRED" || !url ? [] : [{ department, url }];
  });
}

/** A column whose type no longer fits is told once, not for its values, too. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, subject, place }) => {
    const name = `${code} ${subject} ${place?.line}:${place?.column}`;
    return code !== "TYPE_DRIFT" || (!seen.has(name) && seen.add(name));
  });
}

function bySeverity(findings: readonly Finding[]): Pick<DepartmentReport, "faults" | "warnings" | "notes"> {
  const of = (severity: Severity) => sorted(findings.filter((finding) => finding.severity === severity));
  return { faults: of("FAULT"), warnings: of("WARNING"), notes: of("NOTE") };
}

/** Departments that are only to be shown later must fit already; those that are retired need not any more. */
function compositionFaults({ loaded, phases }: City): readonly Finding[] {
  const departments = loaded.filter(({ model }) => phases.of(model.id) !== "RETIRED");
  const owners = findOwnershipFaults(departments.map(({ model }) => model));
  if (owners.length > 0) return owners.map((fault) => ofFault("COMPOSITION_FAILED", fault));
  return (composeCity(departments).faults ?? []).map(({ services, message }) => ({
    code: "COMPOSITION_FAILED",
    severity: "FAULT",
    expected: "that all departments fit into one graph",
    found: `that they do not: ${message.replace(/\.$/, "")}`,
    ...(services.length > 0 ? { subject: services.join(", ") } : {}),
  }));
}
