import { fileURLToPath, pathToFileURL } from "node:url";
import { findDepartments } from "../department/load.ts";
import { CivigraphError } from "../errors.ts";
import type { DemoDepartment } from "./department.ts";

/** The folder of Civigraph's own departments. */
const ownDepartments = fileURLToPath(new URL("../../subgraphs/", import.meta.url));

/** The demos of all departments of these directories that have one, by name of the folder. */
export async function discoverDemoDepartments(
  directories: readonly string[] = [ownDepartments],
): Promise<DemoDepartment[]> {
  const files = findDepartments(directories).flatMap(({ demoFile }) => (demoFile ? [demoFile] : []));
  return Promise.all(files.map(loadDemo));
}

/** @throws CivigraphError `CONFIGURATION_INVALID` when the module exports no `demo`. */
export async function loadDemo(file: string): Promise<DemoDepartment> {
  const { demo }: { demo?: DemoDepartment } = await import(pathToFileURL(file).href);
  if (demo) return demo;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `Expected ${file} to export \`demo\`, the tables of the demo city; found none. Export it, or remove the file.`,
  });
}
