import DataLoader from "dataloader";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import type { IdentityKeys } from "./keys.ts";
import { lookupKeyOf } from "./linking/roll.ts";
import { localKeyVersionIn, scoringSettings } from "./linking/scoring.ts";
import { readLiveRecords } from "./live-records.ts";
import type { RegisteredDepartment } from "./registry.ts";
import type { PlacedLink, RecordPlace, StoredEvent, StoredLink, Watermark } from "./store/crosswalk.ts";
import type { IdentityStore } from "./store/index.ts";

/** Reads of one request: whatever is asked for of all its citizens is one statement each. */
export interface Loaders {
  /** What a ref of now or then leads to; null for one that leads nowhere. */
  readonly livingRef: DataLoader<string, string | null>;
  /** The ref of `<department>:<local key>`; null for a record that the crosswalk does not know. */
  readonly refOfRecord: DataLoader<string, string | null>;
  /** A citizen's local keys by department. */
  readonly keys: DataLoader<string, ReadonlyMap<string, readonly string[]>>;
  readonly links: DataLoader<string, readonly StoredLink[]>;
  readonly events: DataLoader<string, readonly StoredEvent[]>;
  /** What has happened to a citizen so far, as a number that grows. */
  readonly version: DataLoader<string, number>;
  /** Links by their numbers. */
  readonly place: DataLoader<number, PlacedLink | null>;
  /** A link's record as its department has it now. */
  readonly liveRecord: DataLoader<PlacedLink, PersonRecord | null, number>;
  readonly watermarks: () => Promise<ReadonlyMap<string, Watermark>>;
}

export function createLoaders(
  store: IdentityStore,
  keys: IdentityKeys,
  departments: ReadonlyMap<string, RegisteredDepartment>,
  signal?: AbortSignal,
): Loaders {
  let watermarks: Promise<ReadonlyMap<string, Watermark>> | undefined;
  return {
    livingRef: new DataLoader(async (refs) => {
      const living = await store.livingRefs(refs);
      return refs.map((ref) => living.get(ref) ?? null);
    }),
    refOfRecord: new DataLoader(async (records) => {
      const asked = records.map(recordIn);
      const feedOf = ({ department }: AskedRecord) => departments.get(department)?.feed;
      // Read only where it matters, and each time: another process may renew the keys.
      const isPersonal = asked.some((record) => feedOf(record)?.description.personalKey);
      const version = isPersonal ? localKeyVersionIn(await store.settings(scoringSettings)) : 1;
      return await store.refsOf(
        asked.map((record): RecordPlace => {
          const { department, localKey } = record;
          const description = feedOf(record)?.description ?? { department, personalKey: false };
          return { department, lookupKey: lookupKeyOf(keys, version, description)(localKey) };
        }),
      );
    }),
    keys: new DataLoader(async (refs) => {
      const keysOf = new Map<string, Map<string, string[]>>(refs.map((ref) => [ref, new Map()]));
      for (const { ref, department, lookupKey, sealedKey } of await store.keys(refs)) {
        const localKey = sealedKey === null ? lookupKey : keys.open(sealedKey);
        const byDepartment = keysOf.get(ref);
        const known = byDepartment?.get(department);
        if (known === undefined) byDepartment?.set(department, [localKey]);
        else known.push(localKey);
      }
      return refs.map((ref) => keysOf.get(ref) ?? new Map<string, readonly string[]>());
    }),
    links: new DataLoader(async (refs) => grouped(refs, await store.links(refs))),
    events: new DataLoader(async (refs) => grouped(refs, await store.events(refs))),
    version: new DataLoader(async (refs) => {
      const versions = await store.versions(refs);
      return refs.map((ref) => versions.get(ref) ?? 0);
    }),
    place: new DataLoader(async (ids) => {
      const links = new Map((await store.placesById(ids)).map((link) => [link.id, link]));
      return ids.map((id) => links.get(id) ?? null);
    }),
    liveRecord: new DataLoader(
      async (links: readonly PlacedLink[]) => {
        const { records, failures } = await readLiveRecords(links, { keys, departments, signal });
        return links.map(({ id, department }) => {
          const failure = failures.get(department);
          return failure instanceof Error ? failure : (records.get(id) ?? null);
        });
      },
      { cacheKeyFn: ({ id }) => id },
    ),
    watermarks() {
      watermarks ??= store.watermarks().then((rows) => new Map(rows.map((row) => [row.department, row])));
      return watermarks;
    },
  };
}

interface AskedRecord {
  readonly department: string;
  readonly localKey: string;
}

/** The parts of `<department>:<local key>`; a department id has no colon, a local key may. */
function recordIn(record: string): AskedRecord {
  const colon = record.indexOf(":");
  return { department: record.slice(0, Math.max(colon, 0)), localKey: record.slice(colon + 1) };
}

function grouped<Row extends { readonly ref: string }>(
  refs: readonly string[],
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  const byRef = new Map<string, Row[]>(refs.map((ref) => [ref, []]));
  for (const row of rows) byRef.get(row.ref)?.push(row);
  return refs.map((ref) => byRef.get(ref) ?? []);
}
