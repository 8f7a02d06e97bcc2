import { readLiveRecords } from "../live-records.ts";
import type { PlacedLink } from "../store/crosswalk.ts";
import { type ResolveOptions, resolve } from "./resolve.ts";
import { recordDigests } from "./roll.ts";
import { scoringSettings, tokenVersionIn } from "./scoring.ts";

type RefreshOptions = Pick<ResolveOptions, "store" | "keys" | "departments" | "signal">;

/** What others write again and again while it is read is fresh by their hand. */
const mostReadings = 3;

/**
 * Takes over what has changed of these records since they were last read, so that nobody decides on what they said
 * before. A department that does not answer is left to whoever needs it next.
 */
export async function refresh(links: readonly PlacedLink[], options: RefreshOptions): Promise<void> {
  let overtaken = await refreshOnce(links, options);
  for (let reading = 2; reading <= mostReadings && overtaken.length > 0; reading += 1) {
    overtaken = await refreshOnce(await options.store.placesById(overtaken.map(({ id }) => id)), options);
  }
}

/** Gives the links that somebody else has written since their records were read here, which may be the older ones. */
async function refreshOnce(links: readonly PlacedLink[], options: RefreshOptions): Promise<readonly PlacedLink[]> {
  const { store, keys, departments } = options;
  const digestOf = recordDigests(keys, tokenVersionIn(await store.settings(scoringSettings)));
  // Before the records: of two that read, the one that has read later must be the one that writes.
  const known = await Promise.all(links.map((link) => store.digestsAt([link])));
  const { records } = await readLiveRecords(links, options);
  const overtaken: PlacedLink[] = [];
  for (const [index, link] of links.entries()) {
    const { department, lookupKey } = link;
    const [feed, record, seen] = [departments.get(department)?.feed, records.get(link.id), known[index]];
    const digest = seen?.get(lookupKey);
    if (feed === undefined || record === undefined || seen === undefined || digest === undefined) continue;
    if (record !== null && digest === digestOf(record)) continue;
    const found = record === null ? { gone: [{ department, lookupKey }] } : { changed: { feed, records: [record] } };
    const { records: taken } = await resolve({ ...options, actor: "civigraph follow", seen, ...found });
    if (taken === 0) overtaken.push(link);
  }
  return overtaken;
}
