import { setMaxListeners } from "node:events";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import { createInProcessSubgraph } from "../../shared/transport/in-process.ts";
import type { Grants, Subgraph } from "../../shared/transport/subgraph.ts";
import { identityKeys } from "./keys.ts";
import type { LinkEngine } from "./linking/engine.ts";
import { type Followed, followFeeds } from "./linking/follow.ts";
import { type LinkProgress, type LinkSummary, link } from "./linking/link.ts";
import { createLoaders } from "./loaders.ts";
import type { RegisteredDepartment } from "./registry.ts";
import { type IdentityContext, identityResolvers } from "./resolvers.ts";
import { identitySdl } from "./schema.ts";
import { createSearch } from "./search.ts";
import { openStore } from "./store/index.ts";
import type { StoreLocation } from "./store/open.ts";

export interface IdentityOptions {
  /** Every department of the city. */
  readonly registry: readonly RegisteredDepartment[];
  /** See `storeLocation`. */
  readonly store: StoreLocation;
  /** See `identitySecret`. */
  readonly secret: Buffer;
  /** Links where nobody says by what; by match weights of the shipped model without it. */
  readonly engine?: LinkEngine;
  /** Told the class name of an error that clients see only as an internal one. */
  readonly log?: (event: string, details: Readonly<Record<string, string>>) => void;
}

/** Who is who: the subgraph, its decisions for wrappers, and the linking of records. */
export interface Identity extends Subgraph, Grants {
  /** Links all records of all departments anew; see `link`. */
  link(options?: {
    readonly engine?: LinkEngine;
    readonly actor?: string;
    /** Makes all look-up tokens anew under a new key. */
    readonly rotateKeys?: boolean;
    readonly onProgress?: (progress: LinkProgress) => void;
    readonly signal?: AbortSignal;
  }): Promise<LinkSummary>;
  /** Takes over what has changed in the departments since the last time; see `followFeeds`. */
  follow(options?: { readonly signal?: AbortSignal }): Promise<readonly Followed[]>;
  /** Follows the departments by itself from now on, that many seconds after the last time was done. */
  keepFollowing(seconds: number): void;
  /** True once records were linked: before, the city has no citizens. */
  ready(): Promise<boolean>;
}

/**
 * Opens the crosswalk and serves it.
 * @throws CivigraphError CONFIGURATION_INVALID when the store belongs to another secret.
 */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { engine } = options;
  const departments = new Map(options.registry.map((department) => [department.id, department]));
  const keys = identityKeys(options.secret);
  const store = await openStore(options.store, keys);
  const sdl = identitySdl(options.registry);
  const search = createSearch({ store, keys, departments });
  const resolvers = identityResolvers({ store, keys, departments, search });
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: { ...resolvers, Query: { ...resolvers.Query, _service: () => ({ sdl }) } } },
  ]);
  const subgraph = createInProcessSubgraph({
    name: "identity",
    displayName: "Identity",
    sdl,
    schema,
    context: ({ context: call }): IdentityContext => ({
      call,
      loaders: createLoaders(store, keys, departments, call.signal),
    }),
    health: async () => {
      try {
        await store.filled();
        return "UP";
      } catch {
        return "DOWN";
      }
    },
    close: () => store.close(),
    ...(options.log ? { log: options.log } : {}),
  });

  const closing = new AbortController();
  // Each call that is under way listens, and there are many.
  setMaxListeners(0, closing.signal);
  let timer: NodeJS.Timeout | undefined;
  let following: Promise<void> | undefined;
  const follow: Identity["follow"] = ({ signal } = {}) =>
    followFeeds({
      store,
      keys,
      departments,
      ...(signal ? { signal } : {}),
      onFailure: (department, error) =>
        options.log?.("records could not be followed", {
          department,
          error: error instanceof CivigraphError ? error.code : "error",
        }),
    });

  return {
    ...subgraph,
    link: (linkOptions = {}) =>
      link({
        ...(engine ? { engine } : {}),
        ...linkOptions,
        feeds: options.registry.map(({ feed }) => feed),
        store,
        keys,
      }),
    follow,
    keepFollowing(seconds) {
      clearTimeout(timer);
      const again = async () => {
        // The departments that failed were reported; anything else will be tried again.
        await follow({ signal: closing.signal }).catch((error: unknown) =>
          options.log?.("identity could not follow", { error: error instanceof Error ? error.name : "error" }),
        );
        if (!closing.signal.aborted) timer = setTimeout(() => (following = again()), seconds * 1000).unref();
      };
      timer = setTimeout(() => (following = again()), seconds * 1000).unref();
    },
    async close() {
      clearTimeout(timer);
      closing.abort();
      await following;
      await subgraph.close();
    },
    ready: () => store.filled(),
    async grants(records, { signal }) {
      signal?.throwIfAborted();
      return records.map((record) => departments.has(record.slice(0, Math.max(record.indexOf(":"), 0))));
    },
  };
}
