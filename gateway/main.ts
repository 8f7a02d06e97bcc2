import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Dialect } from "../shared/sql/dialect.ts";
import type { LinkProgress, LinkSummary } from "../subgraphs/identity/linking/link.ts";
import { hasRights, supergraphOf } from "./composition.ts";
import type { Config } from "./config.ts";
import { placeDepartments } from "./departments.ts";
import { createGatewayExecutor } from "./execution/index.ts";
import { Serving, servedGraph } from "./pipeline/graph.ts";
import { createHttpApp } from "./pipeline/http.ts";
import { prepareCity } from "./prepare.ts";
import { refuseStrangers } from "./rights-guard.ts";
import { type OpenSubgraphs, openSubgraphs } from "./subgraphs.ts";

export interface GatewayOptions {
  readonly config: Config;
  /** Folders in which departments are looked for. */
  readonly folders: readonly string[];
  readonly logger: Logger;
  /** Builds the demo city where it is missing, and links people where nobody is linked. */
  readonly prepare?: boolean;
  /** Told what start-up does, in words for people. */
  readonly onStep?: (step: string) => void;
  readonly onLinkProgress?: (progress: LinkProgress) => void;
  /** Engines to use instead of all; for tests that break one. */
  readonly dialects?: readonly Dialect[];
  /** Told each SQL statement that a wrapper in this process runs: its text, never its values. */
  readonly onStatement?: (department: string, sql: string) => void;
}

export interface RunningGateway {
  readonly url: string;
  readonly serving: Serving;
  readonly subgraphs: OpenSubgraphs;
  /** Of the linking at start, where there was one. */
  readonly linked: LinkSummary | undefined;
  /** True where the graph says who may read what, which nobody enforces yet. */
  readonly unenforced: boolean;
  /** Lets a department that runs here open its database anew. */
  reopen(department: string): Promise<void>;
  /** Stops accepting, finishes what runs, closes what is open. */
  close(): Promise<void>;
}

/**
 * Runs the gateway over the city's departments: listens, prepares what is missing, then serves. Meanwhile
 * `/health/ready` says what it waits for.
 */
export async function runGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, logger } = options;
  const log = (event: string, details: Readonly<Record<string, string>>) => logger.warn(details, event);
  const departments = await placeDepartments(config, options.folders);
  const supergraph = supergraphOf(departments);
  const unenforced = hasRights(supergraph);
  if (unenforced) refuseStrangers(config);
  const { dialects, onStatement, onLinkProgress } = options;
  const subgraphs = await openSubgraphs({
    config,
    departments,
    log,
    ...(dialects ? { dialects } : {}),
    ...(onStatement ? { onStatement } : {}),
  });
  const serving = new Serving("its departments");
  let app: FastifyInstance | undefined;
  const close = async () => {
    serving.stop();
    await app?.close();
    await subgraphs.close();
  };
  try {
    app = await createHttpApp({ config, serving, logger });
    const url = await app.listen({ host: config.host, port: config.port });
    const onStep = (step: string) => {
      serving.waitFor(step);
      options.onStep?.(step);
    };
    const linked = options.prepare
      ? await prepareCity({ config, departments, subgraphs, onStep, ...(onLinkProgress ? { onLinkProgress } : {}) })
      : undefined;
    if (config.followInterval > 0) subgraphs.identity?.keepFollowing(config.followInterval);
    serving.serve(
      servedGraph(
        await createGatewayExecutor({ supergraph, subgraphs: subgraphs.subgraphs, log }),
        subgraphs.subgraphs,
      ),
    );
    return {
      url,
      serving,
      subgraphs,
      linked,
      unenforced,
      close,
      reopen: (department) => reopen(subgraphs, department),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function reopen({ wrappers }: OpenSubgraphs, department: string): Promise<void> {
  const wrapper = wrappers.get(department);
  if (!wrapper) throw new Error(`${department} does not run in this process.`);
  await wrapper.connection.reopen();
}
