import type { PersonFeed } from "../../../shared/department/person-feed.ts";
import type { IdentityStore } from "../store/index.ts";
import { compactWhereAsked } from "./compaction.ts";
import { adoptKeyForms } from "./key-forms.ts";
import { missingAgain } from "./missing.ts";
import type { ResolveOptions } from "./resolve.ts";
import { allPages, lookupKeyOf } from "./roll.ts";
import { keyVersionsIn, localKeyVersionIn, scoringSettings } from "./scoring.ts";
import {
  knownKeys,
  linkChanged,
  type SweepOptions,
  type Sweeps,
  sweep,
  sweepOf,
  type Tell,
  unlinkGone,
} from "./sweep.ts";
import { changedOf, takeChanges } from "./take-changes.ts";

export interface Followed {
  readonly department: string;
  /** Records that were new, changed or gone. */
  readonly records: number;
}

/**
 * Takes over what has changed in the departments since the last time. A department that tells changes is asked for
 * them, swept for records that its times of change do not tell of, and read again slice by slice; any other is read
 * whole. What is read is compared by keyed digests.
 */
export async function followFeeds(options: FollowOptions): Promise<readonly Followed[]> {
  const followed: Followed[] = [];
  if (!(await options.store.filled())) return followed;
  const begins = [...options.departments.keys()].some((department) => !options.sweeps.has(department));
  for (const { feed } of options.departments.values()) {
    const { department } = feed.description;
    try {
      followed.push({ department, records: await followFeed(feed, options) });
    } catch (error) {
      options.signal?.throwIfAborted();
      options.onFailure?.(department, error);
    }
  }
  // Only at first, when keys may have another form: what runs over everything later does it by itself.
  if (begins) await compactWhereAsked(options.store);
  return followed;
}

type FollowOptions = Pick<ResolveOptions, "store" | "keys" | "departments" | "signal"> & {
  /** What earlier rounds have left for the next. */
  readonly sweeps: Sweeps;
  /**
   * Told about a department that could not be followed, and once about records of it that could not: the others are
   * followed all the same.
   */
  readonly onFailure?: (department: string, error: unknown) => void;
  /** Told once where records say that they change in the future, or so many are gone that they are waited for. */
  readonly tell?: Tell;
};

async function followFeed(feed: PersonFeed, options: FollowOptions): Promise<number> {
  const { store, keys } = options;
  const { department, tellsChanges } = feed.description;
  // Its description is the same as long as the program runs.
  if (!options.sweeps.has(department)) await adoptKeyForm(feed, options);
  const version = await localKeyVersion(store);
  const sweeping: SweepOptions = {
    ...options,
    actor: "civigraph follow",
    lookupKeyOf: lookupKeyOf(keys, version, feed.description),
    isCurrent: async () => (await localKeyVersion(store)) === version,
  };
  const watermark = (await store.watermarks()).find((each) => each.department === department);
  const before = watermark?.changedSince ?? undefined;
  const { resolved, lastChange } = tellsChanges
    ? await followChanges(feed, before, sweeping)
    : { resolved: await followAll(feed, sweeping), lastChange: before };
  if (resolved > 0 || lastChange !== before) {
    await store.write(async (transaction, reads) => {
      const last = await transaction("assertion").max("id as id").first<{ id: number | null }>();
      const seenSoFar = { changed_since: lastChange ?? null, record_count: await reads.recordCount(department) };
      await transaction("watermark")
        .insert({ department, ...seenSoFar, assertion_id: last?.id ?? 0 })
        .onConflict("department")
        .merge(Object.keys(seenSoFar));
    });
  }
  return resolved;
}

/** See `takeChanges`; `last`: the last change that was seen. */
async function followChanges(feed: PersonFeed, last: string | undefined, options: SweepOptions) {
  const taken = await takeChanges(feed, last, options);
  const resolved = taken.resolved + (await sweep(feed, options)) + (await reread(feed, options));
  return { ...taken, resolved };
}

/** Compares all records with what is known of them. Gives the number of those that were new, changed or gone. */
async function followAll(feed: PersonFeed, options: SweepOptions): Promise<number> {
  const { department } = feed.description;
  const gone = new Set<string>();
  for await (const keys of knownKeys(department, options)) for (const key of keys) gone.add(key);
  const known = gone.size;
  let resolved = 0;
  for await (const page of allPages(feed, options.signal)) {
    for (const { key } of page) gone.delete(options.lookupKeyOf(key));
    resolved += (await linkChanged(feed, await changedOf(page, feed, options), options)).resolved;
  }
  const last = sweepOf(options.sweeps, department);
  const found = { department, gone: gone.size, known, count: known - gone.size };
  const missing = missingAgain(last.missing, found, options.tell);
  if (missing) {
    last.missing = missing;
    return resolved;
  }
  const places = Array.from(gone, (lookupKey) => ({ department, lookupKey }));
  const ended = await unlinkGone(places, options);
  last.missing = undefined;
  return resolved + ended;
}

/** Records that are read again at once. */
const rereadAtOnce = 5_000;
/**
 * Milliseconds between two slices at least, however often changes are asked for: a million records a day. Small slices
 * in quick succession would cost more where the keys have no index, and the department reads all rows for each.
 */
const rereadEvery = 5 * 60_000;

/**
 * Reads one slice of a department again, each time the next one, and behind the last one the first: what somebody has
 * changed without a new time of change is found when its turn comes. Gives the number of such records; those that are
 * new are left to the sweep.
 */
async function reread(feed: PersonFeed, options: SweepOptions): Promise<number> {
  const { reread: last } = sweepOf(options.sweeps, feed.description.department);
  if (Date.now() - last.at < rereadEvery) return 0;
  const { signal } = options;
  const { after } = last;
  // Where the department does not know the place any more, the next one begins with the first record.
  last.after = undefined;
  const page = await feed.page({
    first: rereadAtOnce,
    ...(after === undefined ? {} : { after }),
    ...(signal ? { signal } : {}),
  });
  last.after = after;
  const changed = await changedOf(page.records, feed, options, { knownOnly: true });
  const { resolved } = await linkChanged(feed, changed, options);
  Object.assign(last, { at: Date.now(), after: page.next ?? undefined });
  return resolved;
}

/** Else every record would be taken for another one, and every id end, where local keys have become personal. */
async function adoptKeyForm({ description }: PersonFeed, { store, keys, signal }: FollowOptions): Promise<void> {
  await store.write(async (transaction, reads) => {
    const versions = keyVersionsIn(await reads.settings(scoringSettings));
    await adoptKeyForms({ transaction, engine: store.engine, ...versions }, [description], keys, signal);
  });
}

async function localKeyVersion(store: IdentityStore): Promise<number> {
  return localKeyVersionIn(await store.settings(scoringSettings));
}
