import type { Knex } from "knex";
import type { PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { type Crosswalk, type HeldLink, placeName, type RecordPlace } from "../store/crosswalk.ts";
import type { ResolveOptions } from "./resolve.ts";
import { lookupKeyOf, nextLinkId, type RollEntry, rollCall } from "./roll.ts";
import { type KeyVersions, keyVersionsIn, scoringSettings } from "./scoring.ts";

/** A record that is new or changed. */
export interface ChangedRecord extends RollEntry {
  readonly record: PersonRecord;
  readonly source: PersonFeedDescription;
}

/** Versions of keys that stores had last. */
const lastVersions = new WeakMap<object, KeyVersions>();

/** The versions of keys that a store will have, as a rule: what is made by them need not wait until they are read. */
export function expectedVersions(store: object): KeyVersions {
  return lastVersions.get(store) ?? { tokenVersion: 1, localKeyVersion: 1 };
}

/**
 * The links of the citizens whose records are changed or gone, together with the settings, which say how a key is
 * hashed: where that is otherwise than expected, they are read again.
 */
export async function readHeld(reads: Crosswalk, { store, keys, changed, gone }: ResolveOptions) {
  const heldBy = (version: number): Promise<readonly HeldLink[]> | readonly HeldLink[] =>
    changed === undefined
      ? []
      : reads.heldWith(placesOf(changed, lookupKeyOf(keys, version, changed.feed.description)));
  const expected = expectedVersions(store).localKeyVersion;
  const [settings, held, heldOfGone] = await Promise.all([
    reads.settings(scoringSettings),
    heldBy(expected),
    gone === undefined ? [] : reads.heldWith(gone),
  ]);
  const versions = keyVersionsIn(settings);
  const { localKeyVersion } = versions;
  lastVersions.set(store, versions);
  return { settings, versions, heldOfGone, held: localKeyVersion === expected ? held : await heldBy(localKeyVersion) };
}

function placesOf(
  { feed, records }: NonNullable<ResolveOptions["changed"]>,
  keyOf: (localKey: string) => string,
): readonly RecordPlace[] {
  const { department } = feed.description;
  return records.map(({ key }) => ({ department, lookupKey: keyOf(key) }));
}

/** Those of the records that are new or not as they were. */
export async function changedRecords(
  transaction: Knex.Transaction,
  held: readonly HeldLink[],
  {
    changed,
    keys,
    seen,
    versions,
  }: Pick<ResolveOptions, "changed" | "keys" | "seen"> & {
    readonly versions: KeyVersions;
  },
): Promise<readonly ChangedRecord[]> {
  if (changed === undefined) return [];
  const { feed, records } = changed;
  const source = feed.description;
  const places = placesOf(changed, lookupKeyOf(keys, versions.localKeyVersion, source));
  const old = new Map(held.filter(isAt(places)).map((link) => [link.lookupKey, link]));
  const firstId = old.size < records.length ? await nextLinkId(transaction) : 0;
  const entryOf = rollCall(keys, versions, firstId);
  const isAsSeen = asSeen(seen);
  return records.flatMap((record): ChangedRecord[] => {
    const entry = entryOf(source, record, old);
    const isKnown = entry.link?.digest === entry.digest || !isAsSeen(entry.link ?? { ...entry, digest: undefined });
    return isKnown ? [] : [{ ...entry, record, source }];
  });
}

export function isAt(places: readonly RecordPlace[]): (link: RecordPlace) => boolean {
  const names = new Set(places.map(placeName));
  return (link) => names.has(placeName(link));
}

/** Whether nobody has written the link since its digest was seen. */
export function asSeen(seen: ResolveOptions["seen"]) {
  return ({ lookupKey, digest }: { readonly lookupKey: string; readonly digest: string | undefined }): boolean =>
    seen === undefined || seen.get(lookupKey) === digest;
}
