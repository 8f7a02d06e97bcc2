import type { PersonFeed } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { RecordPlace } from "../store/crosswalk.ts";
import { breathe } from "./engine.ts";
import { type Missing, missingAgain } from "./missing.ts";
import { type Resolution, type ResolveOptions, resolve } from "./resolve.ts";

/** What is known of a department's keys since they were last listed; in memory alone, because keys may be personal. */
export interface Sweep {
  /** When they were, in milliseconds since 1970. */
  readonly at: number;
  /** So many more persons the department counts than can be linked: rows of one key, and keys without a record. */
  surplus: number;
  /** Keys of records that the crosswalk did not know, and that are to be linked yet; what has failed comes last. */
  readonly unknown: string[];
  /** Keys of records that could not be taken over when last tried: that was told, and is not told again. */
  readonly failed: Set<string>;
  /** When records were last read again, whatever their time of change, and behind which place that goes on. */
  readonly reread: { at: number; after: string | undefined };
  /** What is known of its changes; see `takeChanges`. */
  readonly changes: ChangesRead;
  /** Where so many records are missing that their links are kept for now. */
  missing: Missing | undefined;
}

/** How changes were read; times of reading in milliseconds since 1970. */
export interface ChangesRead {
  /** The last change when what is behind it was last read, too. */
  base: string | undefined;
  /** The last change, and when it was first seen. */
  seen: { readonly change: string | undefined; readonly at: number } | undefined;
  /** The last change, once nothing is expected any more that was stamped before it. */
  settled: string | undefined;
  /** Until when what is behind the last change rests, and what is after it. */
  behindDueAt: number;
  laterDueAt: number;
  /** Records say that they change in the future, which was told. */
  toldAhead: boolean;
}

/** By department. */
export type Sweeps = Map<string, Sweep>;

/** Told what somebody should know of a department, in counts and names of departments alone. */
export type Tell = (event: string, details: Readonly<Record<string, string>>) => void;

export type SweepOptions = Pick<ResolveOptions, "store" | "keys" | "departments" | "signal"> & {
  readonly actor: string;
  readonly sweeps: Sweeps;
  readonly onFailure?: (department: string, error: unknown) => void;
  readonly tell?: Tell;
  /** By what the crosswalk has a local key. */
  readonly lookupKeyOf: (key: string) => string;
  /** False once that is something else, because keys were renewed: nothing would be found by it, and all seem gone. */
  readonly isCurrent: () => Promise<boolean>;
};

/** Records that are resolved in one transaction: writers do not wait long, and a failure loses little. */
const recordsAtOnce = 10;
/** As many that begin to fail at once are not to blame: no other is tried then. */
const mostFailing = 10;
/** Records that one sweep links, at most: the others wait for the next, so that other departments have their turn. */
const mostLinked = 1_000;
const keysAtOnce = 10_000;
/** As many records may have come as have gone, which no number tells: keys are listed at least so often, in milliseconds. */
const listEvery = 6 * 3_600_000;
/** The same while many records are missing and their number is the same. */
const listMissingEvery = 5 * 60_000;

/**
 * Finds what the times of change do not tell: records that are gone, and records that came with an old time. All keys
 * are listed when the number of records says that some are missing or too many, and every few hours.
 * Gives the number of records that were new or gone.
 */
export async function sweep(feed: PersonFeed, options: SweepOptions): Promise<number> {
  const { store, signal, sweeps } = options;
  const { department } = feed.description;
  const last = sweepOf(sweeps, department);
  const { failed } = last;
  if (last.unknown.some((key) => !failed.has(key))) return await linkUnknown(feed, last, options);
  const count = await feed.count(signal ? { signal } : {});
  const age = Date.now() - last.at;
  const isDue = last.missing
    ? age >= listMissingEvery || count !== last.missing.count
    : age >= listEvery || count - (await store.recordCount(department)) !== last.surplus + last.unknown.length;
  if (!isDue) return await linkUnknown(feed, last, options);
  const { gone, unknown, listed, known } = await compareKeys(feed, options);
  if (!(await options.isCurrent())) return 0;
  unknown.sort((a, b) => Number(failed.has(a)) - Number(failed.has(b)));
  const missing = missingAgain(last.missing, { department, gone: gone.length, known, count }, options.tell);
  // What is believed by now stays so until it is done, which may fail half-way.
  const found: Sweep = { ...last, at: Date.now(), surplus: count - listed, unknown, missing: missing ?? last.missing };
  sweeps.set(department, found);
  let ended = 0;
  if (!missing) {
    ended = await unlinkGone(gone, options);
    found.missing = undefined;
  }
  return ended + (await linkUnknown(feed, found, options));
}

/** What is known of a department; as of long ago where that is nothing. */
export function sweepOf(sweeps: Sweeps, department: string): Sweep {
  const sweep: Sweep = sweeps.get(department) ?? {
    ...{ at: 0, surplus: 0, unknown: [], failed: new Set(), missing: undefined },
    reread: { at: 0, after: undefined },
    changes: {
      ...{ base: undefined, seen: undefined, settled: undefined },
      ...{ behindDueAt: 0, laterDueAt: 0, toldAhead: false },
    },
  };
  sweeps.set(department, sweep);
  return sweep;
}

/** Ends the links of records of one department that are gone. Gives their number. */
export async function unlinkGone(gone: readonly RecordPlace[], options: SweepOptions): Promise<number> {
  const [first] = gone;
  if (first === undefined || !(await options.isCurrent())) return 0;
  const { resolved } = await inLots(gone, {
    options,
    department: first.department,
    keyOf: ({ lookupKey }) => lookupKey,
    take: (places) => resolve({ ...options, gone: places }),
  });
  return resolved;
}

/** Links records in small lots. */
export function linkChanged(
  feed: PersonFeed,
  records: NonNullable<ResolveOptions["changed"]>["records"],
  options: SweepOptions,
): Promise<Taken> {
  return inLots(records, {
    options,
    department: feed.description.department,
    keyOf: ({ key }) => key,
    take: (some) => resolve({ ...options, changed: { feed, records: some } }),
  });
}

interface Taken {
  /** The number of records that were new, changed or gone. */
  readonly resolved: number;
  /** The keys of those that could not be taken over. */
  readonly failed: readonly string[];
}

/**
 * Takes records over in small lots, and those of a lot that fails one by one, so that what nothing can be made of holds
 * up nothing else. A department that does not answer ends it.
 */
async function inLots<Item>(
  items: readonly Item[],
  {
    options: { signal, sweeps, onFailure },
    department,
    keyOf,
    take,
  }: {
    readonly options: SweepOptions;
    readonly department: string;
    readonly keyOf: (item: Item) => string;
    readonly take: (some: readonly Item[]) => Promise<Resolution>;
  },
): Promise<Taken> {
  const { failed: known } = sweepOf(sweeps, department);
  const failed: string[] = [];
  let [resolved, failing] = [0, 0];
  const tried = async (some: readonly Item[]): Promise<unknown> => {
    try {
      resolved += (await take(some)).records;
      for (const item of some) known.delete(keyOf(item));
      return undefined;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof CivigraphError) throw error;
      return error;
    }
  };
  for (const some of chunksOf(items, recordsAtOnce)) {
    if ((await tried(some)) === undefined) continue;
    for (const item of some) {
      const [error, key] = [await tried([item]), keyOf(item)];
      if (error === undefined) continue;
      failed.push(key);
      if (known.has(key)) continue;
      known.add(key);
      failing += 1;
      if (failing >= mostFailing) throw error;
      onFailure?.(department, error);
    }
  }
  return { resolved, failed };
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
  return { gone, unknown: [...unknown], listed: known.size - gone.length + unknown.size, known: known.size };
}

async function linkUnknown(feed: PersonFeed, found: Sweep, options: SweepOptions): Promise<number> {
  const { signal } = options;
  const keys = found.unknown.slice(0, mostLinked);
  if (keys.length === 0) return 0;
  const records = await feed.byKeys(keys, signal ? { signal } : {});
  const there = records.filter((record) => record !== null);
  const { resolved, failed } = await linkChanged(feed, there, options);
  // Only now, and what failed to the end: it is tried again.
  found.unknown.splice(0, keys.length);
  found.unknown.push(...failed);
  found.surplus += keys.length - there.length;
  return resolved;
}

function* chunksOf<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
