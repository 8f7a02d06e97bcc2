import { createHmac } from "node:crypto";
import type { Knex } from "knex";
import type { PersonFeed, PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys } from "../keys.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { breathe, type EnginePage, type LinkReason } from "./engine.ts";
import { LastChange } from "./last-change.ts";
import type { Run } from "./link.ts";
import { traitsOf } from "./traits.ts";
import { gatherNewTokens, keepNewTokens, renewTokens } from "./write-tokens.ts";

/** One person record of the run: where it is, and what the crosswalk said of it before. */
export interface RollEntry {
  readonly department: string;
  readonly key: string;
  /** Number of its link, old or new. */
  readonly id: number;
  readonly lookupKey: string;
  /** For a new record with a personal key. */
  readonly sealedKey: string | null;
  readonly digest: string;
  /** Its link as the crosswalk holds it, or null for a record that is new. */
  readonly link: OldLink | null;
}

/** A link as it was before the run. */
export interface OldLink {
  readonly id: number;
  readonly department: string;
  readonly lookupKey: string;
  readonly ref: string;
  readonly status: LinkReason["status"];
  readonly method: LinkReason["method"];
  readonly rule: string;
  readonly matchProbability: number | null;
  readonly evidence: string | null;
  readonly digest: string;
}

/** The feeds that answer, in the order of their ids; see `link` about those that do not. */
export async function answeringFeeds(
  feeds: readonly PersonFeed[],
  store: Crosswalk,
  signal?: AbortSignal,
): Promise<{ feeds: readonly PersonFeed[]; total: number; unavailable: readonly string[] }> {
  const linkedBefore = new Set((await store.watermarks()).map(({ department }) => department));
  const counts = await Promise.allSettled(feeds.map((feed) => feed.count({ signal })));
  signal?.throwIfAborted();
  const answering: PersonFeed[] = [];
  const unavailable: string[] = [];
  let total = 0;
  for (const [index, feed] of feeds.entries()) {
    const count = counts[index];
    if (count?.status === "fulfilled") {
      answering.push(feed);
      total += count.value;
    } else if (isUnavailable(count?.reason) && !linkedBefore.has(feed.description.department)) {
      unavailable.push(feed.description.department);
    } else throw count?.reason;
  }
  answering.sort((a, b) => (a.description.department < b.description.department ? -1 : 1));
  return { feeds: answering, total, unavailable };
}

function isUnavailable(reason: unknown): boolean {
  return reason instanceof CivigraphError && reason.code === "DEPARTMENT_UNAVAILABLE";
}

/** The records of a run while an engine reads them. */
export interface RollReading {
  /** The records read so far, in the order of the pages. */
  readonly roll: readonly RollEntry[];
  /** By department. */
  readonly lastChange: ReadonlyMap<string, LastChange>;
  /** To be read once, to the end. */
  readonly pages: AsyncIterable<EnginePage>;
  /** After the last page: gives the links whose records are gone. */
  finish(): Promise<readonly OldLink[]>;
}

/** Hands all records to an engine, and renews the look-up tokens of those that are new or changed. */
export async function readRoll(options: {
  readonly run: Run;
  readonly feeds: readonly PersonFeed[];
  readonly keys: IdentityKeys;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (done: number, department: string) => void;
}): Promise<RollReading> {
  const { run, feeds, keys, signal } = options;
  const oldLinks = await readOldLinks(run, signal);
  const first = oldLinks.size === 0;
  const entryOf = rollCall(keys, run, await nextLinkId(run.transaction));
  const tokenOf = keys.tokensOf(run.tokenVersion);
  const roll: RollEntry[] = [];
  const began = Date.now();
  const lastChange = new Map<string, LastChange>();
  await gatherNewTokens(run.transaction);

  async function* read(): AsyncGenerator<EnginePage> {
    for (const feed of feeds) {
      const { department } = feed.description;
      const old = oldLinks.get(department) ?? new Map<string, OldLink>();
      const last = new LastChange(began);
      lastChange.set(department, last);
      for await (const records of allPages(feed, signal)) {
        const entries = records.map((record) => entryOf(feed.description, record, old));
        for (const { lookupKey } of entries) old.delete(lookupKey);
        const traits = records.map(traitsOf);
        await renewTokens(run, entries, { records, traits }, tokenOf);
        for (const { changed } of records) last.add(changed);
        for (const entry of entries) roll.push(entry);
        yield { department: feed.description, records, traits };
        options.onProgress(roll.length, department);
        await breathe(signal);
      }
    }
  }
  return {
    roll,
    lastChange,
    pages: read(),
    async finish() {
      await keepNewTokens(run, first);
      await breathe(signal);
      return [...oldLinks.values()].flatMap((links) => [...links.values()]);
    },
  };
}

/** Selects links as they were before a run. */
function selectLinks(transaction: Knex.Transaction) {
  return transaction("link")
    .select("id", "department", "ref", "status", "method", "rule", "evidence")
    .select({ lookupKey: "lookup_key", matchProbability: "match_probability", digest: "content_digest" });
}

async function readOldLinks(
  { transaction }: Run,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Map<string, OldLink>>> {
  const oldLinks = new Map<string, Map<string, OldLink>>();
  for (let after = 0; ; ) {
    const page: readonly OldLink[] = await selectLinks(transaction)
      .where("id", ">", after)
      .orderBy("id")
      .limit(pageSize);
    for (const link of page) {
      const links = oldLinks.get(link.department);
      if (links === undefined) oldLinks.set(link.department, new Map([[link.lookupKey, link]]));
      else links.set(link.lookupKey, link);
    }
    const last = page.at(-1);
    if (last === undefined) return oldLinks;
    after = last.id;
    await breathe(signal);
  }
}

export async function nextLinkId(transaction: Knex.Transaction): Promise<number> {
  return ((await transaction("link").max("id as id").first<{ id: number | null }>())?.id ?? 0) + 1;
}

/** Says of a record where it is in the crosswalk, and what was there before. */
export function rollCall(
  keys: IdentityKeys,
  { tokenVersion, localKeyVersion }: Pick<Run, "tokenVersion" | "localKeyVersion">,
  firstId: number,
) {
  const digestOf = recordDigests(keys, tokenVersion);
  let nextId = firstId;
  return (description: PersonFeedDescription, record: PersonRecord, old: ReadonlyMap<string, OldLink>): RollEntry => {
    const { department, personalKey } = description;
    const lookupKey = lookupKeyOf(keys, localKeyVersion, description)(record.key);
    const link = old.get(lookupKey) ?? null;
    return {
      department,
      key: record.key,
      id: link?.id ?? nextId++,
      lookupKey,
      sealedKey: personalKey && link === null ? keys.seal(record.key, tokenVersion) : null,
      digest: digestOf(record),
      link,
    };
  };
}

/**
 * The keyed digest by which a record is known to be as it was. With the version of the token key in it, all records are
 * taken for changed, and get new tokens, when that key changes.
 */
export function recordDigests(keys: IdentityKeys, tokenVersion: number): (record: PersonRecord) => string {
  const key = keys.derive(`content digests ${tokenVersion}`);
  return (record) => createHmac("sha256", key).update(JSON.stringify(record)).digest("base64url").slice(0, 20);
}

/**
 * By what a local key is found in the crosswalk: by itself, or, where it is personal, by a keyed hash of it. The hash of
 * a version is made of the one of the version before, so that a hash can be renewed when the key is not at hand.
 */
export function lookupKeyOf(
  keys: IdentityKeys,
  version: number,
  { department, personalKey }: Pick<PersonFeedDescription, "department" | "personalKey">,
): (localKey: string) => string {
  if (!personalKey) return (localKey) => localKey;
  return (localKey) => rehashedKey(keys, keys.token("local key", `${department}\0${localKey}`), 1, version);
}

/** The hash of a personal local key of a version, from the one of an earlier version. */
export function rehashedKey(keys: IdentityKeys, hash: string, from: number, to: number): string {
  let renewed = hash;
  for (let version = from + 1; version <= to; version += 1) renewed = keys.tokensOf(version)("local key", renewed);
  return renewed;
}

/** All records of a department, or those that have changed since, page by page. */
export async function* allPages(
  feed: PersonFeed,
  signal?: AbortSignal,
  changedSince?: string,
): AsyncIterable<readonly PersonRecord[]> {
  let after: string | undefined;
  do {
    const page = await feed.page({ first: pageSize, after, changedSince, signal });
    yield page.records;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

const pageSize = 5_000;
