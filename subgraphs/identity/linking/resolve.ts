import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys } from "../keys.ts";
import { readLiveRecords } from "../live-records.ts";
import type { RegisteredDepartment } from "../registry.ts";
import type { Crosswalk, RecordPlace } from "../store/crosswalk.ts";
import type { IdentityStore } from "../store/index.ts";
import { assignRefs, type RefAssignment } from "./assign-refs.ts";
import { bondsOf, readDecisions } from "./decisions.ts";
import type { Bonds } from "./engine.ts";
import { beginRun, newRef, type Run, withDecisions } from "./link.ts";
import { explore, type KnownRecord } from "./neighbourhood.ts";
import { nextLinkId, type OldLink, oldLinksOf, type RollEntry, renewTokens, rollCall, selectLinks } from "./roll.ts";
import { storedScoring } from "./scoring.ts";
import { traitsOf } from "./traits.ts";
import { writeLinks } from "./write-links.ts";
import { writeRefs } from "./write-refs.ts";
import { insertReviews, strongestPairs } from "./write-reviews.ts";

export interface ResolveOptions {
  readonly store: IdentityStore;
  readonly keys: IdentityKeys;
  readonly departments: ReadonlyMap<string, Pick<RegisteredDepartment, "feed">>;
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
    const run = await beginRun(transaction, options.store.engine, {
      modelVersion: await modelVersion(reads),
      actor: options.actor,
      ...(options.reason === undefined ? {} : { reason: keys.seal(options.reason, "reasons") }),
    });
    const scoring = await storedScoring()(reads, keys.tokensOf(run.tokenVersion));
    if (scoring === null) throw new CivigraphError("NOT_READY");
    const seeds = new Set(await (options.begin?.(run, reads) ?? []));
    const changed = await enterChanged(run, options);
    const vanished = await vanishedLinks(run, options, reads);
    for (const link of changed.keys()) seeds.add(link);
    for (const { id } of await reads.placesOf(vanished.map(({ ref }) => ref))) seeds.add(id);
    const gone = new Set(vanished.map(({ id }) => id));
    const records = changed.size + vanished.length;
    if (seeds.size === 0) return { records, refs: [] };

    const bonds = await currentBonds(run, reads, changed);
    const loading = { ...options, run, reads, changed };
    const { roll, clusters, clusterOf, reason, review } = await explore({
      seeds: [...seeds].filter((link) => !gone.has(link)),
      reads,
      scoring,
      load: (links) =>
        loadRecords(
          links.filter((link) => !gone.has(link)),
          loading,
        ),
      bonds,
      signal,
    });
    const inside = clusters.reduce((sum, members) => sum + members.length, 0);
    const assignment = await assign(run, keys, { roll, clusters, vanished });
    await writeRefs(run, assignment, signal);
    const numberOf = new Map(roll.map(({ id }, record) => [id, record]));
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
      clusters,
      assignment,
      reason: withDecisions({ reason, clusterOf }, decided),
      signal,
    });
    const touched = [...roll.slice(0, inside).map(({ id }) => id), ...gone];
    await transaction("review").whereIn("left_link", touched).orWhereIn("right_link", touched).delete();
    await insertReviews(run, strongestPairs({ review, clusterOf }, decided), (record) => roll[record]?.id ?? 0, signal);
    return { records, refs: [...new Set(assignment.refOf)] };
  });
}

async function modelVersion(reads: Crosswalk): Promise<string> {
  const text = await reads.setting("model");
  if (text === null) throw new CivigraphError("NOT_READY");
  return (JSON.parse(text) as { version: string }).version;
}

/** New and changed records, with tokens of their own; by the numbers of their links. */
async function enterChanged(
  run: Run,
  { changed, keys }: Pick<ResolveOptions, "changed" | "keys">,
): Promise<Map<number, KnownRecord>> {
  const entered = new Map<number, KnownRecord>();
  if (changed === undefined) return entered;
  const { feed, records } = changed;
  const source = feed.description;
  const old = await oldLinksOf(
    run.transaction,
    source,
    records.map(({ key }) => key),
    keys,
  );
  const entryOf = rollCall(keys, run.tokenVersion, await nextLinkId(run.transaction));
  const entries = records.map((record) => entryOf(source, record, old));
  const traits = records.map(traitsOf);
  await renewTokens(run, entries, { records, traits }, keys.tokensOf(run.tokenVersion), "token");
  for (const [index, entry] of entries.entries()) {
    if (entry.link?.digest === entry.digest) continue;
    entered.set(entry.id, { entry, record: records[index] as PersonRecord, source });
  }
  return entered;
}

async function vanishedLinks(
  { transaction }: Run,
  { gone = [] }: Pick<ResolveOptions, "gone">,
  reads: Crosswalk,
): Promise<readonly OldLink[]> {
  const places = await reads.placesAt(gone);
  return await selectLinks(transaction).whereIn(
    "id",
    places.map(({ id }) => id),
  );
}

/** What stewards decided, by the numbers of links. */
async function currentBonds(
  { transaction }: Run,
  reads: Crosswalk,
  changed: ReadonlyMap<number, KnownRecord>,
): Promise<Bonds> {
  const decisions = await readDecisions(transaction);
  if (decisions.length === 0) return { must: [], cannot: [] };
  const name = (department: string, lookupKey: string) => `${department}\0${lookupKey}`;
  const links = new Map(
    (await reads.placesAt(decisions)).map((link) => [name(link.department, link.lookupKey), link.id]),
  );
  for (const { entry } of changed.values()) links.set(name(entry.department, entry.lookupKey), entry.id);
  return bondsOf(decisions, (department, lookupKey) => links.get(name(department, lookupKey)));
}

/** Records as they are now. One that is gone meanwhile is left out: the sweep for deletions ends its link. */
async function loadRecords(
  links: readonly number[],
  options: Pick<ResolveOptions, "keys" | "departments" | "signal"> & {
    readonly run: Run;
    readonly reads: Crosswalk;
    readonly changed: ReadonlyMap<number, KnownRecord>;
  },
): Promise<ReadonlyMap<number, KnownRecord>> {
  const { changed, departments, run } = options;
  const known = new Map<number, KnownRecord>();
  const missing: number[] = [];
  for (const link of links) {
    const own = changed.get(link);
    if (own) known.set(link, own);
    else missing.push(link);
  }
  const places = await options.reads.placesById(missing);
  const { records, failures } = await readLiveRecords(places, options);
  for (const failure of failures.values()) throw failure;
  const ids = places.map(({ id }) => id);
  const old: readonly OldLink[] = await selectLinks(run.transaction).whereIn("id", ids);
  for (const link of old) {
    const record = records.get(link.id);
    const source = departments.get(link.department)?.feed.description;
    if (record && source) known.set(link.id, { entry: entryOf(link, record), record, source });
  }
  return known;
}

function entryOf(link: OldLink, { key }: PersonRecord): RollEntry {
  const { id, department, lookupKey, digest } = link;
  return { id, department, key, lookupKey, sealedKey: null, digest, link };
}

/** Refs that a new citizen may try: that all of them are taken has a chance of next to nothing. */
const attempts = 8;

/** Like a run over everything, for the citizens of these records alone. */
async function assign(
  { transaction }: Run,
  keys: IdentityKeys,
  options: {
    readonly roll: readonly RollEntry[];
    readonly clusters: readonly (readonly number[])[];
    readonly vanished: readonly OldLink[];
  },
): Promise<RefAssignment> {
  const { roll, clusters, vanished } = options;
  const refKey = keys.derive("citizen refs");
  const oldRefs = clusters.map((members) => members.map((record) => roll[record]?.link?.ref ?? null));
  const living = new Set([...oldRefs.flat(), ...vanished.map(({ ref }) => ref)].filter((ref) => ref !== null));
  const tries = clusters.map(([first = 0]) =>
    Array.from({ length: attempts }, (_, attempt) => newRef(refKey, roll[first] as RollEntry, attempt)),
  );
  const known: readonly { ref: string; retired_by: number | null }[] = await transaction("citizen")
    .select("ref", "retired_by")
    .whereIn("ref", tries.flat());
  const taken = new Set(known.filter(({ retired_by }) => retired_by === null).map(({ ref }) => ref));
  return assignRefs({
    clusters: oldRefs,
    living,
    ended: new Set(known.filter(({ retired_by }) => retired_by !== null).map(({ ref }) => ref)),
    candidate(cluster, attempt) {
      const ref = tries[cluster]?.filter((one) => !taken.has(one))[attempt];
      if (ref === undefined) throw new Error("no ref is left for a new citizen");
      return ref;
    },
  });
}
