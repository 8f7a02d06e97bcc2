import { CivigraphError } from "../../shared/errors.ts";
import type { CallContext, Health } from "../../shared/transport/subgraph.ts";
import { type CitizenIds, citizenIds, isWellFormed } from "./citizen-id.ts";
import type { IdentityKeys } from "./keys.ts";
import { identifierToken } from "./linking/tokens.ts";
import type { Loaders } from "./loaders.ts";
import { pageSize } from "./page-size.ts";
import type { RegisteredDepartment } from "./registry.ts";
import { anyAgency, type Found, type Search, tokenVersion, type Wanted } from "./search.ts";
import { stewardResolvers } from "./steward-resolvers.ts";
import type { StoredEvent, StoredLink } from "./store/crosswalk.ts";
import type { IdentityStore } from "./store/index.ts";

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
  /** Of a search, all that was found. */
  readonly found?: readonly Found[];
  readonly after: boolean;
  readonly more: boolean;
}

interface CitizensArguments {
  readonly where?: CitizenSearch | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

interface CitizenSearch {
  readonly fullName?: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly dateOfBirth?: string | null;
  readonly address?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly identifier?: string | null;
  readonly onlyCertainMatches?: boolean | null;
}

/** A citizen in a list, with how well it fits where it was searched for. */
interface Edge {
  readonly ref: string;
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
  const cursors = citizenIds(keys, "cursor");
  const stewards = stewardResolvers({ store, keys, departments });

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
        const behind = after == null ? "" : cursorRef(cursors, after, call.audience);
        if (where == null) {
          const refs = await store.page({ first: size + 1, after: behind });
          return { refs: refs.slice(0, size), after: after != null, more: refs.length > size };
        }
        const all = await search(wantedOf(where), call.signal);
        const found = where.onlyCertainMatches ? all.filter(({ grade }) => grade === "CERTAIN") : all;
        const start = after == null ? 0 : found.findIndex(({ ref }) => ref === behind) + 1;
        const refs = found.slice(start, start + size).map(({ ref }) => ref);
        return { refs, found, after: after != null, more: found.length > start + size };
      },
      async matchCitizen(
        _: unknown,
        { person, first }: { person: PersonDescription; first?: number | null },
        { call }: IdentityContext,
      ): Promise<readonly Edge[]> {
        const found = await search(describedPerson(person), call.signal);
        return found.slice(0, pageSize(first, 5)).map((one) => ({ ref: one.ref, found: one }));
      },
      departments: () => [...departments.values()],
    },
    CitizenConnection: {
      nodes: ({ refs }: Page, _: unknown, context: IdentityContext) =>
        Promise.all(refs.map((ref) => withKeys({ ref }, context))),
      edges: ({ refs, found: all }: Page): readonly Edge[] =>
        refs.map((ref) => ({ ref, found: all?.find((one) => one.ref === ref) })),
      totalCount: ({ found: all }: Page) => all?.length ?? store.count(),
      pageInfo({ refs, after, more }: Page, _: unknown, { call }: IdentityContext) {
        const cursor = (ref: string | undefined) => (ref === undefined ? null : cursors.encode(ref, call.audience));
        return {
          hasNextPage: more,
          hasPreviousPage: after,
          startCursor: cursor(refs[0]),
          endCursor: cursor(refs.at(-1)),
        };
      },
    },
    CitizenEdge: {
      cursor: ({ ref }: Edge, _: unknown, { call }: IdentityContext) => cursors.encode(ref, call.audience),
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
      reason: ({ reason }: StoredEvent) => (reason === null ? null : keys.open(reason, "reasons")),
      otherCitizen: ({ otherRef }: StoredEvent, _: unknown, { call }: IdentityContext) =>
        otherRef === null ? null : ids.encode(otherRef, call.audience),
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

/** A cursor reads as some ref even when it was made up; the list then goes on behind a place that nobody holds. */
function cursorRef(cursors: CitizenIds, cursor: string, audience: string): string {
  if (isWellFormed(cursor)) return cursors.decode(cursor, audience);
  throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
}

/** What may be said of a person at intake; see the schema. */
interface PersonDescription
  extends Omit<CitizenSearch, "phone" | "identifier" | "address" | "onlyCertainMatches" | "email"> {
  readonly birthName?: string | null;
  readonly gender?: string | null;
  readonly telephone?: readonly string[] | null;
  readonly email?: readonly string[] | null;
  readonly address?: { readonly [part: string]: string | null } | null;
  readonly identifier?: readonly { readonly schemaAgency: string; readonly notation: string }[] | null;
}

function wantedOf({ onlyCertainMatches: _, phone, email, identifier, address, ...names }: CitizenSearch): Wanted {
  const wanted: Wanted = withoutNulls({
    ...names,
    address: address == null ? null : { fullAddress: address },
    telephone: phone == null ? null : [phone],
    email: email == null ? null : [email],
    identifier: identifier == null ? null : [{ schemaAgency: anyAgency, notation: identifier }],
  });
  if (Object.keys(wanted).length > 0) return wanted;
  throw new CivigraphError("BAD_USER_INPUT", {
    argument: "where",
    detail: "`where` is empty. Say at least one thing to search by, or leave `where` out for all citizens.",
  });
}

function describedPerson({ address, ...person }: PersonDescription): Wanted {
  return withoutNulls({ ...person, address: address == null ? null : withoutNulls(address) });
}

function withoutNulls(values: Readonly<Record<string, unknown>>): Wanted {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
