import { LRUCache } from "lru-cache";
import type { SharingLink } from "./crosswalk.ts";
import type { Statements } from "./statements.ts";
import type { textsOf } from "./texts.ts";

export interface MostNeighbours {
  readonly links: number;
  readonly rows: number;
  readonly first: number;
}

/** Tokens that more links have than are looked at: as long as that is known, they are not counted again. */
export interface Crowded {
  has(token: string): boolean;
  set(token: string, is: true): unknown;
}

/** The commonest tokens of a large city, some megabytes. */
const mostCrowded = 50_000;
/** Milliseconds until a token is counted again, which fewer links may have by now. */
const crowdedFor = 10 * 60_000;

export function crowdedTokens(): Crowded & { clear(): void } {
  return new LRUCache<string, true>({ max: mostCrowded, ttl: crowdedFor });
}

/** What one transaction sees, to be kept once it is written: what is undone may have been all that made a token common. */
export function seenCrowded(crowded: Crowded): Crowded & { keep(): void } {
  const seen = new Set<string>();
  return {
    has: (token) => crowded.has(token) || seen.has(token),
    set: (token) => seen.add(token),
    keep() {
      for (const token of seen) crowded.set(token, true);
    },
  };
}

/** The links that have most of the tokens, without those that are crowded. */
export async function readNeighbours(
  rows: Statements,
  texts: Pick<ReturnType<typeof textsOf>, "neighbours" | "list">,
  options: {
    readonly tokens: readonly string[];
    readonly most: MostNeighbours;
    readonly crowded: Crowded | undefined;
  },
): Promise<readonly SharingLink[]> {
  const { tokens, most, crowded } = options;
  const asked = tokens.filter((token) => !crowded?.has(token));
  const bindings = [texts.list(asked), most.rows, most.links, most.first];
  const found = await rows<SharingLink | CrowdedToken>(texts.neighbours, bindings);
  return found.filter((row): row is SharingLink => {
    if (row.id === null) crowded?.set(row.lookupKey, true);
    return row.id !== null;
  });
}

/** Told along with the links. */
interface CrowdedToken {
  readonly id: null;
  /** The token. */
  readonly lookupKey: string;
}
