import { CivigraphError } from "../../shared/errors.ts";
import type { CallContext, Health } from "../../shared/transport/subgraph.ts";
import { citizenCursors } from "./citizen-cursors.ts";
import { citizenIds } from "./citizen-id.ts";
import type { IdentityKeys } from "./keys.ts";
import { identifierToken } from "./linking/tokens.ts";
import type { Loaders } from "./loaders.ts";
import { pageSize } from "./page-size.ts";
import type { RegisteredDepartment } from "./registry.ts";
import { type Found, type Search, type SearchAnswer, type SearchLimit, tokenVersion, type Wanted } from "./search.ts";
import { stewardResolvers } from "./steward-resolvers.ts";
import type { StoredEvent, StoredLink } from "./store/crosswalk.ts";
import type { IdentityStore } from "./store/index.ts";
import { type CitizenSearch, described, type PersonDescription, searchedFor } from "./wanted.ts";

/** What a resolver knows of the call that it answers. */
export interface IdentityContext {
  readonly call: CallContext;
  readonly loaders: Loaders;
  /** The document selects local keys. */
  readonly selectsKeys: boolean;
}

/** `ref` is the living one; what was asked for is echoed, because answers are compared with questions. */
interface CitizenSource {
  readonly ref: string;
  readonly askedRef?: string;
  readonly askedRecord?: string;
  /** Local keys by department, where they were read ahead of the fields that carry them. */
  readonly keys?: ReadonlyMap<string, readonly string[]>;
}

interface CitizenReference {
  readonly ref?: string | null;
  readonly record?: string | null;
}

interface Page {
  readonly refs: readonly string[];
  /** What cursors into the list are made for. */
  readonly list: string;
  /** Of a search, all that was found. */
  readonly found?: readonly Found[];
  readonly limits: readonly SearchLimit[];
  readonly after: boolean;
  readonly more: boolean;
}

interface CitizensArguments {
  readonly where?: CitizenSearch | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

interface MatchArguments extends Pick<CitizensArguments, "first" | "after"> {
  readonly person: PersonDescription;
}

interface SearchedPage extends Pick<CitizensArguments, "after"> {
  readonly asked: CitizenSearch | PersonDescription;
  /** What the query calls it. */
  readonly argument: "where" | "person";
  readonly size: number;
  readonly call: CallContext;
}

/** A citizen in a list, with how well it fits where it was searched for. */
interface Edge {
  readonly ref: string;
  readonly list: string;
  readonly found?: Found | undefined;
}

/** The resolvers of identity's schema, over the crosswalk and the registry. */
export function identityResolvers(options: {
  readonly store: IdentityStore;
  readonly keys: IdentityKeys;
  readonly departments: ReadonlyMap<string, RegisteredDepartment>;
  readonly search: Search;
}) {
  const { store, keys, departments, search } = options;
  const ids = citizenIds(keys, "citizen id");
  const cursors = citizenCursors(keys);
  const stewards = stewardResolvers({ store, keys, departments });
  /** @throws CivigraphError SEARCH_TOO_BROAD where nobody was found because too many would be. */
  const searched = async (wanted: Wanted, argument: string, call: CallContext): Promise<SearchAnswer> => {
    const answer = await search(wanted, call.signal);
    if (answer.found.length > 0 || !answer.limits.includes("TOO_MANY_ALIKE")) return answer;
    throw new CivigraphError("SEARCH_TOO_BROAD", { argument });
  };

  /** A page of those who are found; cursors are good for what was `asked`. */
  async function foundPage(wanted: Wanted, { asked, argument, size, after, call }: SearchedPage): Promise<Page> {
    const list = JSON.stringify([argument, ...Object.entries(asked).filter(([, value]) => value != null)]);
    const behind = after == null ? undefined : cursors.decode(after, list, call.audience);
    const { found: all, limits } = await searched(wanted, argument, call);
    const onlyCertain = "onlyCertainMatches" in asked && asked.onlyCertainMatches;
    const found = onlyCertain ? all.filter(({ grade }) => grade === "CERTAIN") : all;
    const start = behind === undefined ? 0 : found.findIndex(({ ref }) => ref === behind) + 1;
    // Whoever was there has left the list since: where it would go on cannot be told.
    if (behind !== undefined && start === 0) throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
    const refs = found.slice(start, start + size).map(({ ref }) => ref);
    return { refs, list, found, limits, after: after != null, more: found.length > start + size };
  }

  return {
    ...stewards,
    Query: {
      ...stewards.Query,
      async citizen(_: unknown, { id }: { id: string }, context: IdentityContext) {
        const ref = await context.loaders.livingRef.load(ids.decode(id, context.call.audience));
        return ref === null ? null : withKeys({ ref }, context);
      },
      async citizenByIdentifier(_: unknown, { schemaAgency, notation }: { schemaAgency: string; notation: string }) {
        const token = identifierToken(schemaAgency, notation, keys.tokensOf(await tokenVersion(store)));
        const refs = token === null ? [] : await store.page({ first: 2, after: "", tokens: [token] });
        return refs.length === 1 ? found(refs[0] ?? null) : null;
      },
      async citizens(_: unknown, { where, first, after }: CitizensArguments, { call }: IdentityContext): Promise<Page> {
        const size = pageSize(first);
        if (where == null) {
          const behind = after == null ? "" : cursors.decode(after, everybody, call.audience);
          const refs = await store.page({ first: size + 1, after: behind });
          const page = refs.slice(0, size);
          return { refs: page, list: everybody, limits: [], after: after != null, more: refs.length > size };
        }
        return await foundPage(searchedFor(where), { asked: where, argument: "where", size, after, call });
      },
      async matchCitizen(
        _: unknown,
        { person, first, after }: MatchArguments,
        { call }: IdentityContext,
      ): Promise<Page> {
        const size = pageSize(first, 5);
        return await foundPage(described(person), { asked: person, argument: "person", size, after, call });
      },
      departments: () => [...departments.values()],
    },
    CitizenConnection: {
      nodes: ({ refs }: Page, _: unknown, context: IdentityContext) =>
        Promise.all(refs.map((ref) => withKeys({ ref }, context))),
      edges: ({ refs, list, found: all }: Page): readonly Edge[] =>
        refs.map((ref) => ({ ref, list, found: all?.find((one) => one.ref === ref) })),
      totalCount: ({ found: all, limits }: Page) => (limits.length > 0 ? null : (all?.length ?? store.count())),
      searchLimits: ({ limits }: Page) => limits,
      pageInfo({ refs, list, after, more }: Page, _: unknown, { call }: IdentityContext) {
        const cursor = (ref: string | undefined) =>
          ref === undefined ? null : cursors.encode(ref, list, call.audience);
        return {
          hasNextPage: more,
          hasPreviousPage: after,
          startCursor: cursor(refs[0]),
          endCursor: cursor(refs.at(-1)),
        };
      },
    },
    CitizenEdge: {
      cursor: ({ ref, list }: Edge, _: unknown, { call }: IdentityContext) => cursors.encode(ref, list, call.audience),
      node: ({ ref }: Edge) => found(ref),
      grade: ({ found: match }: Edge) => match?.grade ?? null,
      matchProbability: ({ found: match }: Edge) => match?.matchProbability ?? null,
    },
    Citizen: {
      ...stewards.Citizen,
      async __resolveReference({ ref, record }: CitizenReference, context: IdentityContext) {
        const { loaders } = context;
        if (typeof record === "string") {
          const own = await loaders.refOfRecord.load(record);
          return own === null ? null : withKeys({ ref: own, askedRecord: record }, context);
        }
        if (typeof ref !== "string") return null;
        const living = await loaders.livingRef.load(ref);
        return living === null ? null : withKeys({ ref: living, askedRef: ref }, context);
      },
      ref: ({ askedRef, ref }: CitizenSource) => askedRef ?? ref,
      record: ({ askedRecord }: CitizenSource) => askedRecord ?? null,
      id: ({ ref }: CitizenSource, _: unknown, { call }: IdentityContext) => ids.encode(ref, call.audience),
      identityLinks: ({ ref }: CitizenSource, _: unknown, { loaders }: IdentityContext) => loaders.links.load(ref),
      history: ({ ref }: CitizenSource, _: unknown, { loaders }: IdentityContext) => loaders.events.load(ref),
      ...keyFields(departments),
    },
    IdentityLink: {
      ...stewards.IdentityLink,
      department: ({ department }: StoredLink) => departments.get(department),
      evidence: ({ evidence }: StoredLink): unknown => (evidence === null ? null : JSON.parse(evidence)),
      assertedAt: ({ at }: StoredLink) => at,
      assertedBy: ({ actor }: StoredLink) => actor,
    },
    IdentityEvent: {
      ...stewards.IdentityEvent,
      reason: ({ reason }: StoredEvent) => (reason === null ? null : keys.open(reason, "reasons")),
      // What was decided on two who are one now happened to each of them: the other is the citizen itself.
      otherCitizen: ({ ref, otherRef }: StoredEvent, _: unknown, { call }: IdentityContext) =>
        otherRef === null || otherRef === ref ? null : ids.encode(otherRef, call.audience),
    },
    Department: {
      __resolveReference: ({ id }: { id?: string | null }) => (id == null ? null : (departments.get(id) ?? null)),
      phase: ({ phase }: RegisteredDepartment) => phase ?? "LIVE",
      health: async (department: RegisteredDepartment, _: unknown, { call }: IdentityContext): Promise<Health> => {
        try {
          return await department.health(call.signal);
        } catch {
          // A department that cannot even say how it is: that is the answer.
          return "DOWN";
        }
      },
      recordCount: ({ feed }: RegisteredDepartment, _: unknown, { call }: IdentityContext) =>
        feed.count(call.signal ? { signal: call.signal } : {}),
      linkedCount: async ({ id }: RegisteredDepartment, _: unknown, { loaders }: IdentityContext) =>
        (await loaders.watermarks()).get(id)?.recordCount ?? 0,
    },
    Jurisdiction: {
      __resolveReference: ({ id }: { id?: string | null }) =>
        [...departments.values()].find(({ jurisdiction }) => jurisdiction.id === id)?.jurisdiction ?? null,
    },
  };
}

function found(ref: string | null): CitizenSource | null {
  return ref === null ? null : { ref };
}

/** The citizen with its keys: a promise for each of the fields that carry them would cost more than all the rest. */
function withKeys(citizen: CitizenSource, { loaders, selectsKeys }: IdentityContext) {
  if (!selectsKeys) return citizen;
  return loaders.keys.load(citizen.ref).then(
    (keys) => ({ ...citizen, keys }),
    // The fields themselves say what is wrong.
    () => citizen,
  );
}

/** `socialServicesKeys` and so on: what the wrappers resolve a citizen by. */
function keyFields(departments: ReadonlyMap<string, RegisteredDepartment>) {
  return Object.fromEntries(
    [...departments.values()].map(({ id, keysField }) => [
      keysField,
      ({ ref, keys }: CitizenSource, _: unknown, { loaders }: IdentityContext) =>
        keys ? (keys.get(id) ?? []) : loaders.keys.load(ref).then((read) => read.get(id) ?? []),
    ]),
  );
}

/** What cursors into the list of all citizens are made for. */
const everybody = "everybody";
