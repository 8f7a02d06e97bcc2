import type { Command } from "commander";
import { type DepartmentsOption, withDepartments } from "./options.ts";

export interface GraphOption extends DepartmentsOption {
  readonly from?: string;
}

/** Adds where a command takes the graph from: the departments here, or a gateway elsewhere. */
export function withGraph(command: Command): Command {
  return withDepartments(command).option(
    "--from <address>",
    "address or file of a gateway's /schema.graphql, instead of the departments here",
  );
}
