import { setMaxListeners } from "node:events";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import { failureReason } from "../../shared/sql/failure-reason.ts";
import { createInProcessSubgraph } from "../../shared/transport/in-process.ts";
import type { Grants, Subgraph } from "../../shared/transport/subgraph.ts";
import { keysOfStore, ownStore } from "./earlier-secrets.ts";
import { identityKeys } from "./keys.ts";
import { apartOf, separately } from "./linking/apart.ts";
import { compactWhereAsked } from "./linking/compaction.ts";
import type { LinkEngine } from "./linking/engine.ts";
import { type Followed, followFeeds } from "./linking/follow.ts";
import { type LinkProgress, type LinkSummary, link } from "./linking/link.ts";
import { probabilisticEngine } from "./linking/probabilistic.ts";
import { writeSetting } from "./linking/scoring.ts";
import type { Sweeps } from "./linking/sweep.ts";
import { outdatedTokens } from "./linking/write-tokens.ts";
import { createLoaders } from "./loaders.ts";
import { isShown, type RegisteredDepartment } from "./registry.ts";
import { type IdentityContext, identityResolvers } from "./resolvers.ts";
import { identitySdl } from "./schema.ts";
import { createSearch } from "./search.ts";
import { keysSelected } from "./selected-keys.ts";
import { openStore } from "./store/index.ts";
import type { StoreLocation } from "./store/open.ts";
import { shownOnly } from "./store/shown.ts";

export interface IdentityOptions {
  /** Every department of the city but those that are retired. */
  readonly registry: readonly RegisteredDepartment[];
  /** Departments whose records nobody is shown, and whose links are kept. */
  readonly retired?: readonly string[];
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
  /** Links all records of all departments anew; see `link`. Under a new secret, it serves no longer: open it with that. */
  link(options?: {
    readonly engine?: LinkEngine;
    readonly actor?: string;
    /** Makes everything that is keyed anew under new keys, but for refs, and so ids. */
    readonly rotateKeys?: boolean;
    /** Has the store belong to another secret, for a reason that it keeps; all ids stay. */
    readonly newSecret?: { readonly secret: Buffer; readonly reason: string };
    readonly onProgress?: (progress: LinkProgress) => void;
    readonly signal?: AbortSignal;
  }): Promise<LinkSummary>;
  /** Takes over what has changed in the departments since the last time; see `followFeeds`. */
  follow(options?: { readonly signal?: AbortSignal }): Promise<readonly Followed[]>;
  /** Follows the departments by itself from now on, that many seconds after the last time was done. */
  keepFollowing(seconds: number): void;
  /** Follows no more; resolves when what was being taken over is done. */
  stopFollowing(): Promise<void>;
  /** True once records were linked: before, the city has no citizens. */
  ready(): Promise<boolean>;
  /**
   * False where departments went into SANDBOX or left it since records were linked, or where a program has linked them
   * that normalised values otherwise: they are to be linked anew.
   */
  current(): Promise<boolean>;
}

/**
 * Opens the crosswalk and serves it.
 * @throws CivigraphError CONFIGURATION_INVALID when the store belongs to another secret.
 */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { engine } = options;
  const departments = new Map(options.registry.map((department) => [department.id, department]));
  const opened = await openStore(options.store, identityKeys(options.secret));
  const keys = await keysOfStore(opened, options.secret).catch(async (error) => {
    await opened.close();
    throw error;
  });
  const store = ownStore(opened, keys);
  const sdl = identitySdl(options.registry);
  const retired = new Set(options.retired);
  const shown = shownOnly(
    store,
    options.registry.filter(isShown).map(({ id }) => id),
  );
  const search = createSearch({ store: shown, keys, departments });
  const resolvers = identityResolvers({ store: shown, keys, departments, search });
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: { ...resolvers, Query: { ...resolvers.Query, _service: () => ({ sdl }) } } },
  ]);
  const selectsKeys = keysSelected(options.registry);
  const subgraph = createInProcessSubgraph({
    name: "identity",
    displayName: "Identity",
    sdl,
    schema,
    context: ({ context: call }, document): IdentityContext => ({
      call,
      selectsKeys: selectsKeys(document),
      loaders: createLoaders(shown, keys, departments, call.signal),
    }),
    health: async () => {
      try {
        await store.filled();
        return (await store.belongs()) ? "UP" : "DOWN";
      } catch {
        return "DOWN";
      }
    },
    close: () => store.close(),
    ...(options.log ? { log: options.log } : {}),
  });

  const apart = apartOf(options.registry);
  const apartText = JSON.stringify([...apart].sort());
  const closing = new AbortController();
  // Each call that is under way listens, and there are many.
  setMaxListeners(0, closing.signal);
  let timer: NodeJS.Timeout | undefined;
  let following: Promise<void> | undefined;
  let interval: number | undefined;
  const sweeps: Sweeps = new Map();
  const stopTimer = () => {
    interval = undefined;
    clearTimeout(timer);
  };
  const follow: Identity["follow"] = ({ signal } = {}) =>
    followFeeds({
      store,
      keys,
      departments,
      sweeps,
      ...(signal ? { signal } : {}),
      onFailure: (department, error) =>
        options.log?.("records could not be followed", {
          department,
          error: error instanceof CivigraphError ? error.code : "error",
          reason: failureReason(error),
        }),
      tell: (event, details) => options.log?.(event, details),
    });

  let isTold = false;
  return {
    ...subgraph,
    async execute(call) {
      if (await store.belongs()) return await subgraph.execute(call);
      if (!isTold) options.log?.("the secret of identity's store was replaced: start again with the new one", {});
      isTold = true;
      const error = new CivigraphError("SUBGRAPH_UNAVAILABLE", { department: "Identity" });
      return { data: null, errors: [error.toGraphQLError()] };
    },
    async link(linkOptions = {}) {
      const summary = await link({
        ...linkOptions,
        engine: separately(linkOptions.engine ?? engine ?? probabilisticEngine(), apart),
        feeds: options.registry.map(({ feed }) => feed),
        kept: retired,
        apart,
        store,
        keys,
      });
      const { newSecret } = linkOptions;
      const written = newSecret ? ownStore(opened, identityKeys(newSecret.secret)) : store;
      await written.write((transaction) => writeSetting(transaction, "linked apart", apartText));
      try {
        await compactWhereAsked(written);
        return summary;
      } catch (error) {
        // What was linked is linked; the next run rewrites them.
        return { ...summary, notes: [...summary.notes, notRewritten(failureReason(error))] };
      }
    },
    follow,
    keepFollowing(seconds) {
      stopTimer();
      const again = async () => {
        // The departments that failed were reported; anything else will be tried again.
        await follow({ signal: closing.signal }).catch((error: unknown) =>
          options.log?.("identity could not follow", { error: error instanceof Error ? error.name : "error" }),
        );
        if (interval === seconds) wait();
      };
      const wait = () => (timer = setTimeout(() => (following = again()), seconds * 1000).unref());
      interval = seconds;
      wait();
    },
    async stopFollowing() {
      stopTimer();
      await following;
    },
    async close() {
      stopTimer();
      closing.abort();
      await following;
      await subgraph.close();
    },
    ready: () => store.filled(),
    async current() {
      if (((await store.setting("linked apart")) ?? "[]") !== apartText) return false;
      const linked = (await store.watermarks()).map(({ department }) => department);
      return (await outdatedTokens(store, linked)).length === 0;
    },
    async grants(records, { signal }) {
      signal?.throwIfAborted();
      return records.map((record) => departments.has(record.slice(0, Math.max(record.indexOf(":"), 0))));
    },
  };
}

function notRewritten(reason: string): string {
  return `The files of the store could not be rewritten (${reason}): what was overwritten can be read in them until \`civigraph link\` has run again.`;
}
