import type { PersonFeed, PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys } from "../keys.ts";
import { readLiveRecords } from "../live-records.ts";
import type { RegisteredDepartment } from "../registry.ts";
import type { Crosswalk, PlacedLink, RecordPlace } from "../store/crosswalk.ts";
import type { IdentityStore } from "../store/index.ts";
import { linkableWith } from "./apart.ts";
import { assignNearRefs, takeHiddenAlong } from "./assign-near-refs.ts";
import { bondsOf, readDecisions } from "./decisions.ts";
import type { Bonds } from "./engine.ts";
import { beginRun, type Run, withDecisions } from "./link.ts";
import { explore, type KnownRecord } from "./neighbourhood.ts";
import { redirectToRecords } from "./redirects.ts";
import { nextLinkId, type OldLink, oldLinksOf, type RollEntry, rollCall, selectLinks } from "./roll.ts";
import { localKeyVersionIn, scoringSettings, storedScoring, tokenVersionIn } from "./scoring.ts";
import { writeLinks } from "./write-links.ts";
import { writeRefs } from "./write-refs.ts";
import { insertReviews, strongestPairs } from "./write-reviews.ts";
import { replaceTokens } from "./write-tokens.ts";

export interface ResolveOptions {
  readonly store: IdentityStore;
  readonly keys: IdentityKeys;
  readonly departments: ReadonlyMap<string, Pick<RegisteredDepartment, "feed" | "phase">>;
  readonly actor: string;
  /** In clear; it is sealed before it is written. */
  readonly reason?: string;
  /** Records of one department as they are now; those that have not changed are left alone. */
  readonly changed?: { readonly feed: PersonFeed; readonly records: readonly PersonRecord[] };
  /** Places of records that are gone. */
  readonly gone?: readonly RecordPlace[];
  /** Does what the run is for, before anything is compared; gives the links to look at. */
  readonly begin?: (run: Run, reads: Crosswalk) => Promise<readonly number[]>;
  readonly signal?: AbortSignal | undefined;
}

export interface Resolution {
  /** Records that were new, changed or gone. */
  readonly records: number;
  /** The citizens that were looked at, as they are now. */
  readonly refs: readonly string[];
}

/**
 * Links single records as a run over all of them would: finds by tokens whom they resemble, fetches those records from
 * the departments, weighs and clusters them with the model and the frequencies of the last run, and writes what has
 * changed, all in one transaction.
 * @throws CivigraphError NOT_READY before the first run; DEPARTMENT_UNAVAILABLE when a record that counts cannot be
 *   fetched. Nothing is changed then.
 */
export function resolve(options: ResolveOptions): Promise<Resolution> {
  return options.store.write(async (transaction, reads) => {
    const { keys, signal } = options;
    const settings = await reads.settings(scoringSettings);
    const tokenOf = keys.tokensOf(tokenVersionIn(settings));
    const scoring = await storedScoring(reads, settings, tokenOf);
    if (scoring === null) throw new CivigraphError("NOT_READY");
    const run = await beginRun(transaction, options.store.engine, {
      modelVersion: scoring.model.version,
      actor: options.actor,
      ...(options.reason === undefined
        ? {}
        : { reason: keys.seal(options.reason, tokenVersionIn(settings), "reasons") }),
      tokenVersion: tokenVersionIn(settings),
      localKeyVersion: localKeyVersionIn(settings),
    });
    const seeds = new Set(await (options.begin?.(run, reads) ?? []));
    const changed = await enterChanged(run, options);
    const vanished = await vanishedLinks(run, options, reads);
    for (const { id } of changed) seeds.add(id);
    if (vanished.length > 0) {
      for (const { id } of await reads.placesOf(vanished.map(({ ref }) => ref))) seeds.add(id);
    }
    const gone = new Set(vanished.map(({ id }) => id));
    const records = changed.length + vanished.length;
    if (seeds.size === 0) return { records, refs: [] };

    const others = [...seeds].filter((link) => !changed.some(({ id }) => id === link));
    const places = others.length === 0 ? [] : await reads.placesById(others);
    const own = [...changed, ...places].map(({ department }) => department);
    const departments = linkableWith(options.departments, own);
    const bonds = await currentBonds(run, reads, changed);
    const near = await explore({
      seeds: [...seeds].filter((link) => !gone.has(link)),
      reads,
      scoring,
      known: changed.map(({ id, department, link, record, source }) => ({
        id,
        department,
        ref: link?.ref ?? null,
        record,
        source,
      })),
      load: (links) =>
        fetchRecords(
          links.filter(({ id }) => !gone.has(id)),
          { ...options, departments },
        ),
      bonds,
      signal,
    });
    const inside = near.clusters.reduce((sum, members) => sum + members.length, 0);
    const roll = await rollOf(run, near.records.slice(0, inside), changed);
    const assignment = await assignNearRefs(run, keys, { roll, clusters: near.clusters, vanished });
    await writeRefs(run, assignment, signal);
    const numberOf = new Map(near.records.map(({ id }, record) => [id, record]));
    const numbered = (pairs: Bonds["must"]) =>
      pairs.flatMap(([a, b]): [number, number][] => {
        const [left, right] = [numberOf.get(a), numberOf.get(b)];
        return left === undefined || right === undefined ? [] : [[left, right]];
      });
    const decided = { must: numbered(bonds.must), cannot: numbered(bonds.cannot) };
    await writeLinks({
      run,
      roll,
      vanished,
      clusters: near.clusters,
      assignment,
      reason: withDecisions(near, decided),
      signal,
    });
    await takeHiddenAlong(transaction, assignment);
    await redirectToRecords(run, roll, near.clusters, assignment);
    const touched = [...roll.map(({ id }) => id), ...gone];
    await transaction("review").whereIn("left_link", touched).orWhereIn("right_link", touched).delete();
    await insertReviews(run, strongestPairs(near, decided), (record) => near.records[record]?.id ?? 0, signal);
    return { records, refs: [...new Set(assignment.refOf)] };
  });
}

/** A record that is new or changed. */
interface ChangedRecord extends RollEntry {
  readonly record: PersonRecord;
  readonly source: PersonFeedDescription;
}

/** New and changed records, with tokens of their own. */
async function enterChanged(
  run: Run,
  { changed, keys }: Pick<ResolveOptions, "changed" | "keys">,
): Promise<readonly ChangedRecord[]> {
  if (changed === undefined) return [];
  const { feed, records } = changed;
  const source = feed.description;
  const old = await oldLinksOf(
    run,
    source,
    records.map(({ key }) => key),
    keys,
  );
  const firstId = old.size < records.length ? await nextLinkId(run.transaction) : 0;
  const entryOf = rollCall(keys, run, firstId);
  const entered = records.flatMap((record): ChangedRecord[] => {
    const entry = entryOf(source, record, old);
    return entry.link?.digest === entry.digest ? [] : [{ ...entry, record, source }];
  });
  await replaceTokens(run, entered, keys.tokensOf(run.tokenVersion));
  return entered;
}

async function vanishedLinks(
  { transaction }: Run,
  { gone = [] }: Pick<ResolveOptions, "gone">,
  reads: Crosswalk,
): Promise<readonly OldLink[]> {
  if (gone.length === 0) return [];
  const places = await reads.placesAt(gone);
  return await selectLinks(transaction).whereIn(
    "id",
    places.map(({ id }) => id),
  );
}

/** What stewards decided, by the numbers of links. */
async function currentBonds({ transaction }: Run, reads: Crosswalk, changed: readonly RollEntry[]): Promise<Bonds> {
  const decisions = await readDecisions(transaction);
  if (decisions.length === 0) return { must: [], cannot: [] };
  const name = (department: string, lookupKey: string) => `${department}\0${lookupKey}`;
  const links = new Map(
    (await reads.placesAt(decisions)).map((link) => [name(link.department, link.lookupKey), link.id]),
  );
  for (const { department, lookupKey, id } of changed) links.set(name(department, lookupKey), id);
  return bondsOf(decisions, (department, lookupKey) => links.get(name(department, lookupKey)));
}

/** Records as they are now. One that is gone meanwhile is left out: the sweep for deletions ends its link. */
async function fetchRecords(
  links: readonly PlacedLink[],
  options: Pick<ResolveOptions, "keys" | "departments" | "signal">,
): Promise<readonly KnownRecord[]> {
  const { records, failures } = await readLiveRecords(links, options);
  for (const failure of failures.values()) throw failure;
  return links.flatMap(({ id, department, ref }): KnownRecord[] => {
    const record = records.get(id);
    const source = options.departments.get(department)?.feed.description;
    return record && source ? [{ id, department, ref, record, source }] : [];
  });
}

/** What the crosswalk says of the records, for writing what becomes of them. */
async function rollOf(
  { transaction }: Run,
  records: readonly KnownRecord[],
  changed: readonly RollEntry[],
): Promise<readonly RollEntry[]> {
  const entries = new Map<number, RollEntry>(changed.map((entry) => [entry.id, entry]));
  const others = records.filter(({ id }) => !entries.has(id));
  const links: readonly OldLink[] =
    others.length === 0
      ? []
      : await selectLinks(transaction).whereIn(
          "id",
          others.map(({ id }) => id),
        );
  const keyOf = new Map(others.map(({ id, record }) => [id, record.key]));
  for (const link of links) {
    const { id, department, lookupKey, digest } = link;
    entries.set(id, { id, department, key: keyOf.get(id) ?? "", lookupKey, sealedKey: null, digest, link });
  }
  return records.map(({ id }) => entries.get(id) as RollEntry);
}
