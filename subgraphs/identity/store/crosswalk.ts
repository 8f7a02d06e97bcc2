import { type Alike, type MostAlike, readAlike } from "./alike.ts";
import { type Crowded, type MostNeighbours, readNeighbours } from "./neighbours.ts";
import type { Binding, Statements } from "./statements.ts";
import { type Engine, textsOf } from "./texts.ts";

export type LinkStatus = "AUTO_LINKED" | "POTENTIAL_DUPLICATE" | "CONFIRMED" | "REJECTED" | "REVOKED";
export type MatchMethod = "IDENTIFIER" | "DETERMINISTIC" | "PROBABILISTIC" | "STEWARD";
export type IdentityEventKind = "LINKED" | "UNLINKED" | "MERGED" | "SPLIT" | "CONFIRMED" | "REJECTED" | "UNDONE";

/** Where a record is in the crosswalk: its department and its local key, or the keyed hash of a personal one. */
export interface RecordPlace {
  readonly department: string;
  readonly lookupKey: string;
}

/** One text for a place, and no other place has it. */
export function placeName({ department, lookupKey }: RecordPlace): string {
  return `${department}\0${lookupKey}`;
}

export interface Assertion {
  readonly at: string;
  readonly actor: string;
  readonly modelVersion: string;
  readonly reason: string | null;
}

export interface StoredLink extends RecordPlace, Assertion {
  readonly id: number;
  readonly ref: string;
  readonly sealedKey: string | null;
  readonly status: LinkStatus;
  readonly method: MatchMethod;
  readonly rule: string;
  readonly matchProbability: number | null;
  /** JSON array of `{ attribute, level, weight }`, where the engine gave evidence. */
  readonly evidence: string | null;
}

/** A link with its number and where its record is: what is needed to fetch the record itself. */
export interface PlacedLink extends RecordPlace {
  readonly id: number;
  readonly ref: string;
  readonly sealedKey: string | null;
}

/** A link with all that a run over some records may change of it. */
export interface HeldLink extends PlacedLink {
  readonly status: LinkStatus;
  readonly method: MatchMethod;
  readonly rule: string;
  readonly matchProbability: number | null;
  readonly evidence: string | null;
  readonly digest: string;
}

export interface SharingLink extends PlacedLink {
  /** In bits: how much less random the tokens are that it, or its citizen's best link, shares with what was asked. */
  readonly shared: number;
}

/** A pair that a steward is asked about. */
export interface StoredReview {
  readonly left: number;
  readonly right: number;
  readonly matchProbability: number;
  readonly weight: number;
  /** JSON array of `{ attribute, level, weight }`. */
  readonly evidence: string;
  readonly at: string;
  readonly modelVersion: string;
  /** Keyed digests of the records as they were weighed; null where a link has ended since. */
  readonly leftDigest: string | null;
  readonly rightDigest: string | null;
}

export interface StoredEvent extends Assertion {
  readonly kind: IdentityEventKind;
  /** The living ref, also where the event happened to a ref that was merged into it. */
  readonly ref: string;
  readonly otherRef: string | null;
  /** The decision that it tells of, while that is in force and may be taken back. */
  readonly decision: number | null;
}

export interface Watermark {
  readonly department: string;
  readonly changedSince: string | null;
  /** Records that are linked to a citizen; each is linked to one, if to itself alone. */
  readonly recordCount: number;
}

/** CONFIRM and MERGE: all records are one person. REJECT and SPLIT: the records of one side are not those of the other. */
export type DecisionKind = "CONFIRM" | "REJECT" | "MERGE" | "SPLIT";

export interface DecidedRecord extends RecordPlace {
  readonly decision: number;
  readonly kind: DecisionKind;
  readonly side: number;
}

/** What identity reads from the crosswalk; every method is one statement, however much it is asked for. */
export interface Crosswalk {
  /** The living ref of each ref that is or was one: itself, or what it redirects to. */
  livingRefs(refs: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Department and lookup key of every link of the citizens, enough to name their records. */
  keys(refs: readonly string[]): Promise<readonly Pick<StoredLink, "ref" | "department" | "lookupKey" | "sealedKey">[]>;
  links(refs: readonly string[]): Promise<readonly StoredLink[]>;
  /** All links of the citizens, for fetching their records. */
  placesOf(refs: readonly string[]): Promise<readonly PlacedLink[]>;
  /** The links of records, where they have one. */
  placesAt(records: readonly RecordPlace[]): Promise<readonly PlacedLink[]>;
  placesById(ids: readonly number[]): Promise<readonly PlacedLink[]>;
  /** All links of the citizens, with all that may be changed. */
  heldOf(refs: readonly string[]): Promise<readonly HeldLink[]>;
  /** The same of the citizens that these records are linked to. */
  heldWith(records: readonly RecordPlace[]): Promise<readonly HeldLink[]>;
  /**
   * All links of the citizens of whose links one shares most with the tokens, best first: as many citizens as asked for,
   * from among as many links. Tokens that very many share count only where there are no others, or where asked widely.
   */
  alike(tokens: readonly string[], most: MostAlike): Promise<Alike>;
  /** The links that have most of the tokens, best first; read from so many rows. The `first` ones share however little. */
  neighbours(tokens: readonly string[], most: MostNeighbours): Promise<readonly SharingLink[]>;
  /** All records of the decisions that were not undone, the oldest decision first. */
  decisions(): Promise<readonly DecidedRecord[]>;
  /** The same of the decisions that are about one of these records. */
  decisionsOn(records: readonly RecordPlace[]): Promise<readonly DecidedRecord[]>;
  /** What has happened to a citizen so far, as a number that grows. */
  versions(refs: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Reviews behind a pair of links, in the order of the numbers of their links. */
  reviews(options: {
    readonly first: number;
    readonly after: readonly [left: number, right: number];
    readonly department?: string | undefined;
  }): Promise<readonly StoredReview[]>;
  reviewCount(options?: { readonly department?: string | undefined }): Promise<number>;
  review(left: number, right: number): Promise<StoredReview | null>;
  /** The ref of each record, in the order asked; null where the crosswalk does not know it. */
  refsOf(records: readonly RecordPlace[]): Promise<readonly (string | null)[]>;
  events(refs: readonly string[]): Promise<readonly StoredEvent[]>;
  /** Refs in ascending order behind `after`; with tokens only citizens that all of them point to. */
  page(options: { first: number; after: string; tokens?: readonly string[] }): Promise<readonly string[]>;
  count(tokens?: readonly string[]): Promise<number>;
  /** Departments that have links. */
  linkedDepartments(): Promise<readonly string[]>;
  watermarks(): Promise<readonly Watermark[]>;
  /** True once linking has run. */
  filled(): Promise<boolean>;
  /** Of the links of a department, in ascending order behind `after`. */
  lookupKeys(department: string, page: { first: number; after: string }): Promise<readonly string[]>;
  recordCount(department: string): Promise<number>;
  /** Content digests of records of one department, by lookup key. */
  digestsAt(records: readonly RecordPlace[]): Promise<ReadonlyMap<string, string>>;
  setting(name: string): Promise<string | null>;
  /** Those of the settings that are there. */
  settings(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The shares of values that are common, by their tokens. */
  shares(tokens: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/**
 * Reads by these statements: those of the connection, or of a transaction. Where shown departments are given, as if the
 * others had no links and no tokens, but for what names links by their places or numbers, and `keys` and `count`.
 */
export function crosswalk(
  engine: Engine,
  rows: Statements,
  { shown: shownDepartments, crowded }: { readonly shown?: readonly string[]; readonly crowded?: Crowded } = {},
): Crosswalk {
  const texts = textsOf(engine, shownDepartments ? "shown" : "all");
  const shown = shownDepartments ? [texts.list(shownDepartments)] : [];
  const isShown = ({ department }: RecordPlace) => shownDepartments?.includes(department) ?? true;
  const number = async (text: string, bindings: readonly Binding[]): Promise<number> =>
    Number((await rows<{ count: number | string }>(text, bindings))[0]?.count ?? 0);

  return {
    async livingRefs(refs) {
      const found = await rows<{ asked: string; ref: string }>(texts.livingRefs, [texts.list(refs), ...shown]);
      return new Map(found.map(({ asked, ref }) => [asked, ref]));
    },
    keys: (refs) => rows(texts.keys, [texts.list(refs)]),
    links: async (refs) => (await rows<StoredLink>(texts.links, [texts.list(refs)])).filter(isShown),
    placesOf: (refs) => rows(texts.placesOf, [texts.list(refs)]),
    placesAt: (records) => rows(texts.placesAt, texts.places(records)),
    heldOf: (refs) => rows(texts.heldOf, [texts.list(refs)]),
    heldWith: (records) => rows(texts.heldWith, texts.places(records)),
    placesById: (ids) => rows(texts.placesById, [texts.numbers(ids)]),
    alike: (tokens, most) => readAlike(rows, texts, [...shown, texts.list(tokens)], most),
    neighbours: (tokens, most) => readNeighbours(rows, texts, { tokens, most, crowded }),
    decisions: () => rows(texts.decisions, []),
    decisionsOn: (records) => rows(texts.decisionsOn, texts.places(records)),
    async versions(refs) {
      const found = await rows<{ ref: string; version: number }>(texts.versions, [texts.list(refs)]);
      return new Map(found.map(({ ref, version }) => [ref, version]));
    },
    reviews({ first, after: [left, right], department }) {
      const bindings = [...shown, left, left, right];
      return department === undefined
        ? rows(texts.reviews, [...bindings, first])
        : rows(texts.reviewsOf, [...bindings, department, department, first]);
    },
    reviewCount: ({ department } = {}) =>
      department === undefined
        ? number(texts.reviewCount, shown)
        : number(texts.reviewCountOf, [...shown, department, department]),
    review: async (left, right) => (await rows<StoredReview>(texts.review, [left, right]))[0] ?? null,
    async refsOf(records) {
      const found = await rows<RecordPlace & { ref: string }>(texts.refsOf, [...texts.places(records), ...shown]);
      const refOf = new Map(found.map((row) => [`${row.department}:${row.lookupKey}`, row.ref]));
      return records.map((record) => refOf.get(`${record.department}:${record.lookupKey}`) ?? null);
    },
    events: (refs) => rows(texts.events, [...shown, texts.list(refs), texts.list(refs)]),
    async page({ first, after, tokens }) {
      const found =
        tokens === undefined
          ? await rows<{ ref: string }>(texts.page, [after, ...shown, first])
          : await rows<{ ref: string }>(texts.pageByTokens, [
              texts.list(tokens),
              ...shown,
              after,
              new Set(tokens).size,
              first,
            ]);
      return found.map(({ ref }) => ref);
    },
    count: (tokens) =>
      tokens === undefined
        ? number(texts.count, [])
        : number(texts.countByTokens, [texts.list(tokens), ...shown, new Set(tokens).size]),
    async linkedDepartments() {
      return (await rows<{ department: string }>(texts.linkedDepartments, [])).map(({ department }) => department);
    },
    watermarks: () => rows(texts.watermarks, []),
    filled: async () => (await rows(texts.filled, [])).length > 0,
    async lookupKeys(department, { first, after }) {
      const found = await rows<{ lookupKey: string }>(texts.lookupKeys, [department, after, first]);
      return found.map(({ lookupKey }) => lookupKey);
    },
    recordCount: (department) => number(texts.recordCount, [department]),
    async digestsAt(records) {
      const found = await rows<{ lookupKey: string; digest: string }>(texts.digestsAt, texts.places(records));
      return new Map(found.map(({ lookupKey, digest }) => [lookupKey, digest]));
    },
    async shares(tokens) {
      const found = await rows<{ token: string; share: number }>(texts.shares, [texts.list(tokens)]);
      return new Map(found.map(({ token, share }) => [token, share]));
    },
    async settings(names) {
      const found = await rows<{ name: string; value: string }>(texts.settings, [texts.list(names)]);
      return new Map(found.map(({ name, value }) => [name, value]));
    },
    setting: async (name) => (await rows<{ value: string }>(texts.setting, [name]))[0]?.value ?? null,
  };
}
