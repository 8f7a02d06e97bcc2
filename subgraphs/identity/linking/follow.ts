import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { tokenVersion } from "../search.ts";
import type { IdentityStore } from "../store/index.ts";
import { compactWhereAsked } from "./compaction.ts";
import { adoptKeyForms } from "./key-forms.ts";
import type { ResolveOptions } from "./resolve.ts";
import { allPages, lookupKeyOf, recordDigests } from "./roll.ts";
import { localKeyVersionIn, scoringSettings, tokenVersionIn } from "./scoring.ts";
import { knownKeys, linkChanged, type SweepOptions, type Sweeps, sweep, sweepOf, unlinkGone } from "./sweep.ts";

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
};

async function followFeed(feed: PersonFeed, options: FollowOptions): Promise<number> {
  const { store, keys, signal } = options;
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
  const since = tellsChanges ? (watermark?.changedSince ?? undefined) : undefined;
  const gone = new Set<string>();
  if (since === undefined)
    for await (const keys of knownKeys(department, options)) for (const key of keys) gone.add(key);
  let lastChange = watermark?.changedSince ?? "";
  let [resolved, failed] = [0, 0];
  for await (const page of allPages(feed, signal, since)) {
    for (const record of page) {
      gone.delete(sweeping.lookupKeyOf(record.key));
      if (record.changed !== undefined && record.changed > lastChange) lastChange = record.changed;
    }
    const taken = await linkChanged(feed, await changedOf(page, feed, sweeping), sweeping);
    resolved += taken.resolved;
    failed += taken.failed.length;
  }
  // What failed is read again, with all that has changed since.
  if (failed > 0) lastChange = watermark?.changedSince ?? "";
  resolved +=
    since === undefined
      ? await unlinkGone(
          Array.from(gone, (lookupKey) => ({ department, lookupKey })),
          sweeping,
        )
      : (await sweep(feed, sweeping)) + (await reread(feed, sweeping));
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
    const settings = await reads.settings(scoringSettings);
    const versions = { tokenVersion: tokenVersionIn(settings), localKeyVersion: localKeyVersionIn(settings) };
    await adoptKeyForms({ transaction, engine: store.engine, ...versions }, [description], keys, signal);
  });
}

async function localKeyVersion(store: IdentityStore): Promise<number> {
  return localKeyVersionIn(await store.settings(scoringSettings));
}

/** The records whose digest is not the one of the last time; those that the crosswalk knows alone, where asked for. */
async function changedOf(
  page: readonly PersonRecord[],
  { description: { department } }: PersonFeed,
  { store, keys, lookupKeyOf }: SweepOptions,
  { knownOnly = false } = {},
): Promise<readonly PersonRecord[]> {
  const digestOf = recordDigests(keys, await tokenVersion(store));
  const places = page.map(({ key }) => ({ department, lookupKey: lookupKeyOf(key) }));
  const known = await store.digestsAt(places);
  return page.filter((record, index) => {
    const digest = known.get(places[index]?.lookupKey ?? "");
    return digest === undefined ? !knownOnly : digest !== digestOf(record);
  });
}
