import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { CivigraphError } from "../../shared/errors.ts";
import type { CallContext } from "../../shared/transport/subgraph.ts";
import { citizenIds } from "./citizen-id.ts";
import { decide, type Ruling, undo } from "./decide.ts";
import { badInput, merged, recordsOf, reviewed, split } from "./decision-subjects.ts";
import type { IdentityKeys } from "./keys.ts";
import { refresh } from "./linking/refresh.ts";
import { numberIds } from "./number-ids.ts";
import { pageSize } from "./page-size.ts";
import { isShown, type RegisteredDepartment } from "./registry.ts";
import type { IdentityContext } from "./resolvers.ts";
import type { PlacedLink, StoredEvent, StoredReview } from "./store/crosswalk.ts";
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
    if (reason.trim() === "") throw badInput("reason", "is empty. Say why");
    if (reason.length > longestReason) {
      throw badInput("reason", `must have at most ${longestReason} characters, but has ${reason.length}`);
    }
    return { store, keys, departments, actor: actorOf(call), reason, signal: call.signal };
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
  const onReview =
    (kind: "CONFIRM" | "REJECT") =>
    async (
      _: unknown,
      { review, version, reason }: Deciding & { readonly review: string },
      context: IdentityContext,
    ) => {
      const deciding = { ...resolving(context, reason), kind, version: versionOf(version) };
      const pair = numbers.review.decode(review, context.call.audience);
      const links = await store.placesById(pair);
      if (links.length < 2 || !links.every(isSeen)) throw badInput("review", "names no review that there is");
      await refresh(links, deciding);
      const subject = reviewed(pair, { isSeen, records: version.split("-")[1] });
      return await ruled(decide({ ...deciding, subject }), context);
    };

  return {
    Query: {
      async identityReviews(
        _: unknown,
        { first, after, department }: { first?: number | null; after?: string | null; department?: string | null },
        { call, loaders }: IdentityContext,
      ): Promise<ReviewPage> {
        const size = pageSize(first);
        const behind = after == null ? start : numbers.review.decode(after, call.audience);
        if (after != null && behind[0] === 0) throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
        const found = await store.reviews({
          first: size + 1,
          after: behind,
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
        if (ids.length > mostMerged) {
          throw badInput("citizens", `must name at most ${mostMerged} citizens at a time, but names ${ids.length}`);
        }
        const asked = ids.map((id) => citizens.decode(id, context.call.audience));
        const deciding = { ...resolving(context, reason), kind: "MERGE", version: versionOf(version) } as const;
        const subject = merged(asked, { isSeen, version: deciding.version });
        return ruled(decide({ ...deciding, subject }), context);
      },
      splitCitizen(
        _: unknown,
        { citizen, links, version, reason }: Deciding & { readonly citizen: string; readonly links: readonly string[] },
        context: IdentityContext,
      ) {
        const { audience } = context.call;
        const leaving = new Set(links.map((link) => numbers.link.decode(link, audience)[0]));
        const deciding = { ...resolving(context, reason), kind: "SPLIT", version: versionOf(version) } as const;
        const subject = split(citizens.decode(citizen, audience), leaving, { isSeen, version: deciding.version });
        return ruled(decide({ ...deciding, subject }), context);
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
    IdentityEvent: {
      decision: ({ decision }: StoredEvent, _: unknown, { call }: IdentityContext) =>
        decision === null ? null : numbers.decision.encode([decision, 0], call.audience),
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

/** In characters: it is told with each event of the decision. */
const longestReason = 2_000;

/** All their records are compared with each other, and nobody else is written meanwhile. */
const mostMerged = 20;

/** Links are numbered from 1. */
const start = [0, 0] as const;

/** The part of a version that tells what has happened to the citizens. */
function versionOf(text: string): number {
  const [, events] = /^(\d{1,15})(?:-[0-9a-f]{12})?$/.exec(text) ?? [];
  if (events !== undefined) return Number(events);
  throw badInput("version", "must be the one that was read with the citizens or the review");
}

function addressLine({ thoroughfare, locatorDesignator, postCode, postName }: NonNullable<PersonRecord["address"]>) {
  const street = [thoroughfare, locatorDesignator].filter((part) => part !== undefined).join(" ");
  const place = [postCode, postName].filter((part) => part !== undefined).join(" ");
  return [street, place].filter((part) => part !== "").join(", ") || null;
}
