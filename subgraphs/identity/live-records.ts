import type { PersonRecord } from "../../shared/department/person-feed.ts";
import type { IdentityKeys } from "./keys.ts";
import type { RegisteredDepartment } from "./registry.ts";
import type { PlacedLink } from "./store/crosswalk.ts";

export interface LiveRecords {
  /** By the number of the link; null for a record that is gone. */
  readonly records: ReadonlyMap<number, PersonRecord | null>;
  /** Departments that did not answer: nothing is known of their records. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** Reads the records of links as they are now, one call for each department. Nothing of them is kept. */
export async function readLiveRecords(
  links: readonly PlacedLink[],
  options: {
    readonly keys: IdentityKeys;
    readonly departments: ReadonlyMap<string, Pick<RegisteredDepartment, "feed">>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<LiveRecords> {
  const { keys, departments, signal } = options;
  const byDepartment = new Map<string, PlacedLink[]>();
  for (const link of links) {
    const own = byDepartment.get(link.department);
    if (own === undefined) byDepartment.set(link.department, [link]);
    else own.push(link);
  }
  const records = new Map<number, PersonRecord | null>();
  const failures = new Map<string, unknown>();
  await Promise.all(
    Array.from(byDepartment, async ([department, own]) => {
      const feed = departments.get(department)?.feed;
      if (feed === undefined) return;
      try {
        const found = await feed.byKeys(
          own.map(({ lookupKey, sealedKey }) => (sealedKey === null ? lookupKey : keys.open(sealedKey))),
          signal ? { signal } : {},
        );
        for (const [index, { id }] of own.entries()) records.set(id, found[index] ?? null);
      } catch (error) {
        signal?.throwIfAborted();
        failures.set(department, error);
      }
    }),
  );
  return { records, failures };
}
