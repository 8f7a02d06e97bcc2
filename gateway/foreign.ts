import { readFileSync } from "node:fs";
import { type ConstDirectiveNode, Kind, parse } from "graphql";
import type { Logger } from "pino";
import { CivigraphError } from "../shared/errors.ts";
import { createHttpSubgraph } from "../shared/transport/http-subgraph.ts";
import type { Subgraph } from "../shared/transport/subgraph.ts";
import type { Config } from "./config.ts";
import { createGatewayExecutor } from "./execution/index.ts";
import { Serving, servedGraph } from "./pipeline/graph.ts";
import { createHttpApp } from "./pipeline/http.ts";
import { refuseStrangers } from "./rights-guard.ts";
import { withoutRights } from "./supergraph/rights.ts";

/** Serves any Federation 2 supergraph over the plain HTTP subgraphs that it names. */
export async function runSupergraph(options: {
  readonly config: Config;
  /** Path of the supergraph's SDL. */
  readonly file: string;
  readonly logger: Logger;
}): Promise<{ readonly url: string; readonly unenforced: boolean; close(): Promise<void> }> {
  const { config, logger } = options;
  const supergraph = readSupergraph(options.file);
  const unenforced = withoutRights(supergraph).hasRights;
  if (unenforced) refuseStrangers(config);
  const log = (event: string, details: Readonly<Record<string, string>>) => logger.warn(details, event);
  const timeout = config.subgraphTimeout;
  const subgraphs = new Map<string, Subgraph>(
    subgraphsOf(supergraph, options.file).map(({ name, url }) => [
      name,
      createHttpSubgraph({ name, sdl: "", url, timeout, log }),
    ]),
  );
  const serving = new Serving("the supergraph");
  const onlyThisMachine = () => unenforced && !config.insecureDemo;
  const app = await createHttpApp({ config, serving, logger, onlyThisMachine });
  const close = async () => {
    serving.stop();
    await app.close();
    await Promise.allSettled([...subgraphs.values()].map((subgraph) => subgraph.close()));
  };
  try {
    const executor = await createGatewayExecutor({ supergraph, subgraphs, log });
    serving.serve({ ...servedGraph(executor, subgraphs), passesErrors: true });
    return { url: await app.listen({ host: config.host, port: config.port }), unenforced, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readSupergraph(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    parse(text);
    return text;
  } catch (cause) {
    const detail = `${file} cannot be read as the SDL of a supergraph.`;
    throw new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
  }
}

/** The subgraphs that a supergraph names: `enum join__Graph { PERMITS @join__graph(name: "permits", url: "...") }`. */
function subgraphsOf(supergraph: string, file: string): readonly { readonly name: string; readonly url: string }[] {
  const graphs = parse(supergraph).definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === "join__Graph",
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  const found = values.flatMap(({ directives = [] }) => directives.filter(({ name }) => name.value === "join__graph"));
  const subgraphs = found.map((directive) => ({
    name: argumentOf(directive, "name"),
    url: argumentOf(directive, "url"),
  }));
  const faulty = subgraphs.filter(({ name, url }) => !name || !URL.canParse(url) || !/^https?:/.test(url));
  if (subgraphs.length > 0 && faulty.length === 0) return subgraphs;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail:
      subgraphs.length === 0
        ? `${file} names no subgraphs: expected the SDL of a Federation 2 supergraph with an enum join__Graph.`
        : `${file}: expected an http:// or https:// URL for each subgraph, found none for ${faulty.map(({ name }) => name).join(", ")}.`,
  });
}

function argumentOf(directive: ConstDirectiveNode, name: string): string {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : "";
}
