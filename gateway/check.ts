import { existsSync } from "node:fs";
import { basename } from "node:path";
import { checkColumns, tablesOf } from "../shared/department/check-columns.ts";
import {
  findDepartments,
  type LoadedDepartment,
  type ReadDepartment,
  readDepartment,
} from "../shared/department/load.ts";
import { findOwnershipFaults } from "../shared/department/ownership.ts";
import { faultText } from "../shared/department/parse/fault.ts";
import { createWrapper } from "../shared/department/wrapper.ts";
import { CivigraphError } from "../shared/errors.ts";
import { pathOf } from "../shared/sql/sqlite/dialect.ts";
import { composeCity } from "./composition.ts";
import type { Config } from "./config.ts";
import { databaseOf, usesDemoCity } from "./departments.ts";
import { engines } from "./open-departments.ts";

/** What `civigraph check` found. */
export interface CheckReport {
  readonly departments: readonly DepartmentReport[];
  /** Why the departments do not fit into one graph. */
  readonly composition: readonly string[];
}

export interface DepartmentReport {
  /** Its id, or the folder's name where the file could not be read. */
  readonly department: string;
  readonly file: string;
  /** One sentence each, with file, line and column. */
  readonly faults: readonly string[];
  /** Whether tables and columns were compared with the live database, and if not, why. */
  readonly database: "compared" | "not set" | "not made yet" | "not reachable" | "not asked";
}

/** Reads departments, compares them with their databases and composes them. With `only`, reports on that one. */
export async function checkDepartments(
  config: Config,
  folders: readonly string[],
  only?: string,
): Promise<CheckReport> {
  const read = await Promise.all(findDepartments(folders).map(readDepartment));
  const chosen = read.filter((department) => only === undefined || nameOf(department) === only);
  if (only !== undefined && chosen.length === 0) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `There is no department \`${only}\` among ${read.map(nameOf).join(", ")}.`,
    });
  }
  const loaded = read.flatMap(({ model, ...rest }): LoadedDepartment[] => (model ? [{ ...rest, model }] : []));
  const demo = usesDemoCity(config, loaded);
  const departments = await Promise.all(chosen.map((department) => report(department, config, demo)));
  return { departments, composition: loaded.length === read.length ? compositionFaults(loaded) : [] };
}

function nameOf({ model, folder }: ReadDepartment): string {
  return model?.id ?? basename(folder);
}

async function report(department: ReadDepartment, config: Config, demo: boolean): Promise<DepartmentReport> {
  const { model, file, faults } = department;
  const found = { department: nameOf(department), file: model?.file ?? file };
  if (!model) return { ...found, faults: faults.map(faultText), database: "not asked" };
  const database = databaseOf(config, { ...department, model }, demo);
  if (!database) return { ...found, faults: [], database: "not set" };
  if (database.invented && !existsSync(pathOf(database.databaseUrl))) {
    return { ...found, faults: [], database: "not made yet" };
  }
  const { connection } = createWrapper({ model, url: database.databaseUrl, dialects: engines, grants: nobody });
  try {
    const columns = checkColumns(model, await connection.catalogue(tablesOf(model)));
    return { ...found, faults: columns.map(faultText), database: "compared" };
  } catch (error) {
    if (!(error instanceof CivigraphError)) throw error;
    return { ...found, faults: [`${found.file}  ${error.message}`], database: "not reachable" };
  } finally {
    await connection.close();
  }
}

/** A check reads catalogues, never rows. */
const nobody = { grants: async (records: readonly string[]) => records.map(() => false) };

function compositionFaults(departments: readonly LoadedDepartment[]): readonly string[] {
  const owners = findOwnershipFaults(departments.map(({ model }) => model));
  if (owners.length > 0) return owners.map(faultText);
  return (composeCity(departments).faults ?? []).map(({ services, message }) => `${services.join(", ")}: ${message}`);
}
