import type { Knex } from "knex";
import type { PersonFeed, PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys, TokenOf } from "../keys.ts";
import { readLiveRecords } from "../live-records.ts";
import type { RegisteredDepartment } from "../registry.ts";
import type { Crosswalk, HeldLink, PlacedLink, RecordPlace } from "../store/crosswalk.ts";
import type { IdentityStore } from "../store/index.ts";
import { linkableWith } from "./apart.ts";
import { assignNearRefs, takeHiddenAlong } from "./assign-near-refs.ts";
import { beginRun, type Run, withDecisions } from "./link.ts";
import { explore, type KnownRecord } from "./neighbourhood.ts";
import { redirectToRecords } from "./redirects.ts";
import { lookupKeyOf, nextLinkId, type RollEntry, rollCall } from "./roll.ts";
import { localKeyVersionIn, scoringSettings, storedScoring, tokenVersionIn } from "./scoring.ts";
import { recordTokens } from "./tokens.ts";
import { traitsOf } from "./traits.ts";
import { writeLinks } from "./write-links.ts";
import { writeRefs } from "./write-refs.ts";
import { renewReviews, strongestPairs } from "./write-reviews.ts";
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
  /** Digests by lookup key, from before the records were read: what is another one by now is left alone. */
  readonly seen?: ReadonlyMap<string, string>;
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
  // What was read of a feed is read again when it is lost, unlike what a steward has decided.
  const replayable = options.begin === undefined;
  return options.store.write((transaction, reads) => resolveWithin(transaction, reads, options), { replayable });
}

/** Statements that do not need each other's answers are sent together: the way to the database is most of their time. */
async function resolveWithin(
  transaction: Knex.Transaction,
  reads: Crosswalk,
  options: ResolveOptions,
): Promise<Resolution> {
  const { keys, signal } = options;
  const settings = await reads.settings(scoringSettings);
  const versions = { tokenVersion: tokenVersionIn(settings), localKeyVersion: localKeyVersionIn(settings) };
  const tokenOf = keys.tokensOf(versions.tokenVersion);
  const scoring = await storedScoring(reads, settings, tokenOf);
  if (scoring === null) throw new CivigraphError("NOT_READY");
  const { reason } = options;
  const [run, { changed, held }, heldOfGone] = await Promise.all([
    beginRun(transaction, options.store.engine, {
      modelVersion: scoring.model.version,
      actor: options.actor,
      ...(reason === undefined ? {} : { reason: keys.seal(reason, versions.tokenVersion, "reasons") }),
      ...versions,
    }),
    changedRecords(transaction, reads, { ...options, versions }),
    options.gone === undefined ? [] : reads.heldWith(options.gone),
  ]);
  const isGone = isAt(options.gone ?? []);
  const vanished = heldOfGone.filter(isGone).filter(asSeen(options.seen));
  const begun = (await options.begin?.(run, reads)) ?? [];
  const asked = begun.length === 0 ? [] : await reads.placesById(begun);
  const records = changed.length + vanished.length;
  if (records + asked.length === 0) return { records, refs: [] };

  const left = new Set(vanished.map(({ ref }) => ref));
  const refs = new Set([...changed.flatMap(({ link }) => link?.ref ?? []), ...left]);
  const heldOfAsked = asked.length === 0 ? [] : await reads.heldOf([...new Set(asked.map(({ ref }) => ref))]);
  const citizens = [...heldOfAsked, ...[...held, ...heldOfGone].filter(({ ref }) => refs.has(ref))];
  const gone = new Set(vanished.map(({ id }) => id));
  const others = [...asked, ...citizens.filter(({ ref }) => left.has(ref))];
  const departments = linkableWith(
    options.departments,
    [...changed, ...others].map(({ department }) => department),
  );
  const tokensOf = tokensOfRecords(tokenOf);
  const written = replaceTokens(
    run,
    changed.map(({ id, record }) => ({ id, tokens: tokensOf(record) })),
  );
  const exploring = explore({
    seeds: [...new Set([...changed, ...others].map(({ id }) => id))].filter((link) => !gone.has(link)),
    citizens,
    reads,
    scoring,
    known: changed.map(({ link, ...rest }) => ({ ...rest, ref: link?.ref ?? null })),
    load: (links) =>
      fetchRecords(
        links.filter(({ id }) => !gone.has(id)),
        { ...options, departments },
      ),
    tokensOf,
    signal,
  });
  const [near] = await Promise.all([exploring, written]);
  const inside = near.clusters.reduce((sum, members) => sum + members.length, 0);
  const roll = rollOf(near.records.slice(0, inside), near.held, changed);
  const assignment = await assignNearRefs(run, keys, { roll, clusters: near.clusters, vanished });
  const touched = [...roll.map(({ id }) => id), ...gone];
  const reviews = strongestPairs(near, near.bonds);
  await Promise.all([
    writeRefs(run, assignment, signal),
    writeLinks({
      run,
      roll,
      vanished,
      clusters: near.clusters,
      assignment,
      reason: withDecisions(near, near.bonds),
      signal,
    }),
    renewReviews(run, touched, reviews, (record) => near.records[record]?.id ?? 0, signal),
  ]);
  await takeHiddenAlong(transaction, assignment);
  await redirectToRecords(run, roll, near.clusters, assignment);
  return { records, refs: [...new Set(assignment.refOf)] };
}

/** A record that is new or changed. */
interface ChangedRecord extends RollEntry {
  readonly record: PersonRecord;
  readonly source: PersonFeedDescription;
}

/** Those of the records that are new or not as they were, and all links of the citizens that the records are linked to. */
async function changedRecords(
  transaction: Knex.Transaction,
  reads: Crosswalk,
  {
    changed,
    keys,
    seen,
    versions,
  }: Pick<ResolveOptions, "changed" | "keys" | "seen"> & {
    readonly versions: Pick<Run, "tokenVersion" | "localKeyVersion">;
  },
): Promise<{ readonly changed: readonly ChangedRecord[]; readonly held: readonly HeldLink[] }> {
  if (changed === undefined) return { changed: [], held: [] };
  const { feed, records } = changed;
  const source = feed.description;
  const keyOf = lookupKeyOf(keys, versions.localKeyVersion, source);
  const places = records.map(({ key }) => ({ department: source.department, lookupKey: keyOf(key) }));
  const held = await reads.heldWith(places);
  const old = new Map(held.filter(isAt(places)).map((link) => [link.lookupKey, link]));
  const firstId = old.size < records.length ? await nextLinkId(transaction) : 0;
  const entryOf = rollCall(keys, versions, firstId);
  const isAsSeen = asSeen(seen);
  const entered = records.flatMap((record): ChangedRecord[] => {
    const entry = entryOf(source, record, old);
    const isKnown = entry.link?.digest === entry.digest || !isAsSeen(entry.link ?? { ...entry, digest: undefined });
    return isKnown ? [] : [{ ...entry, record, source }];
  });
  return { changed: entered, held };
}

function isAt(places: readonly RecordPlace[]): (link: RecordPlace) => boolean {
  const nameOf = ({ department, lookupKey }: RecordPlace) => `${department}\0${lookupKey}`;
  const names = new Set(places.map(nameOf));
  return (link) => names.has(nameOf(link));
}

/** The tokens of each record are made once. */
function tokensOfRecords(tokenOf: TokenOf): (record: PersonRecord) => readonly string[] {
  const made = new Map<PersonRecord, readonly string[]>();
  return (record) => {
    let tokens = made.get(record);
    if (tokens === undefined) {
      tokens = recordTokens(record, traitsOf(record), tokenOf);
      made.set(record, tokens);
    }
    return tokens;
  };
}

/** Whether nobody has written the link since its digest was seen. */
function asSeen(seen: ResolveOptions["seen"]) {
  return ({ lookupKey, digest }: { readonly lookupKey: string; readonly digest: string | undefined }): boolean =>
    seen === undefined || seen.get(lookupKey) === digest;
}

/** Records as they are now. One that is gone meanwhile is left out: the sweep for deletions ends its link. */
async function fetchRecords(
  links: readonly PlacedLink[],
  options: Pick<ResolveOptions, "keys" | "departments" | "signal">,
): Promise<readonly KnownRecord[]> {
  const { records, failures } = await readLiveRecords(links, options);
  for (const failure of failures.values()) throw failure;
  return links.flatMap(({ id, department, lookupKey, ref }): KnownRecord[] => {
    const record = records.get(id);
    const source = options.departments.get(department)?.feed.description;
    return record && source ? [{ id, department, lookupKey, ref, record, source }] : [];
  });
}

/** What the crosswalk says of the records, for writing what becomes of them. */
function rollOf(
  records: readonly KnownRecord[],
  held: ReadonlyMap<number, HeldLink>,
  changed: readonly RollEntry[],
): readonly RollEntry[] {
  const entries = new Map(changed.map((entry) => [entry.id, entry]));
  return records.map(({ id, record: { key } }) => {
    const entry = entries.get(id);
    if (entry !== undefined) return entry;
    const link = held.get(id) as HeldLink;
    const { department, lookupKey, digest } = link;
    return { id, department, key, lookupKey, sealedKey: null, digest, link };
  });
}
