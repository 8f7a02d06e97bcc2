import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { readLiveRecords } from "../live-records.ts";
import type { PlacedLink } from "../store/crosswalk.ts";
import { type ResolveOptions, resolve } from "./resolve.ts";
import { recordDigests } from "./roll.ts";
import { scoringSettings, tokenVersionIn } from "./scoring.ts";

/**
 * Takes over what has changed of these records since they were last read, so that nobody decides on what they said
 * before. A department that does not answer is left to whoever needs it next.
 */
export async function refresh(
  links: readonly PlacedLink[],
  options: Pick<ResolveOptions, "store" | "keys" | "departments" | "signal">,
): Promise<void> {
  const { store, keys, departments } = options;
  const digestOf = recordDigests(keys, tokenVersionIn(await store.settings(scoringSettings)));
  const { records } = await readLiveRecords(links, options);
  for (const { id, department, lookupKey } of links) {
    const feed = departments.get(department)?.feed;
    const record: PersonRecord | null | undefined = records.get(id);
    if (feed === undefined || record === undefined) continue;
    const known = await store.digestsAt([{ department, lookupKey }]);
    const one = { ...options, actor: "civigraph follow" };
    if (record === null) await resolve({ ...one, gone: [{ department, lookupKey }] });
    else if (known.get(lookupKey) !== digestOf(record)) await resolve({ ...one, changed: { feed, records: [record] } });
  }
}
