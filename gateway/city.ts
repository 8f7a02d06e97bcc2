import type { Logger } from "pino";
import type { Dialect } from "../shared/sql/dialect.ts";
import type { LinkProgress, LinkSummary } from "../subgraphs/identity/linking/link.ts";
import { citizenAuthority } from "./citizen-authority.ts";
import { hasRights, supergraphOf } from "./composition.ts";
import type { Config } from "./config.ts";
import { type PlacedDepartment, placeDepartments } from "./departments.ts";
import { createGatewayExecutor } from "./execution/index.ts";
import { type ServedGraph, servedGraph } from "./pipeline/graph.ts";
import { prepareCity } from "./prepare.ts";
import { refuseStrangers } from "./rights-guard.ts";
import { type OpenSubgraphs, openSubgraphs } from "./subgraphs.ts";
import type { ComposedSupergraph } from "./supergraph/index.ts";

export interface CityOptions {
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
  /** Ends what is being prepared. */
  readonly signal?: AbortSignal;
}

/** The departments as their files are now, composed, their subgraphs open. */
export interface City {
  readonly departments: readonly PlacedDepartment[];
  readonly subgraphs: OpenSubgraphs;
  /** True where the graph says who may read what, which nobody enforces yet. */
  readonly unenforced: boolean;
  /** Prepares what is missing, then makes the graph that answers from these subgraphs. */
  ready(): Promise<ReadyCity>;
  /** Takes over what changes in the departments from now on, as far as identity is here and the settings say so. */
  follow(): void;
  /** Leaves identity's store to another city; resolves when nothing is being taken over. */
  stopFollowing(): Promise<void>;
  /** When no answer of the graph is under way. */
  idle(): Promise<void>;
  /** Closes what is open, once: answers under way lose it. */
  close(): Promise<void>;
}

export interface ReadyCity {
  readonly graph: ServedGraph;
  /** Of the linking, where there was one. */
  readonly linked: LinkSummary | undefined;
}

/**
 * Reads the departments' files, composes them and opens their subgraphs.
 * Throws a `CivigraphError` that lists what is wrong with files, settings or composition.
 */
export async function openCity(options: CityOptions): Promise<City> {
  const { config, logger, dialects, onStatement, onStep, onLinkProgress, signal } = options;
  const log = (event: string, details: Readonly<Record<string, string>>) => logger.warn(details, event);
  const departments = await placeDepartments(config, options.folders);
  const supergraph = supergraphOf(departments);
  const unenforced = hasRights(supergraph);
  if (unenforced) refuseStrangers(config);
  const subgraphs = await openSubgraphs({
    config,
    departments,
    log,
    ...(dialects ? { dialects } : {}),
    ...(onStatement ? { onStatement } : {}),
  });
  const running = new Running();
  let closed: Promise<void> | undefined;
  const follow = () => {
    if (config.followInterval > 0) subgraphs.identity?.keepFollowing(config.followInterval);
  };
  return {
    departments,
    subgraphs,
    unenforced,
    async ready() {
      const linked = options.prepare
        ? await prepareCity({
            config,
            departments,
            subgraphs,
            ...(onStep ? { onStep } : {}),
            ...(onLinkProgress ? { onLinkProgress } : {}),
            ...(signal ? { signal } : {}),
          })
        : undefined;
      const graph = running.counting(await graphOf(supergraph, subgraphs, log));
      signal?.throwIfAborted();
      follow();
      return { graph, linked };
    },
    follow,
    stopFollowing: async () => subgraphs.identity?.stopFollowing(),
    idle: () => running.ended(),
    close: () => (closed ??= subgraphs.close()),
  };
}

async function graphOf(
  supergraph: ComposedSupergraph,
  { subgraphs }: OpenSubgraphs,
  log: (event: string, details: Readonly<Record<string, string>>) => void,
): Promise<ServedGraph> {
  const executor = await createGatewayExecutor({ supergraph, subgraphs, authority: citizenAuthority, log });
  return servedGraph(executor, subgraphs);
}

/** Counts the answers that a graph is working on, so that nobody closes what they stand on. */
class Running {
  #count = 0;
  #onEnd: (() => void) | undefined;

  counting(graph: ServedGraph): ServedGraph {
    const end = () => {
      this.#count -= 1;
      if (this.#count === 0) this.#onEnd?.();
    };
    return {
      ...graph,
      execute: (request) => {
        this.#count += 1;
        return graph.execute(request).finally(end);
      },
    };
  }

  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#onEnd = resolve));
  }
}
