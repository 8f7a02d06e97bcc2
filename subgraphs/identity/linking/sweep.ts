import type { PersonFeed } from "../../../shared/department/person-feed.ts";
import type { RecordPlace } from "../store/crosswalk.ts";
import { breathe } from "./engine.ts";
import { type ResolveOptions, resolve } from "./resolve.ts";

/** What is known of a department's keys since they were last listed; in memory alone, because keys may be personal. */
export interface Sweep {
  /** When they were, in milliseconds since 1970. */
  readonly at: number;
  /** So many more persons the department counts than can be linked: rows of one key, and keys without a record. */
  surplus: number;
  /** Keys of records that the crosswalk did not know, and that are to be linked yet. */
  readonly unknown: string[];
}

/** By department. */
export type Sweeps = Map<string, Sweep>;

export type SweepOptions = Pick<ResolveOptions, "store" | "keys" | "departments" | "signal"> & {
  readonly actor: string;
  readonly sweeps: Sweeps;
  /** By what the crosswalk has a local key. */
  readonly lookupKeyOf: (key: string) => string;
  /** False once that is something else, because keys were renewed: nothing would be found by it, and all seem gone. */
  readonly isCurrent: () => Promise<boolean>;
};

/** Records that are resolved in one transaction: writers do not wait long, and a failure loses little. */
const recordsAtOnce = 10;
/** Records that one sweep links, at most: the others wait for the next, so that other departments have their turn. */
const mostLinked = 1_000;
const keysAtOnce = 10_000;
/** As many records may have come as have gone, which no number tells: keys are listed at least so often, in milliseconds. */
const listEvery = 6 * 3_600_000;

/**
 * Finds what the times of change do not tell: records that are gone, and records that came with an old time. All keys
 * are listed when the number of records says that some are missing or too many, and every few hours.
 * Gives the number of records that were new or gone.
 */
export async function sweep(feed: PersonFeed, options: SweepOptions): Promise<number> {
  const { store, signal, sweeps } = options;
  const { department } = feed.description;
  const last = sweeps.get(department);
  if (last !== undefined && last.unknown.length > 0) return await linkUnknown(feed, last, options);
  const count = await feed.count(signal ? { signal } : {});
  const isDue =
    last === undefined ||
    Date.now() - last.at >= listEvery ||
    count - (await store.recordCount(department)) !== last.surplus;
  if (!isDue) return 0;
  const { gone, unknown, listed } = await compareKeys(feed, options);
  if (!(await options.isCurrent())) return 0;
  const found: Sweep = { at: Date.now(), surplus: count - listed, unknown };
  sweeps.set(department, found);
  return (await unlinkGone(gone, options)) + (await linkUnknown(feed, found, options));
}

/** Ends the links of records that are gone. Gives their number. */
export async function unlinkGone(gone: readonly RecordPlace[], options: SweepOptions): Promise<number> {
  let resolved = 0;
  if (gone.length > 0 && !(await options.isCurrent())) return 0;
  for (const places of chunksOf(gone, recordsAtOnce)) resolved += (await resolve({ ...options, gone: places })).records;
  return resolved;
}

/** Links records in small lots. Gives the number of those that were new or changed. */
export async function linkChanged(
  feed: PersonFeed,
  records: NonNullable<ResolveOptions["changed"]>["records"],
  options: SweepOptions,
): Promise<number> {
  let resolved = 0;
  for (const some of chunksOf(records, recordsAtOnce)) {
    resolved += (await resolve({ ...options, changed: { feed, records: some } })).records;
  }
  return resolved;
}

/** The lookup keys of all of a department's links, some thousand at a time. */
export async function* knownKeys(
  department: string,
  { store, signal }: Pick<SweepOptions, "store" | "signal">,
): AsyncGenerator<readonly string[]> {
  for (let after: string | undefined = ""; after !== undefined; ) {
    const keys = await store.lookupKeys(department, { first: keysAtOnce, after });
    yield keys;
    after = keys.at(-1);
    await breathe(signal);
  }
}

async function compareKeys(feed: PersonFeed, options: SweepOptions) {
  const { signal, lookupKeyOf } = options;
  const { department } = feed.description;
  /** By lookup key: whether the department lists it. */
  const known = new Map<string, boolean>();
  for await (const keys of knownKeys(department, options)) for (const key of keys) known.set(key, false);
  const unknown = new Set<string>();
  let after: string | undefined;
  do {
    const page = await feed.keys({
      first: keysAtOnce,
      ...(after === undefined ? {} : { after }),
      ...(signal ? { signal } : {}),
    });
    for (const key of page.keys) {
      const lookupKey = lookupKeyOf(key);
      if (known.has(lookupKey)) known.set(lookupKey, true);
      else unknown.add(key);
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  const gone = [...known].flatMap(([lookupKey, isListed]) => (isListed ? [] : [{ department, lookupKey }]));
  return { gone, unknown: [...unknown], listed: known.size - gone.length + unknown.size };
}

async function linkUnknown(feed: PersonFeed, found: Sweep, options: SweepOptions): Promise<number> {
  const { signal } = options;
  const keys = found.unknown.slice(0, mostLinked);
  if (keys.length === 0) return 0;
  const records = await feed.byKeys(keys, signal ? { signal } : {});
  const there = records.filter((record) => record !== null);
  const resolved = await linkChanged(feed, there, options);
  // Only now: what failed is tried again.
  found.unknown.splice(0, keys.length);
  found.surplus += keys.length - there.length;
  return resolved;
}

function* chunksOf<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
