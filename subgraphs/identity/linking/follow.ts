import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import { tokenVersion } from "../search.ts";
import type { RecordPlace } from "../store/crosswalk.ts";
import { type ResolveOptions, resolve } from "./resolve.ts";
import { allPages, personalLookupKey, recordDigests } from "./roll.ts";

export interface Followed {
  readonly department: string;
  /** Records that were new, changed or gone. */
  readonly records: number;
}

/** Records that are resolved in one transaction: writers do not wait long, and a failure loses little. */
const recordsAtOnce = 10;

/**
 * Takes over what has changed in the departments since the last time. A department that tells changes is asked for
 * them, any other is read whole and compared by keyed digests. Records that are gone are found by reading keys, when
 * the number of records says that some are.
 */
export async function followFeeds(
  options: Pick<ResolveOptions, "store" | "keys" | "departments" | "signal"> & {
    /** Told about a department that could not be read; the others are followed all the same. */
    readonly onFailure?: (department: string, error: unknown) => void;
  },
): Promise<readonly Followed[]> {
  const followed: Followed[] = [];
  if (!(await options.store.filled())) return followed;
  for (const { feed } of options.departments.values()) {
    const { department } = feed.description;
    try {
      followed.push({ department, records: await followFeed(feed, options) });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof CivigraphError)) throw error;
      options.onFailure?.(department, error);
    }
  }
  return followed;
}

type FollowOptions = Pick<ResolveOptions, "store" | "keys" | "departments" | "signal">;

async function followFeed(feed: PersonFeed, options: FollowOptions): Promise<number> {
  const { store, keys, signal } = options;
  const { department, personalKey, tellsChanges } = feed.description;
  const placeOf = (key: string): RecordPlace => ({
    department,
    lookupKey: personalKey ? personalLookupKey(keys, department, key) : key,
  });
  const watermark = (await store.watermarks()).find((each) => each.department === department);
  const since = tellsChanges ? (watermark?.changedSince ?? undefined) : undefined;
  const seen = new Set<string>();
  let lastChange = watermark?.changedSince ?? "";
  let resolved = 0;
  for await (const page of allPages(feed, signal, since)) {
    for (const record of page) {
      if (since === undefined) seen.add(placeOf(record.key).lookupKey);
      if (record.changed !== undefined && record.changed > lastChange) lastChange = record.changed;
    }
    for (const records of chunksOf(await changedOf(feed, page, options), recordsAtOnce)) {
      resolved += (await resolve({ ...options, actor, changed: { feed, records } })).records;
    }
  }
  const left =
    since === undefined || (await feed.count(signal ? { signal } : {})) !== (await store.recordCount(department));
  if (since !== undefined && left) {
    let after: string | undefined;
    do {
      const page = await feed.keys({
        first: keysAtOnce,
        ...(after === undefined ? {} : { after }),
        ...(signal ? { signal } : {}),
      });
      for (const key of page.keys) seen.add(placeOf(key).lookupKey);
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
  if (left) {
    const gone = (await store.lookupKeys(department))
      .filter((lookupKey) => !seen.has(lookupKey))
      .map((lookupKey) => ({ department, lookupKey }));
    for (const places of chunksOf(gone, recordsAtOnce)) {
      resolved += (await resolve({ ...options, actor, gone: places })).records;
    }
  }
  if (resolved > 0 || lastChange !== (watermark?.changedSince ?? "")) {
    await store.write(async (transaction, reads) => {
      const last = await transaction("assertion").max("id as id").first<{ id: number | null }>();
      const seenSoFar = { changed_since: lastChange || null, record_count: await reads.recordCount(department) };
      await transaction("watermark")
        .insert({ department, ...seenSoFar, assertion_id: last?.id ?? 0 })
        .onConflict("department")
        .merge(Object.keys(seenSoFar));
    });
  }
  return resolved;
}

const actor = "civigraph follow";
const keysAtOnce = 10_000;

/** The records whose digest is not the one of the last time. */
async function changedOf(
  feed: PersonFeed,
  page: readonly PersonRecord[],
  { store, keys }: FollowOptions,
): Promise<readonly PersonRecord[]> {
  const { department, personalKey } = feed.description;
  const digestOf = recordDigests(keys, await tokenVersion(store));
  const places = page.map(({ key }) => ({
    department,
    lookupKey: personalKey ? personalLookupKey(keys, department, key) : key,
  }));
  const known = await store.digestsAt(places);
  return page.filter((record, index) => known.get(places[index]?.lookupKey ?? "") !== digestOf(record));
}

function* chunksOf<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
