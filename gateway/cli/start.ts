import { resolve } from "node:path";
import { Command } from "commander";
import { destination } from "pino";
import { readConfig } from "../config.ts";
import { version } from "../console/version.ts";
import type { RunningGateway } from "../main.ts";
import { createLogger } from "../pipeline/log.ts";
import { rightsWarning } from "../rights-guard.ts";
import { coloursFor } from "./colours.ts";
import { type DepartmentsOption, departmentFolders, portOf, withDepartments } from "./options.ts";
import { closeOnSignal, remark, say } from "./process.ts";

/** `civigraph start`: everything in one process, the demo city included. */
export function startCommand(): Command {
  return withDepartments(new Command("start"))
    .description("Run everything in one process. The demo city is made and linked on the first run.")
    .option("--port <port>", "port to listen on, instead of PORT", portOf)
    .option("--watch", "serve changed department files without a restart; a broken one leaves the schema as it was")
    .action(start);
}

interface StartOptions extends DepartmentsOption {
  readonly port?: number;
  readonly watch?: boolean;
}

async function start(options: StartOptions): Promise<void> {
  const began = performance.now();
  const environment = options.port === undefined ? process.env : { ...process.env, PORT: String(options.port) };
  const config = readConfig(environment);
  const { cyan, dim } = coloursFor(process.stdout);
  say(`Civigraph ${version}`);
  const { runGateway } = await import("../main.ts");
  const gateway = await runGateway({
    config,
    folders: departmentFolders(options),
    // Standard output is for people here.
    logger: createLogger(config.logLevel, destination({ dest: 2, sync: false })),
    prepare: true,
    onStep: (step) => say(dim(`  preparing ${step} ...`)),
  });
  const watcher = options.watch ? await watchFiles(gateway, options, environment) : undefined;
  closeOnSignal(async () => {
    // Together: the watcher waits for its reload, which the gateway ends.
    await Promise.all([watcher?.close(), gateway.close()]);
  });
  const { linked } = gateway;
  if (linked) {
    const count = (value: number) => value.toLocaleString("en");
    say(
      dim(
        `  ${count(linked.records)} records of ${count(linked.departments.length)} departments are ${count(linked.citizens)} citizens`,
      ),
    );
  }
  say();
  say(`Ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  say(`  GraphiQL with examples  ${cyan(`${gateway.url}/graphql`)}`);
  say(`  What else there is      ${cyan(`${gateway.url}/`)}`);
  say();
  if (gateway.unenforced) remark(coloursFor(process.stderr).yellow(`Warning: ${rightsWarning}`));
}

async function watchFiles(gateway: RunningGateway, options: StartOptions, environment: NodeJS.ProcessEnv) {
  const [{ watchDepartments }, { phasesFile }] = await Promise.all([
    import("../watch.ts"),
    import("../registry/phases.ts"),
  ]);
  const { yellow } = coloursFor(process.stderr);
  return watchDepartments({
    gateway,
    folders: departmentFolders(options).map((folder) => resolve(folder)),
    files: [resolve("civigraph.yaml"), phasesFile(readConfig(environment))],
    readConfig: () => readConfig(environment),
    onServed: (departments) => say(`Serving the changed schema of ${departments.join(", ")}`),
    onRefused: (why) => remark(yellow(`The schema stays as it was. ${why}`)),
  });
}
