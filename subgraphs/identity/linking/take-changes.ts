import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { tokenVersion } from "../search.ts";
import { beforeChange, behindChange, earlierChange, LastChange, overlap } from "./last-change.ts";
import { allPages, recordDigests } from "./roll.ts";
import { type ChangesRead, linkChanged, type SweepOptions, sweepOf } from "./sweep.ts";

/** Records that are read again in vain each time, whatever it costs: one page. */
const freelyAgain = 5_000;
/** For each record, if they are more: so many milliseconds until they are read again; 50,000 records a minute. */
const restForEach = 60_000 / 50_000;

/**
 * Takes over what has changed since the last change that was seen, and what was stamped a little before it but committed
 * later, until no such change is to be expected. What is read again is known by its digest; where that is much, because
 * many records changed together or say that they change in the future, it is not read each time.
 * `last`: the last change that was seen; where there is none, all records are read.
 */
export async function takeChanges(
  feed: PersonFeed,
  last: string | undefined,
  options: SweepOptions,
): Promise<{ readonly resolved: number; readonly lastChange: string | undefined }> {
  const { department } = feed.description;
  const read = sweepOf(options.sweeps, department).changes;
  const began = Date.now();
  const change = new LastChange(began, last);
  const { latest: known } = change;
  const from = whereFrom(read, known, began);
  if (from === undefined) return { resolved: 0, lastChange: last };
  let [resolved, failed, again, toCome] = [0, 0, 0, 0];
  for await (const page of allPages(feed, options.signal, from.since)) {
    const changed = new Set(await changedOf(page, feed, options));
    for (const record of page) {
      change.add(record.changed);
      if (changed.has(record)) continue;
      again += 1;
      if (change.isToCome(record.changed)) toCome += 1;
    }
    const taken = await linkChanged(feed, [...changed], options);
    resolved += taken.resolved;
    failed += taken.failed.length;
  }
  // What failed is read again, with all that has changed since.
  const lastChange = failed > 0 ? known : change.latest;
  read.laterDueAt = began + rest(from.isBehind ? toCome : again);
  if (from.isBehind) read.behindDueAt = began + rest(again);
  if (!read.seen || read.seen.change !== lastChange) read.seen = { change: lastChange, at: began };
  if (from.isBehind && failed === 0) {
    read.base = lastChange;
    if (began - read.seen.at >= overlap) read.settled = lastChange;
  }
  if (change.ahead > 0 && !read.toldAhead) {
    options.tell?.("records say that they change in the future", { department, count: String(change.ahead) });
  }
  read.toldAhead ||= change.ahead > 0;
  return { resolved, lastChange };
}

/** From where to read now, and whether that is behind the last change; undefined while what was read in vain rests. */
function whereFrom(
  { base, settled, behindDueAt, laterDueAt }: ChangesRead,
  last: string | undefined,
  now: number,
): { readonly since: string | undefined; readonly isBehind: boolean } | undefined {
  if (last === undefined) return now < behindDueAt ? undefined : { since: undefined, isBehind: true };
  if (settled !== last && now >= behindDueAt) {
    return { since: beforeChange(base === undefined ? last : earlierChange(base, last)), isBehind: true };
  }
  return now < laterDueAt ? undefined : { since: behindChange(last), isBehind: false };
}

function rest(records: number): number {
  return records <= freelyAgain ? 0 : records * restForEach;
}

/** The records whose digest is not the one of the last time; those that the crosswalk knows alone, where asked for. */
export async function changedOf(
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
