import { createHmac } from "node:crypto";
import type { Knex } from "knex";
import type { PersonFeed } from "../../../shared/department/person-feed.ts";
import { renewedRefs } from "../citizen-id.ts";
import type { IdentityKeys } from "../keys.ts";
import { placeName } from "../store/crosswalk.ts";
import type { IdentityStore } from "../store/index.ts";
import { statementsWithin } from "../store/statements.ts";
import { assignAllRefs, redirectKept } from "./assign-all-refs.ts";
import { canonicalClusters } from "./canonical-clusters.ts";
import { bondsOf } from "./decisions.ts";
import { type Bonds, breathe, type Clustering, type LinkEngine, type LinkReason } from "./engine.ts";
import { adoptKeyForms } from "./key-forms.ts";
import { notesOnChanges } from "./last-change.ts";
import { probabilisticEngine } from "./probabilistic.ts";
import { redirectToRecords } from "./redirects.ts";
import { renewRefs } from "./renew-refs.ts";
import { answeringFeeds, type RollEntry, type RollReading, readRoll } from "./roll.ts";
import { beginUnderKeys } from "./rotate.ts";
import { writeScoring } from "./scoring.ts";
import { writeLinks } from "./write-links.ts";
import { writeRefs } from "./write-refs.ts";
import { writeReviews } from "./write-reviews.ts";
import { outdateTokens } from "./write-tokens.ts";

export interface LinkOptions {
  /** The feeds of all departments of the city; records of departments that are not among them are unlinked. */
  readonly feeds: readonly PersonFeed[];
  /** Departments that are not read, and whose links stay as they are. */
  readonly kept?: ReadonlySet<string>;
  /** Departments whose records the engine keeps to themselves: they leave a citizen's ref to the others. */
  readonly apart?: ReadonlySet<string>;
  readonly store: IdentityStore;
  readonly keys: IdentityKeys;
  /** By match weights of the shipped model, unless another one is given. */
  readonly engine?: LinkEngine;
  /** Makes everything that is keyed anew under new keys, but for refs, and so ids. */
  readonly rotateKeys?: boolean;
  /** Does so under the keys of another secret, refs included; ids stay as they are. The store opens with that one then. */
  readonly newSecret?: { readonly secret: Buffer; readonly reason: string };
  /** Who runs it, for the history. */
  readonly actor?: string;
  readonly onProgress?: (progress: LinkProgress) => void;
  /** Leaves the store as it was. */
  readonly signal?: AbortSignal;
}

export interface LinkProgress {
  readonly phase: "read" | "compare" | "write";
  readonly done: number;
  readonly total: number;
  /** While reading. */
  readonly department?: string;
}

export interface LinkSummary {
  readonly records: number;
  readonly citizens: number;
  /** Citizens with more than one record. */
  readonly linkedCitizens: number;
  readonly refs: { readonly created: number; readonly retired: number; readonly revived: number };
  readonly links: { readonly added: number; readonly moved: number; readonly removed: number };
  /** Pairs of citizens that a steward is asked about. */
  readonly reviews: number;
  /** Number of records by the rule that linked them. */
  readonly rules: Readonly<Record<string, number>>;
  readonly departments: readonly { readonly id: string; readonly name: string; readonly records: number }[];
  /** Departments that were never linked and did not answer: left out until the next run. */
  readonly unavailable: readonly string[];
  readonly notes: readonly string[];
  readonly modelVersion: string;
  readonly seconds: number;
}

/**
 * Reads all records of all departments and writes which of them are one citizen, in one transaction: an error or an
 * abort leaves the store as it was. Citizens keep their refs where most of their records stay together.
 * @throws CivigraphError DEPARTMENT_UNAVAILABLE when a department that was linked before does not answer: without its
 *   records, citizens that they hold together would fall apart.
 */
export async function link(options: LinkOptions): Promise<LinkSummary> {
  const { store, signal, onProgress, kept = new Set<string>(), apart, newSecret } = options;
  const started = performance.now();
  const { feeds, total, unavailable } = await answeringFeeds(options.feeds, store, signal);
  const engine = options.engine ?? probabilisticEngine();

  const result = await store.write(async (transaction, reads) => {
    const { run, keys } = await beginUnderKeys(transaction, reads, options, engine.modelVersion);
    const descriptions = feeds.map(({ description }) => description);
    await adoptKeyForms(run, descriptions, keys, signal);
    await outdateTokens(
      run,
      reads,
      descriptions.map(({ department }) => department),
    );
    const decisions = await reads.decisions();
    let bonds: Bonds = { must: [], cannot: [] };
    const reading = await readRoll({
      run,
      feeds,
      keys,
      signal,
      onProgress: (done, department) => onProgress?.({ phase: "read", done, total, department }),
    });
    const clustering = await engine.cluster({
      departments: descriptions,
      pages: reading.pages,
      bonds: () => {
        bonds = bondsOf(decisions, decisions.length === 0 ? () => undefined : placesOf(reading.roll));
        return bonds;
      },
      signal,
      onProgress: (done, all) => onProgress?.({ phase: "compare", done, total: all }),
    });
    const vanished = (await reading.finish()).filter(({ department }) => !kept.has(department));
    const { roll } = reading;
    await breathe(signal);
    const clusters = canonicalClusters(roll, clustering.clusterOf);
    const refKey = keys.derive("citizen refs");
    const assignment = await assignAllRefs(run, {
      roll,
      clusters,
      candidate: (cluster, attempt) => newRef(refKey, roll[clusters[cluster]?.[0] ?? 0] as RollEntry, attempt),
      kept,
      ...(apart ? { apart } : {}),
    });
    await writeRefs(run, assignment, signal);
    await redirectKept(transaction, kept);
    const links = await writeLinks({
      run,
      roll,
      vanished,
      clusters,
      assignment,
      reason: withDecisions(clustering, bonds),
      signal,
      onProgress: (done, all) => onProgress?.({ phase: "write", done, total: all }),
    });
    await redirectToRecords(run, roll, clusters, assignment);
    const reviews = await writeReviews(run, { clustering, roll, bonds, signal });
    if (clustering.scoring) await writeScoring(run, clustering.scoring, keys.tokensOf(run.tokenVersion));
    const departments = await writeWatermarks(run, feeds, roll, reading.lastChange);
    if (newSecret) await renewRefs(run, renewedRefs(options.keys, keys), signal);
    signal?.throwIfAborted();
    return {
      records: roll.length,
      citizens: clusters.length,
      linkedCitizens: clusters.filter((members) => members.length > 1).length,
      refs: {
        created: assignment.created.length,
        retired: assignment.retired.size,
        revived: assignment.revived.length,
      },
      ...links,
      reviews,
      departments,
      notes: [...clustering.notes, ...notesOnChanges(descriptions, reading.lastChange)],
    };
  });
  await store.vacuum();
  return { ...result, unavailable, modelVersion: engine.modelVersion, seconds: (performance.now() - started) / 1000 };
}

/** The transaction of one run, and the assertion that all its changes point to. */
export interface Run {
  readonly transaction: Knex.Transaction;
  readonly engine: "sqlite" | "postgres";
  readonly assertion: number;
  /** Of the key of look-up tokens, and of those of what is encrypted. */
  readonly tokenVersion: number;
  /** Of the keyed hashes of personal local keys, which were not renewed with the others at first. */
  readonly localKeyVersion: number;
}

/** Names who changes the crosswalk, when and by what: everything that the transaction changes points to it. */
export async function beginRun(
  transaction: Knex.Transaction,
  engine: Run["engine"],
  by: {
    readonly modelVersion: string;
    readonly actor: string;
    /** Sealed. */
    readonly reason?: string;
    readonly tokenVersion: number;
    readonly localKeyVersion: number;
  },
): Promise<Run> {
  const bindings = [new Date().toISOString(), by.actor, by.modelVersion, by.reason ?? null];
  const told = await statementsWithin(transaction, engine)<{ id: number }>(insertAssertion, bindings);
  const assertion = told[0]?.id ?? 0;
  return { transaction, engine, assertion, tokenVersion: by.tokenVersion, localKeyVersion: by.localKeyVersion };
}

const insertAssertion = `insert into assertion (id, at, actor, model_version, reason)
  select coalesce(max(id), 0) + 1, cast(? as text), cast(? as text), cast(? as text), cast(? as text)
  from assertion returning id`;

/** The numbers of the records by their places in the crosswalk. */
function placesOf(roll: readonly RollEntry[]): (department: string, lookupKey: string) => number | undefined {
  const numbers = new Map(roll.map((entry, record) => [placeName(entry), record]));
  return (department, lookupKey) => numbers.get(placeName({ department, lookupKey }));
}

/** What a steward has decided was decided by no rule. */
export function withDecisions(
  { reason, clusterOf }: Pick<Clustering, "reason" | "clusterOf">,
  { must }: Bonds,
): (record: number) => LinkReason {
  const confirmed = new Set(must.filter(([a, b]) => clusterOf[a] === clusterOf[b]).flat());
  return (record) =>
    confirmed.has(record)
      ? { ...reason(record), status: "CONFIRMED", method: "STEWARD", rule: "DECISION" }
      : reason(record);
}

/** 128 bits that follow from the secret and the citizen's first record: the same in every store filled under one secret. */
export function newRef(key: Buffer, { department, key: localKey }: RollEntry, attempt: number): string {
  const hash = createHmac("sha256", key).update(`${department}\0${localKey}\0${attempt}`).digest();
  return hash.subarray(0, 16).toString("base64url");
}

async function writeWatermarks(
  { transaction, assertion }: Run,
  feeds: readonly PersonFeed[],
  roll: readonly RollEntry[],
  lastChange: RollReading["lastChange"],
): Promise<LinkSummary["departments"]> {
  const counts = new Map<string, number>();
  for (const { department } of roll) counts.set(department, (counts.get(department) ?? 0) + 1);
  const departments = feeds.map(({ description: { department, name } }) => ({
    id: department,
    name,
    records: counts.get(department) ?? 0,
  }));
  await transaction("watermark").delete();
  for (const { id, records } of departments) {
    await transaction("watermark").insert({
      department: id,
      record_count: records,
      changed_since: lastChange.get(id)?.latest ?? null,
      assertion_id: assertion,
    });
  }
  return departments;
}
