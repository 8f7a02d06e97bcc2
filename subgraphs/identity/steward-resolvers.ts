import { createHash } from "node:crypto";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { CivigraphError } from "../../shared/errors.ts";
import type { CallContext } from "../../shared/transport/subgraph.ts";
import { citizenIds, isWellFormed } from "./citizen-id.ts";
import { decide, type Ruling, undo } from "./decide.ts";
import type { IdentityKeys } from "./keys.ts";
import { refresh } from "./linking/refresh.ts";
import { numberIds } from "./number-ids.ts";
import { pageSize } from "./page-size.ts";
import { isShown, type RegisteredDepartment } from "./registry.ts";
import type { IdentityContext } from "./resolvers.ts";
import type { Crosswalk, PlacedLink, StoredReview } from "./store/crosswalk.ts";
import type { IdentityStore } from "./store/index.ts";

interface ReviewPage {
  readonly reviews: readonly StoredReview[];
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly department: string | undefined;
  readonly after: boolean;
  readonly more: boolean;
}

interface Deciding {
  readonly version: string;
  readonly reason: string;
}

/** The resolvers of what stewards see and do. */
export function stewardResolvers(options: {
  readonly store: IdentityStore;
  readonly keys: IdentityKeys;
  readonly departments: ReadonlyMap<string, RegisteredDepartment>;
}) {
  const { store, keys, departments } = options;
  const citizens = citizenIds(keys, "citizen id");
  const numbers = {
    review: numberIds(keys, "review"),
    link: numberIds(keys, "link"),
    decision: numberIds(keys, "decision"),
  };
  const resolving = ({ call }: IdentityContext, reason: string) => {
    if (reason.trim() !== "") return { store, keys, departments, actor: actorOf(call), reason, signal: call.signal };
    throw new CivigraphError("BAD_USER_INPUT", { argument: "reason", detail: "`reason` is empty. Say why." });
  };
  const ruled = async (ruling: Promise<Ruling>, { call }: IdentityContext) => {
    const { decision, kind, refs } = await ruling;
    const shown = await store.livingRefs(refs);
    return {
      id: numbers.decision.encode([decision, 0], call.audience),
      kind,
      citizens: refs.filter((ref) => shown.has(ref)).map((ref) => ({ ref })),
    };
  };

  /** Whether clients are shown the record's department. */
  const isSeen = ({ department }: Pick<PlacedLink, "department">) => {
    const known = departments.get(department);
    return known !== undefined && isShown(known);
  };
  /** The citizens of a review, side by side. */
  const sidesOf = (review: string, version: string, { call }: IdentityContext) => {
    const [left, right] = numbers.review.decode(review, call.audience);
    return async (reads: Crosswalk): Promise<readonly (readonly PlacedLink[])[] | null> => {
      const seen = await reads.review(left, right);
      // Settled meanwhile, or one of the records says something else than the steward has read.
      if (seen === null || recordsOf(seen) !== version.split("-")[1]) return null;
      const links = (await reads.placesById([left, right])).filter(isSeen);
      const refs = [left, right].map((id) => links.find((link) => link.id === id)?.ref);
      const [one, other] = refs;
      if (one === undefined || other === undefined || one === other) return null;
      return await citizensApart(reads, [one, other]);
    };
  };
  const onReview =
    (kind: "CONFIRM" | "REJECT") =>
    async (
      _: unknown,
      { review, version, reason }: Deciding & { readonly review: string },
      context: IdentityContext,
    ) => {
      const deciding = { ...resolving(context, reason), kind, version: versionOf(version) };
      const links = await store.placesById(numbers.review.decode(review, context.call.audience));
      if (links.every(isSeen)) await refresh(links, deciding);
      return await ruled(decide({ ...deciding, subject: sidesOf(review, version, context) }), context);
    };

  return {
    Query: {
      async identityReviews(
        _: unknown,
        { first, after, department }: { first?: number | null; after?: string | null; department?: string | null },
        { call, loaders }: IdentityContext,
      ): Promise<ReviewPage> {
        const size = pageSize(first);
        if (after != null && !isWellFormed(after)) throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
        const found = await store.reviews({
          first: size + 1,
          after: after == null ? [0, 0] : numbers.review.decode(after, call.audience),
          department: department ?? undefined,
        });
        const page = found.slice(0, size);
        const cursor = (review: StoredReview | undefined) =>
          review ? numbers.review.encode([review.left, review.right], call.audience) : null;
        const links = await loaders.place.loadMany(page.flatMap(({ left, right }) => [left, right]));
        const isThere = (index: number) => {
          const link = links[index];
          return link instanceof Error || (link != null && isSeen(link));
        };
        return {
          // A link can end between the two reads: its review goes, and the page stays.
          reviews: page.filter((_, index) => isThere(2 * index) && isThere(2 * index + 1)),
          startCursor: cursor(page[0]),
          endCursor: cursor(page.at(-1)),
          department: department ?? undefined,
          after: after != null,
          more: found.length > size,
        };
      },
    },
    Mutation: {
      confirmLink: onReview("CONFIRM"),
      rejectLink: onReview("REJECT"),
      mergeCitizens(
        _: unknown,
        { citizens: ids, version, reason }: Deciding & { readonly citizens: readonly string[] },
        context: IdentityContext,
      ) {
        const asked = [...new Set(ids.map((id) => citizens.decode(id, context.call.audience)))];
        const subject = async (reads: Crosswalk) => {
          const refs = [...new Set((await reads.livingRefs(asked)).values())];
          if (refs.length < 2 || refs.length < asked.length) return null;
          const sides = await citizensApart(reads, refs);
          return sides.every((side) => side.some(isSeen)) ? sides : null;
        };
        const merging = { ...resolving(context, reason), kind: "MERGE", version: versionOf(version), subject } as const;
        return ruled(decide(merging), context);
      },
      splitCitizen(
        _: unknown,
        { citizen, links, version, reason }: Deciding & { readonly citizen: string; readonly links: readonly string[] },
        context: IdentityContext,
      ) {
        const { audience } = context.call;
        const asked = citizens.decode(citizen, audience);
        const leaving = new Set(links.map((link) => numbers.link.decode(link, audience)[0]));
        const subject = async (reads: Crosswalk) => {
          const ref = (await reads.livingRefs([asked])).get(asked);
          const all = ref === undefined ? [] : await reads.placesOf([ref]);
          const gone = all.filter((link) => leaving.has(link.id) && isSeen(link));
          const kept = all.filter(({ id }) => !leaving.has(id));
          return gone.length < leaving.size || gone.length === 0 || !kept.some(isSeen) ? null : [kept, gone];
        };
        const split = { ...resolving(context, reason), kind: "SPLIT", version: versionOf(version), subject } as const;
        return ruled(decide(split), context);
      },
      undoDecision(
        _: unknown,
        { decision, reason }: { readonly decision: string; readonly reason: string },
        context: IdentityContext,
      ) {
        const [number] = numbers.decision.decode(decision, context.call.audience);
        return ruled(undo({ ...resolving(context, reason), decision: number, isSeen }), context);
      },
    },
    IdentityReviewConnection: {
      nodes: ({ reviews }: ReviewPage) => reviews,
      edges: ({ reviews }: ReviewPage) => reviews.map((node) => ({ node })),
      totalCount: ({ department }: ReviewPage) => store.reviewCount({ department }),
      pageInfo: ({ startCursor, endCursor, after, more }: ReviewPage) => ({
        hasNextPage: more,
        hasPreviousPage: after,
        startCursor,
        endCursor,
      }),
    },
    IdentityReviewEdge: {
      cursor: ({ node }: { node: StoredReview }, _: unknown, { call }: IdentityContext) =>
        numbers.review.encode([node.left, node.right], call.audience),
    },
    IdentityReview: {
      id: ({ left, right }: StoredReview, _: unknown, { call }: IdentityContext) =>
        numbers.review.encode([left, right], call.audience),
      status: () => "POTENTIAL_DUPLICATE",
      async version(review: StoredReview, _: unknown, { loaders }: IdentityContext) {
        const { left, right } = review;
        const links = await loaders.place.loadMany([left, right]);
        const refs = links.flatMap((link) => (link === null || link instanceof Error ? [] : [link.ref]));
        const versions = await Promise.all(refs.map((ref) => loaders.version.load(ref)));
        return `${Math.max(0, ...versions)}-${recordsOf(review)}`;
      },
      left: ({ left }: StoredReview, _: unknown, { loaders }: IdentityContext) => loaders.place.load(left),
      right: ({ right }: StoredReview, _: unknown, { loaders }: IdentityContext) => loaders.place.load(right),
      evidence: ({ evidence }: StoredReview): unknown => JSON.parse(evidence),
    },
    ReviewedRecord: {
      department: ({ department }: PlacedLink) => departments.get(department),
      citizen: ({ ref }: PlacedLink) => ({ ref }),
      person: (link: PlacedLink, _: unknown, { loaders }: IdentityContext) => loaders.liveRecord.load(link),
    },
    ReviewedPerson: {
      address: ({ address }: PersonRecord) =>
        address === undefined ? null : (address.fullAddress ?? addressLine(address)),
      identifier: ({ identifier }: PersonRecord) =>
        identifier?.map(({ schemaAgency, notation }) => `${schemaAgency} ${notation}`.trim()) ?? null,
    },
    Citizen: {
      version: async ({ ref }: { ref: string }, _: unknown, { loaders }: IdentityContext) =>
        String(await loaders.version.load(ref)),
    },
    IdentityLink: {
      id: ({ id }: { id: number }, _: unknown, { call }: IdentityContext) =>
        numbers.link.encode([id, 0], call.audience),
    },
  };
}

/** Who decides: the caller, as far as the call says who that is. */
function actorOf({ audience }: CallContext): string {
  return `steward of ${audience}`;
}

/** All records of each of the citizens. */
async function citizensApart(reads: Crosswalk, refs: readonly string[]): Promise<readonly (readonly PlacedLink[])[]> {
  const links = await reads.placesOf(refs);
  return refs.map((ref) => links.filter((link) => link.ref === ref));
}

/** Of a review's version the part that changes with either record: what is known of them without their values. */
function recordsOf({ leftDigest, rightDigest }: StoredReview): string {
  return createHash("sha256").update(`${leftDigest} ${rightDigest}`).digest("hex").slice(0, 12);
}

/** The part of a version that tells what has happened to the citizens. */
function versionOf(text: string): number {
  const [, events] = /^(\d{1,15})(?:-[0-9a-f]{12})?$/.exec(text) ?? [];
  if (events !== undefined) return Number(events);
  throw new CivigraphError("BAD_USER_INPUT", {
    argument: "version",
    detail: "`version` must be the one that was read with the citizens or the review.",
  });
}

function addressLine({ thoroughfare, locatorDesignator, postCode, postName }: NonNullable<PersonRecord["address"]>) {
  const street = [thoroughfare, locatorDesignator].filter((part) => part !== undefined).join(" ");
  const place = [postCode, postName].filter((part) => part !== undefined).join(" ");
  return [street, place].filter((part) => part !== "").join(", ") || null;
}
