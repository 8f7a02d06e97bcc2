import { createHmac } from "node:crypto";
import type { Knex } from "knex";
import type { PersonFeed, PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys, TokenOf } from "../keys.ts";
import { bulkInsert, runBulk } from "../store/bulk.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { breathe, type EnginePage, type LinkReason } from "./engine.ts";
import type { Run } from "./link.ts";
import { recordTokens } from "./tokens.ts";
import { type Traits, traitsOf } from "./traits.ts";

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
  /** By department: when the record changed that changed last. */
  readonly lastChange: ReadonlyMap<string, string>;
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
  const entryOf = rollCall(keys, run.tokenVersion, await nextLinkId(run.transaction));
  const tokenOf = keys.tokensOf(run.tokenVersion);
  const roll: RollEntry[] = [];
  const lastChange = new Map<string, string>();
  await run.transaction.raw("create temporary table new_token (token text, link_id integer)");

  async function* read(): AsyncGenerator<EnginePage> {
    for (const feed of feeds) {
      const { department } = feed.description;
      const old = oldLinks.get(department) ?? new Map<string, OldLink>();
      for await (const records of allPages(feed, signal)) {
        const entries = records.map((record) => entryOf(feed.description, record, old));
        for (const { lookupKey } of entries) old.delete(lookupKey);
        const traits = records.map(traitsOf);
        await renewTokens(run, entries, { records, traits }, tokenOf);
        for (const { changed } of records) {
          if (changed !== undefined && changed > (lastChange.get(department) ?? ""))
            lastChange.set(department, changed);
        }
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
      // An index over millions of rows is made at once in a fraction of the time that one row after another takes.
      if (first) await run.transaction.raw("drop index token_link");
      await run.transaction.raw(keepTokens);
      if (first) await run.transaction.raw("create index token_link on token (link_id)");
      await run.transaction.raw("drop table new_token");
      await breathe(signal);
      return [...oldLinks.values()].flatMap((links) => [...links.values()]);
    },
  };
}

/** The links of these records of a department, by lookup key. */
export async function oldLinksOf(
  transaction: Knex.Transaction,
  { department, personalKey }: PersonFeedDescription,
  localKeys: readonly string[],
  keys: IdentityKeys,
): Promise<ReadonlyMap<string, OldLink>> {
  const lookupKeys = localKeys.map((key) => (personalKey ? personalLookupKey(keys, department, key) : key));
  const links: readonly OldLink[] = await selectLinks(transaction)
    .where({ department })
    .whereIn("lookup_key", lookupKeys);
  return new Map(links.map((link) => [link.lookupKey, link]));
}

/** Selects links as they were before a run. */
export function selectLinks(transaction: Knex.Transaction) {
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
export function rollCall(keys: IdentityKeys, tokenVersion: number, firstId: number) {
  const digestOf = recordDigests(keys, tokenVersion);
  let nextId = firstId;
  return (
    { department, personalKey }: PersonFeedDescription,
    record: PersonRecord,
    old: ReadonlyMap<string, OldLink>,
  ): RollEntry => {
    const lookupKey = personalKey ? personalLookupKey(keys, department, record.key) : record.key;
    const link = old.get(lookupKey) ?? null;
    return {
      department,
      key: record.key,
      id: link?.id ?? nextId++,
      lookupKey,
      sealedKey: personalKey && link === null ? keys.seal(record.key) : null,
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

/** By what a personal local key is found in the crosswalk without being in it. */
export function personalLookupKey(keys: IdentityKeys, department: string, localKey: string): string {
  return keys.token("local key", `${department}\0${localKey}`);
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

/** Deletes the tokens of records that are changed, and gathers those of all that are new or changed. */
async function renewTokens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  entries: readonly RollEntry[],
  { records, traits }: { readonly records: readonly PersonRecord[]; readonly traits: readonly Traits[] },
  tokenOf: TokenOf,
): Promise<void> {
  const changed = entries.filter(({ link, digest }) => link !== null && link.digest !== digest);
  await runBulk(
    transaction,
    engine,
    deleteTokens,
    changed.map(({ id }) => [id]),
  );
  const rows = entries.flatMap(({ id, link, digest }, index) =>
    link?.digest === digest
      ? []
      : recordTokens(records[index] as PersonRecord, traits[index] as Traits, tokenOf).map((token) => [token, id]),
  );
  await runBulk(transaction, engine, insertNewTokens, rows);
}

/** Gives a few records that are new or changed their tokens; those that they keep are not touched. */
export async function replaceTokens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  entries: readonly (RollEntry & { readonly record: PersonRecord })[],
  tokenOf: TokenOf,
): Promise<void> {
  const rows = entries.flatMap(({ id, record }) =>
    recordTokens(record, traitsOf(record), tokenOf).map((token) => [token, id]),
  );
  if (entries.some(({ link }) => link !== null)) await runBulk(transaction, engine, deleteOtherTokens, rows);
  await runBulk(transaction, engine, addTokens, rows);
}

const tokenColumns = [
  ["token", "text"],
  ["link_id", "integer"],
] as const;
const insertNewTokens = bulkInsert("new_token", tokenColumns);
const addTokens = {
  columns: tokenColumns,
  // By the record, whose tokens lie together: each token lies elsewhere among those of others.
  text: (rows: string) => `with wanted as materialized (select token, link_id from ${rows}),
    old as materialized (select token, link_id from token where link_id in (select link_id from wanted))
    insert into token (token, link_id) select token, link_id from wanted
      where not exists (select 1 from old where old.token = wanted.token and old.link_id = wanted.link_id)`,
} as const;
const deleteOtherTokens = {
  columns: tokenColumns,
  text: (rows: string) => `with kept as materialized (select token, link_id from ${rows})
    delete from token where link_id in (select link_id from kept)
      and not exists (select 1 from kept where kept.token = token.token and kept.link_id = token.link_id)`,
} as const;

/** Into the table only when all are there: in the order of its key, which touches far fewer pages than any other. */
const keepTokens = "insert into token (token, link_id) select token, link_id from new_token order by token, link_id";

/** Of links that are gone or changed. */
export const deleteTokens = {
  columns: [["link_id", "integer"]],
  text: (rows: string) => `delete from token where link_id in (select link_id from ${rows})`,
} as const;
