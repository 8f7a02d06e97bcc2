import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { GraphQLFieldResolver } from "graphql";
import { CivigraphError } from "../errors.ts";
import type { DepartmentModel } from "./model.ts";
import { findOwnershipFaults } from "./ownership.ts";
import { type Fault, faultText } from "./parse/fault.ts";
import { parseDepartment } from "./parse/parse.ts";

/** A department is exactly one folder, found by its department.graphql. */
export interface DepartmentFolder {
  readonly folder: string;
  /** Path of its department.graphql. */
  readonly file: string;
  /** Module that computes fields which SDL cannot say; rare. */
  readonly resolversFile?: string;
  /** Module that makes the legacy tables of the demo city. */
  readonly demoFile?: string;
}

/**
 * The default export of a department's `resolvers.ts`: by type and field. Such a field needs no mapping in
 * department.graphql; its source is the row of the type, or the citizen.
 */
export type DepartmentResolvers = Readonly<
  Record<string, Readonly<Record<string, GraphQLFieldResolver<unknown, unknown>>>>
>;

export interface LoadedDepartment extends DepartmentFolder {
  readonly model: DepartmentModel;
  readonly resolvers?: DepartmentResolvers;
}

/** A department as far as it could be read: with faults there is no model. */
export interface ReadDepartment extends DepartmentFolder {
  readonly model?: DepartmentModel;
  readonly resolvers?: DepartmentResolvers;
  readonly faults: readonly Fault[];
}

/**
 * All departments of these directories, in the order of the directories and of the folders' names. A directory that
 * holds a department.graphql is a department itself.
 *
 * @throws CivigraphError CONFIGURATION_INVALID for a directory that cannot be read.
 */
export function findDepartments(directories: readonly string[]): readonly DepartmentFolder[] {
  const found = new Map<string, DepartmentFolder>();
  for (const directory of directories) {
    for (const folder of [resolve(directory), ...foldersIn(directory)]) {
      const file = join(folder, "department.graphql");
      if (!existsSync(file)) continue;
      const [resolversFile, demoFile] = [moduleIn(folder, "resolvers"), moduleIn(folder, "demo")];
      found.set(folder, {
        folder,
        file,
        ...(resolversFile ? { resolversFile } : {}),
        ...(demoFile ? { demoFile } : {}),
      });
    }
  }
  return [...found.values()];
}

/** Reads one department, with all faults of its file. */
export async function readDepartment(department: DepartmentFolder): Promise<ReadDepartment> {
  const resolvers = department.resolversFile ? await importResolvers(department.resolversFile) : undefined;
  const resolved = (type: string, field: string) =>
    resolvers !== undefined && Object.hasOwn(resolvers, type) && Object.hasOwn(resolvers[type] ?? {}, field);
  const parsed = parseDepartment(readText(department.file), shownPath(department.file), { resolved });
  return { ...department, ...parsed, ...(resolvers ? { resolvers } : {}) };
}

/**
 * Loads one department.
 *
 * @throws CivigraphError DEPARTMENT_FILE_INVALID that lists every fault.
 */
export async function loadDepartment(department: DepartmentFolder | string): Promise<LoadedDepartment> {
  const [folder] = typeof department === "string" ? findDepartments([department]) : [department];
  if (!folder) {
    const detail = `There is no department.graphql in ${shownPath(String(department))}.`;
    throw new CivigraphError("CONFIGURATION_INVALID", { detail });
  }
  const [loaded] = await loadAll([folder]);
  return loaded as LoadedDepartment;
}

/**
 * Loads all departments of these directories, and checks that each name belongs to one of them.
 *
 * @throws CivigraphError DEPARTMENT_FILE_INVALID that lists every fault of every department.
 */
export async function loadDepartments(directories: readonly string[]): Promise<readonly LoadedDepartment[]> {
  return loadAll(findDepartments(directories));
}

async function loadAll(folders: readonly DepartmentFolder[]): Promise<readonly LoadedDepartment[]> {
  const departments = await Promise.all(folders.map(readDepartment));
  const loaded = departments.flatMap(({ faults: _, model, ...rest }) => (model ? [{ ...rest, model }] : []));
  const faults = [
    ...departments.flatMap((department) => department.faults),
    ...findOwnershipFaults(loaded.map(({ model }) => model)),
  ];
  if (faults.length > 0) {
    throw new CivigraphError("DEPARTMENT_FILE_INVALID", { detail: faults.map(faultText).join("\n") });
  }
  return loaded;
}

function foldersIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => resolve(directory, entry.name))
      .sort();
  } catch (cause) {
    const detail = `The directory ${shownPath(directory)} of departments cannot be read: check that it exists.`;
    throw new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const detail = `${shownPath(file)} cannot be read: check that it is a file and who may read it.`;
    throw new CivigraphError("DEPARTMENT_FILE_INVALID", { detail }, { cause });
  }
}

/** TypeScript in the clone, JavaScript where it was built. */
function moduleIn(folder: string, name: string): string | undefined {
  return [join(folder, `${name}.ts`), join(folder, `${name}.js`)].find((file) => existsSync(file));
}

async function importResolvers(file: string): Promise<DepartmentResolvers> {
  const module = await import(pathToFileURL(file).href).then(
    (imported: { default?: unknown }) => imported,
    (cause: unknown) => {
      const reason = cause instanceof Error ? `: ${cause.message}` : "";
      throw new CivigraphError("DEPARTMENT_FILE_INVALID", { detail: `${shownPath(file)} fails${reason}.` }, { cause });
    },
  );
  if (typeof module.default === "object" && module.default !== null) return module.default as DepartmentResolvers;
  const detail = `${shownPath(file)}: expected a default export { Type: { field: resolver } }, found none.`;
  throw new CivigraphError("DEPARTMENT_FILE_INVALID", { detail });
}

/** As short as it can be told: relative to where the command was started, if it lies there. */
function shownPath(path: string): string {
  const shown = relative(process.cwd(), resolve(path));
  return shown.startsWith("..") || isAbsolute(shown) ? resolve(path) : shown || basename(path);
}
