import { existsSync, linkSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CivigraphError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";

/** Where a department of this id is written to. */
export function departmentFile(directory: string, id: string): string {
  return join(directory, id, "department.graphql");
}

/**
 * Refuses early, before a database is asked anything.
 *
 * @throws CivigraphError CONFIGURATION_INVALID where the department is there already.
 */
export function refuseExisting(directory: string, id: string): void {
  const file = departmentFile(directory, id);
  if (!existsSync(file)) return;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `${file} is there already, and is not overwritten. Choose another name, another --departments folder, or move the file away.`,
  });
}

/** Writes a department's file whole or not at all, and never over another. */
export function writeDepartment(directory: string, id: string, text: string): string {
  refuseExisting(directory, id);
  const file = departmentFile(directory, id);
  const folder = join(directory, id);
  const unfinished = `${file}.${process.pid}.tmp`;
  const isNew = !existsSync(folder);
  try {
    makeFolder(folder);
    writeFileSync(unfinished, text, { flag: "wx" });
    // Unlike a rename, a link fails where somebody else was quicker.
    linkSync(unfinished, file);
  } catch (cause) {
    if (existsSync(folder) && statSync(folder).isDirectory()) {
      rmSync(unfinished, { force: true });
      if (isNew) rmdirSync(folder);
    }
    throw new CivigraphError(
      "CONFIGURATION_INVALID",
      { detail: `${file} cannot be written: check that the folder may be written to. Nothing was left behind.` },
      { cause },
    );
  }
  rmSync(unfinished);
  return file;
}
