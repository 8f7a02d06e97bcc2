import { Command } from "commander";
import { readConfig } from "../config.ts";
import { createLogger } from "../pipeline/log.ts";
import { clientGraph, type GraphOption, withGraph } from "./graph-option.ts";
import { portOf } from "./options.ts";
import { closeOnSignal, say } from "./process.ts";

/** `civigraph mock`: the graph without departments, for front ends. */
export function mockCommand(): Command {
  return withGraph(new Command("mock"))
    .description("Serve the graph with invented data, always the same, without any department or database.")
    .option("--port <port>", "port to listen on, instead of PORT", portOf)
    .action(mock);
}

async function mock(options: GraphOption & { readonly port?: number }): Promise<void> {
  const environment = options.port === undefined ? process.env : { ...process.env, PORT: String(options.port) };
  const config = readConfig(environment);
  const [{ schema }, { mockGraph }, { Serving }, { createHttpApp }] = await Promise.all([
    clientGraph(options),
    import("../front-end/mock.ts"),
    import("../pipeline/graph.ts"),
    import("../pipeline/http.ts"),
  ]);
  const serving = new Serving("nothing");
  serving.serve(mockGraph(schema));
  const app = await createHttpApp({ config, serving, logger: createLogger(config.logLevel) });
  closeOnSignal(() => app.close());
  const url = await app.listen({ host: config.host, port: config.port });
  say(`Invented data for every field on ${url}/graphql`);
}
