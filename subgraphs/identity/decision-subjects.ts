import { createHash } from "node:crypto";
import { CivigraphError } from "../../shared/errors.ts";
import { type DecideOptions, latest } from "./decide.ts";
import type { Crosswalk, PlacedLink, StoredReview } from "./store/crosswalk.ts";

type Subject = DecideOptions["subject"];

interface Seeing {
  /** Whether the steward is shown the record's department; nobody is told whether there is what is not. */
  readonly isSeen: (link: Pick<PlacedLink, "department">) => boolean;
  /** The latest version of the citizens that the steward has read. */
  readonly version: number;
}

/** The citizens of a review, side by side; `records` is what its version says of the two records. */
export function reviewed(
  pair: readonly [number, number],
  { isSeen, records }: Pick<Seeing, "isSeen"> & { readonly records: string | undefined },
): Subject {
  return async (reads) => {
    const seen = await reads.review(...pair);
    // Settled meanwhile, or one of the records says something else than the steward has read.
    if (seen === null || recordsOf(seen) !== records) return null;
    const links = (await reads.placesById(pair)).filter(isSeen);
    const [one, other] = pair.map((id) => links.find((link) => link.id === id)?.ref);
    if (one === undefined || other === undefined || one === other) return null;
    return await citizensApart(reads, [one, other]);
  };
}

/** Citizens by the refs that were asked for. */
export function merged(asked: readonly string[], { isSeen, version }: Seeing): Subject {
  const distinct = [...new Set(asked)];
  return async (reads) => {
    const living = await reads.livingRefs(distinct);
    const refs = [...new Set(living.values())];
    const sides = await citizensApart(reads, refs);
    if (living.size < distinct.length || !sides.every((side) => side.some(isSeen))) {
      throw badInput("citizens", "names somebody whom there is not");
    }
    if (refs.length > 1) return sides;
    if (distinct.length > 1 && (await isStale(reads, refs, version))) return null;
    throw badInput("citizens", "must name at least two different citizens");
  };
}

/** The records that stay with the citizen, and those that leave it by the numbers of their links. */
export function split(asked: string, leaving: ReadonlySet<number>, { isSeen, version }: Seeing): Subject {
  return async (reads) => {
    const ref = (await reads.livingRefs([asked])).get(asked);
    const all = ref === undefined ? [] : await reads.placesOf([ref]);
    if (ref === undefined || !all.some(isSeen)) throw badInput("citizen", "names nobody whom there is");
    const gone = all.filter((link) => leaving.has(link.id) && isSeen(link));
    const kept = all.filter(({ id }) => !leaving.has(id));
    if (gone.length === leaving.size && gone.length > 0 && kept.some(isSeen)) return [kept, gone];
    if (await isStale(reads, [ref], version)) return null;
    if (leaving.size === 0) throw badInput("links", "must name at least one link");
    if (gone.length < leaving.size) throw badInput("links", "names a link that is none of this citizen's");
    throw badInput("links", "names all links of the citizen: at least one must stay");
  };
}

export function badInput(argument: string, fault: string): CivigraphError {
  return new CivigraphError("BAD_USER_INPUT", { argument, detail: `\`${argument}\` ${fault}.` });
}

/** Of a review's version the part that changes with either record: what is known of them without their values. */
export function recordsOf({ leftDigest, rightDigest }: StoredReview): string {
  return createHash("sha256").update(`${leftDigest} ${rightDigest}`).digest("hex").slice(0, 12);
}

/** What makes no sense now may have made some when the citizens were read: to read them again tells. */
async function isStale(reads: Crosswalk, refs: readonly string[], version: number): Promise<boolean> {
  return latest(await reads.versions(refs)) !== version;
}

/** All records of each of the citizens. */
async function citizensApart(reads: Crosswalk, refs: readonly string[]): Promise<readonly (readonly PlacedLink[])[]> {
  const links = await reads.placesOf(refs);
  return refs.map((ref) => links.filter((link) => link.ref === ref));
}
