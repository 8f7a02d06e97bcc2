import { Command } from "commander";
import type { Logger } from "pino";
import { type Config, readConfig } from "../config.ts";
import { createLogger } from "../pipeline/log.ts";
import { rightsWarning } from "../rights-guard.ts";
import { type DepartmentsOption, departmentFolders, portOf, withDepartments } from "./options.ts";
import { closeOnSignal, remark } from "./process.ts";

interface Options extends DepartmentsOption {
  readonly supergraph?: string;
  readonly port?: number;
}

/** `civigraph gateway`: the gateway alone, over subgraphs that run elsewhere, or over any supergraph. */
export function gatewayCommand(): Command {
  return withDepartments(new Command("gateway"))
    .description("Run the gateway over subgraphs in processes of their own, or over any Federation 2 supergraph.")
    .option("--supergraph <file>", "SDL of a supergraph to serve instead of the city's")
    .option("--port <port>", "port to listen on, instead of PORT", portOf)
    .action(serve);
}

async function serve(options: Options): Promise<void> {
  const environment = options.port === undefined ? process.env : { ...process.env, PORT: String(options.port) };
  const config = readConfig(environment);
  const logger = createLogger(config.logLevel);
  const gateway = await run(options, config, logger);
  closeOnSignal(() => gateway.close());
  if (gateway.unenforced) remark(`Warning: ${rightsWarning}`);
  remark(`The gateway listens on ${gateway.url}`);
}

/** Any supergraph needs no departments, identity or engines: they are not loaded for it. */
async function run({ supergraph, ...options }: Options, config: Config, logger: Logger) {
  if (supergraph !== undefined) {
    const { runSupergraph } = await import("../foreign.ts");
    return runSupergraph({ config, file: supergraph, logger });
  }
  const { runGateway } = await import("../main.ts");
  return runGateway({ config, folders: departmentFolders(options), logger });
}
