import { Command } from "commander";
import { readConfig } from "../config.ts";
import { createLogger } from "../pipeline/log.ts";
import { type DepartmentsOption, departmentFolders, portOf, withDepartments } from "./options.ts";
import { closeOnSignal, remark } from "./process.ts";

/** `civigraph subgraph <name>`: one department, identity or person in a process of its own. */
export function subgraphCommand(): Command {
  return withDepartments(new Command("subgraph"))
    .description("Run one subgraph over HTTP. It answers signed requests only.")
    .argument("<name>", "id of a department, `identity` or `person`")
    .option("--port <port>", "port to listen on, instead of PORT", portOf)
    .action(serve);
}

async function serve(name: string, options: DepartmentsOption & { readonly port?: number }): Promise<void> {
  const environment = options.port === undefined ? process.env : { ...process.env, PORT: String(options.port) };
  const config = readConfig(environment);
  const folders = departmentFolders(options);
  const { runSubgraph } = await import("../subgraph-process.ts");
  const subgraph = await runSubgraph(name, { config, folders, logger: createLogger(config.logLevel) });
  closeOnSignal(() => subgraph.close());
  remark(`${name} listens on ${subgraph.url}`);
}
