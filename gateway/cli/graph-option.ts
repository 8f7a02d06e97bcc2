import type { Command } from "commander";
import { readConfig } from "../config.ts";
import type { ClientGraph } from "../front-end/graph-source.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";

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

/** The graph that clients see: departments in shadow or retired are not in it. */
export async function clientGraph(options: GraphOption): Promise<ClientGraph> {
  const config = readConfig(process.env, process.cwd(), { callsSubgraphs: false });
  const [{ readClientGraph }, { readPhases }] = await Promise.all([
    import("../front-end/graph-source.ts"),
    import("../registry/phases.ts"),
  ]);
  return readClientGraph({ from: options.from, folders: departmentFolders(options), phases: readPhases(config) });
}
