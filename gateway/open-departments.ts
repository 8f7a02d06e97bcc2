import type { PersonFeed } from "../shared/department/person-feed.ts";
import { createWrapper, type Wrapper } from "../shared/department/wrapper.ts";
import type { Dialect } from "../shared/sql/dialect.ts";
import { dialects as engines } from "../shared/sql/dialects.ts";
import { createHttpSubgraph } from "../shared/transport/http-subgraph.ts";
import type { Grants, Subgraph } from "../shared/transport/subgraph.ts";
import type { RegisteredDepartment } from "../subgraphs/identity/registry.ts";
import type { Config } from "./config.ts";
import type { PlacedDepartment } from "./departments.ts";
import { doorOf, remoteFeed, signerOf } from "./remote.ts";

/** The engines that departments may keep their records in. */
export { dialects as engines } from "../shared/sql/dialects.ts";

export interface OpenOptions {
  readonly config: Config;
  readonly departments: readonly PlacedDepartment[];
  readonly log: (event: string, details: Readonly<Record<string, string>>) => void;
  /** Instead of all engines. */
  readonly dialects?: readonly Dialect[];
  /** Told each SQL statement that a wrapper in this process runs: its text, never its values. */
  readonly onStatement?: (department: string, sql: string) => void;
}

export interface OpenDepartment {
  readonly placed: PlacedDepartment;
  readonly subgraph: Subgraph;
  readonly feed: PersonFeed;
  /** Where it runs in this process. */
  readonly wrapper?: Wrapper;
  close(): Promise<void>;
}

/** Opens departments where they are: a wrapper over the database, or a client of the process that runs one. */
export function openDepartments(
  options: OpenOptions,
  grants: Grants,
  /** In whose name the person feeds of departments elsewhere are read. */
  reader: "identity" | "person",
): readonly OpenDepartment[] {
  return options.departments.map((placed) =>
    placed.place === "here" ? openHere(placed, grants, options) : openRemote(placed, reader, options),
  );
}

/** The departments as identity and person know them. */
export function registryOf(departments: readonly OpenDepartment[]): readonly RegisteredDepartment[] {
  return departments.map(({ placed: { model, phase }, feed, subgraph }) => ({
    id: model.id,
    name: model.name,
    jurisdiction: { id: model.jurisdiction, name: model.jurisdiction },
    keysField: model.keysField,
    phase,
    feed,
    health: (signal) => subgraph.health(signal),
  }));
}

type Here = Extract<PlacedDepartment, { place: "here" }>;
type Remote = Extract<PlacedDepartment, { place: "remote" }>;

function openHere(placed: Here, grants: Grants, options: OpenOptions): OpenDepartment {
  const { config, dialects = engines, log, onStatement } = options;
  const { model } = placed;
  const wrapper = createWrapper({
    model,
    url: placed.databaseUrl,
    dialects,
    grants,
    log,
    statementTimeoutMs: config.statementTimeout,
    ...(placed.resolvers ? { resolvers: placed.resolvers } : {}),
    ...(config.subgraphSecret ? { cursorSecret: config.subgraphSecret } : {}),
    ...(onStatement ? { onStatement: (sql: string) => onStatement(model.id, sql) } : {}),
  });
  return { placed, wrapper, subgraph: wrapper, feed: wrapper.feed, close: () => wrapper.close() };
}

function openRemote(placed: Remote, reader: "identity" | "person", { config, log }: OpenOptions): OpenDepartment {
  const { id, name, sdl } = placed.model;
  const timeout = config.subgraphTimeout;
  const url = doorOf(placed.url, "graphql");
  const signer = signerOf(config, "gateway");
  const subgraph = createHttpSubgraph({ name: id, displayName: name, sdl, url, signer, timeout, log });
  const feed = remoteFeed(placed.model, {
    url: doorOf(placed.url, "person-feed"),
    signer: signerOf(config, reader),
    timeout,
  });
  const close = async () => {
    await Promise.allSettled([subgraph.close(), feed.close()]);
  };
  return { placed, subgraph, feed, close };
}
