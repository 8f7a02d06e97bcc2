import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";

/** The departments that come with Civigraph: `subgraphs/` in the clone, `dist/subgraphs/` where it was built. */
const ownDepartments = fileURLToPath(new URL("../../subgraphs/", import.meta.url));

export interface DepartmentsOption {
  readonly departments?: readonly string[];
}

/** Adds `--departments`, which may be repeated. */
export function withDepartments(command: Command): Command {
  return command.option(
    "--departments <folder>",
    "folder with more departments; may be repeated",
    (folder: string, before: readonly string[] = []) => [...before, folder],
  );
}

/** All folders in which departments are looked for. */
export function departmentFolders({ departments = [] }: DepartmentsOption): readonly string[] {
  return [ownDepartments, ...departments];
}

/** Reads a port given on the command line. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
}
