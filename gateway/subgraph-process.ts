import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { createHttpGrants } from "../shared/transport/http-grants.ts";
import { createSubgraphServer, type SubgraphServerOptions } from "../shared/transport/http-server.ts";
import type { Grants } from "../shared/transport/subgraph.ts";
import { createPerson } from "../subgraphs/person/index.ts";
import { type Config, configurationError } from "./config.ts";
import { ownSubgraphs, placeDepartments } from "./departments.ts";
import { type OpenOptions, openDepartments, registryOf } from "./open-departments.ts";
import { doorOf, signerOf } from "./remote.ts";
import { settings } from "./settings.ts";
import { createIdentityHere } from "./subgraphs.ts";

export interface SubgraphProcess {
  readonly url: string;
  close(): Promise<void>;
}

/** Runs one subgraph over HTTP: a department by its id, `identity` or `person`. */
export async function runSubgraph(
  name: string,
  options: { readonly config: Config; readonly folders: readonly string[]; readonly logger: Logger },
): Promise<SubgraphProcess> {
  const { config, folders, logger } = options;
  const log = (event: string, details: Readonly<Record<string, string>>) => logger.warn(details, event);
  const own = ownSubgraphs.find((each) => each === name);
  const departments = await placeDepartments(config, folders, own ? undefined : name);
  const secret = config.subgraphSecret;
  if (!secret) {
    const { variable, expected } = settings.subgraphSecret;
    throw configurationError([{ variable, expected, found: "nothing" }]);
  }
  const opening = { config, departments, log };
  const { server, close } = own ? await openOwn(own, opening) : openDepartment(opening);
  const app = createSubgraphServer({ ...server, secret, log });
  try {
    const url = await app.listen({ host: config.host, port: config.port });
    return { url, close: () => closeAll(app, close) };
  } catch (error) {
    await closeAll(app, close);
    throw error;
  }
}

interface Opened {
  readonly server: Pick<SubgraphServerOptions, "subgraph" | "feed" | "grants">;
  close(): Promise<void>;
}

/** A department asks identity whether it may show rows that were not reached through a citizen. */
function openDepartment(options: OpenOptions): Opened {
  const { config, log } = options;
  const identity = config.subgraphUrls.get("identity");
  if (!identity) {
    const expected = "the address of the identity subgraph, which decides whose rows may be shown";
    throw configurationError([{ variable: "IDENTITY_SUBGRAPH_URL", expected, found: "nothing" }]);
  }
  const signer = signerOf(config, "department");
  const grants = createHttpGrants({ url: doorOf(identity, "grants"), department: "Identity", signer, log });
  const [department] = openDepartments(options, grants, "identity");
  if (!department) throw new Error("A department that is there was not placed.");
  const { subgraph, feed } = department;
  return {
    server: { subgraph, feed },
    close: async () => {
      await Promise.allSettled([department.close(), grants.close()]);
    },
  };
}

async function openOwn(name: (typeof ownSubgraphs)[number], options: OpenOptions): Promise<Opened> {
  const open = openDepartments(options, closedGrants, name);
  const registry = registryOf(open);
  const identity = name === "identity" ? await createIdentityHere(registry, options) : undefined;
  if (options.config.followInterval > 0) identity?.keepFollowing(options.config.followInterval);
  const shown = registry.filter(({ phase }) => phase !== "SHADOW");
  const subgraph = identity ?? createPerson({ registry: shown, log: options.log });
  return {
    server: { subgraph, ...(identity ? { grants: identity } : {}) },
    close: async () => {
      await Promise.allSettled([subgraph.close(), ...open.map((department) => department.close())]);
    },
  };
}

/** Person feeds show no rows to clients, and ask for no grants. */
const closedGrants: Grants = { grants: async (records) => records.map(() => false) };

async function closeAll(app: FastifyInstance, close: () => Promise<void>): Promise<void> {
  await app.close();
  await close();
}
