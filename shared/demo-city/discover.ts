import { fileURLToPath, pathToFileURL } from "node:url";
import { findDepartments } from "../department/load.ts";
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

/** @throws Error when the module exports no `demo`. */
export async function loadDemo(file: string): Promise<DemoDepartment> {
  const module: { demo?: DemoDepartment } = await import(pathToFileURL(file).href);
  if (!module.demo) throw new Error(`Expected ${file} to export \`demo\`, but found none.`);
  return module.demo;
}
