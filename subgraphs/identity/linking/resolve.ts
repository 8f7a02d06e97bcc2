import type { Knex } from "knex";
import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys, TokenOf } from "../keys.ts";
import { readLiveRecords } from "../live-records.ts";
import type { RegisteredDepartment } from "../registry.ts";
import type { Crosswalk, HeldLink, PlacedLink, RecordPlace } from "../store/crosswalk.ts";
import type { IdentityStore } from "../store/index.ts";
import { onceSent } from "../store/statements.ts";
import { linkableWith } from "./apart.ts";
import { assignNearRefs, takeHiddenAlong } from "./assign-near-refs.ts";
import { asSeen, changedRecords, expectedVersions, isAt, readHeld } from "./changed-records.ts";
import { beginRun, type Run, withDecisions } from "./link.ts";
import { explore, type KnownRecord } from "./neighbourhood.ts";
import { redirectToRecords } from "./redirects.ts";
import type { RollEntry } from "./roll.ts";
import { storedScoring } from "./scoring.ts";
import { recordTokens } from "./tokens.ts";
import { identifiersOf } from "./traits.ts";
import { WeighedRecords } from "./weighed-records.ts";
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
  const { keys, signal, reason } = options;
  const expected = expectedVersions(options.store).tokenVersion;
  const expectedTokensOf = tokensOfRecords(keys.tokensOf(expected));
  const [{ settings, versions, held, heldOfGone }] = await Promise.all([
    readHeld(reads, options),
    onceSent().then(() => options.changed?.records.forEach(expectedTokensOf)),
  ]);
  const tokenOf = keys.tokensOf(versions.tokenVersion);
  const tokensOf = versions.tokenVersion === expected ? expectedTokensOf : tokensOfRecords(tokenOf);
  const scoring = await storedScoring(reads, settings, tokenOf);
  if (scoring === null) throw new CivigraphError("NOT_READY");
  const changed = await changedRecords(transaction, held, { ...options, versions });
  const vanished = heldOfGone.filter(isAt(options.gone ?? [])).filter(asSeen(options.seen));
  const beginning = () =>
    beginRun(transaction, options.store.engine, {
      modelVersion: scoring.model.version,
      actor: options.actor,
      ...(reason === undefined ? {} : { reason: keys.seal(reason, versions.tokenVersion, "reasons") }),
      ...versions,
    });
  const begun = options.begin && (await beginning());
  const moved = begun && options.begin ? await options.begin(begun, reads) : [];
  const asked = moved.length === 0 ? [] : await reads.placesById(moved);
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
  const known = changed.map(({ link, ...rest }) => ({ ...rest, ref: link?.ref ?? null }));
  const weighed = new WeighedRecords(scoring, known, (links) =>
    fetchRecords(
      links.filter(({ id }) => !gone.has(id)),
      { ...options, departments },
    ),
  );
  const loaded = await weighed.load(citizens);
  const seeds = [...new Set([...changed, ...others].map(({ id }) => id))].filter((link) => !gone.has(link));
  let written: Promise<Run> | undefined;
  const write = () => {
    written ??= Promise.all([
      begun ?? beginning(),
      replaceTokens(
        { transaction, engine: options.store.engine },
        changed.map(({ id, record }) => ({ id, tokens: tokensOf(record) })),
      ),
    ]).then(([run]) => run);
    // Whoever waits for it is told of a failure; it must not end the program before.
    written.catch(() => {});
    return written;
  };
  const near = await explore({
    ...{ seeds, near: weighed, loaded, citizens, reads, scoring, tokensOf, signal },
    whileWaiting: options.store.engine === "postgres",
    onceAsked: write,
  }).catch(async (error) => {
    // Behind a statement that has failed, PostgreSQL refuses all others: what that one says counts.
    if ((error as { code?: unknown }).code === behindFailed) await written;
    throw error;
  });
  const run = await write();
  const inside = near.clusters.reduce((sum, members) => sum + members.length, 0);
  const roll = rollOf(near.records.slice(0, inside), near.held, changed);
  const assignment = await assignNearRefs(run, keys, { roll, clusters: near.clusters, vanished });
  const lookedAt = {
    changed: [...changed.map(({ id }) => id), ...gone],
    clustered: roll.map(({ id }) => id),
    weighed: near.records.map(({ id }) => id),
  };
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
    renewReviews(run, lookedAt, reviews, (record) => near.records[record]?.id ?? 0, signal),
  ]);
  await takeHiddenAlong(transaction, assignment);
  await redirectToRecords(run, roll, near.clusters, assignment);
  return { records, refs: [...new Set(assignment.refOf)] };
}

/** What PostgreSQL answers then: "in_failed_sql_transaction". */
const behindFailed = "25P02";

/** The tokens of each record are made once, and so is each token: the records of a person share most of them. */
function tokensOfRecords(tokenOf: TokenOf): (record: PersonRecord) => readonly string[] {
  const made = new Map<PersonRecord, readonly string[]>();
  const known = new Map<string, string>();
  const knownTokenOf: TokenOf = (kind, value) => {
    const name = `${kind}\0${value}`;
    let token = known.get(name);
    if (token === undefined) {
      token = tokenOf(kind, value);
      known.set(name, token);
    }
    return token;
  };
  return (record) => {
    let tokens = made.get(record);
    if (tokens === undefined) {
      tokens = recordTokens(record, { identifiers: identifiersOf(record) }, knownTokenOf);
      made.set(record, tokens);
    }
    return tokens;
  };
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
