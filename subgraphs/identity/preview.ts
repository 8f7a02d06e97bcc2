import type { PersonFeed } from "../../shared/department/person-feed.ts";
import type { IdentityKeys } from "./keys.ts";
import { createSearch } from "./search.ts";
import { openStoreReadOnly } from "./store/index.ts";
import type { StoreLocation } from "./store/open.ts";

/** What linking would do with a department's records, as far as looking each of them up tells. */
export interface IdentityPreview {
  /** Records that the department has. */
  readonly records: number;
  /** Of which so many were looked at: the first by their keys. */
  readonly looked: number;
  /** So many of these would join a citizen whom another department knows. */
  readonly join: number;
  /** So many would be put before a steward. */
  readonly review: number;
}

export interface PreviewOptions {
  readonly store: StoreLocation;
  readonly keys: IdentityKeys;
  readonly feed: PersonFeed;
  /** The other departments whose citizens it may join. */
  readonly others: ReadonlyMap<string, { readonly feed: PersonFeed }>;
  /** Records to look at, at most. */
  readonly most: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks up a department's records among the citizens of the others, by the weights of the last linking, and writes
 * nothing. Undefined where nothing was linked yet, or under another secret.
 *
 * @throws CivigraphError DEPARTMENT_UNAVAILABLE when the department, or all of the others, cannot be read.
 */
export async function previewIdentity(options: PreviewOptions): Promise<IdentityPreview | undefined> {
  const { keys, feed, others, most, signal } = options;
  const store = await openStoreReadOnly(options.store);
  if (!store) return undefined;
  try {
    if ((await store.setting("secret")) !== keys.fingerprint || !(await store.filled())) return undefined;
    const search = createSearch({ store, keys, departments: others });
    const [{ records }, count] = await Promise.all([
      feed.page({ first: most, ...(signal ? { signal } : {}) }),
      feed.count(signal ? { signal } : {}),
    ]);
    const found = { join: 0, review: 0 };
    for (const { key: _, ...record } of records) {
      const [best] = (await search(record, signal)).found;
      if (best?.grade === "CERTAIN") found.join += 1;
      else if (best?.grade === "PROBABLE") found.review += 1;
      signal?.throwIfAborted();
    }
    return { records: count, looked: records.length, ...found };
  } finally {
    await store.close();
  }
}
