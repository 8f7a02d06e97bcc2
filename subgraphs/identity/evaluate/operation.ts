import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityKeys } from "../keys.ts";
import { link } from "../linking/link.ts";
import { probabilisticEngine } from "../linking/probabilistic.ts";
import { resolve } from "../linking/resolve.ts";
import type { LinkableRecord } from "../matching/features.ts";
import type { MatchInput, Model } from "../matching/index.ts";
import { createSearch } from "../search.ts";
import { type IdentityStore, openStore } from "../store/index.ts";
import { type Agreement, agreement } from "./agreement.ts";
import type { LabelledSet } from "./read-set.ts";
import { type SetFeed, setFeeds } from "./set-feeds.ts";

/** How identity behaves once it is in service: over re-runs, record by record, and when it is asked. */
export interface Operation {
  /** Share of the records whose citizen id changes. */
  readonly churn: {
    /** When the same records are linked again, listed in another order. */
    readonly sameRecords: number;
    /** When all are linked again after `added` more of them have come in; of those that were there before. */
    readonly moreRecords: number;
    readonly added: number;
  };
  /** Records that were held back and then linked one by one, compared with linking all at once. */
  readonly incremental: {
    readonly records: number;
    /** To link one record. */
    readonly milliseconds: Percentiles;
  } & Agreement;
  /** Searches by all that each held-back record says, before it is linked; departments answer from memory. */
  readonly lookUp: {
    readonly searches: number;
    readonly milliseconds: Percentiles;
    /** Searches for persons of whom another record is linked, and the share whose first answer is that person. */
    readonly known: number;
    readonly found: number;
  };
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** So many of the records are held back: of a small set a larger share, so that percentiles say something. */
function sampleSize(records: number): number {
  return Math.min(300, Math.max(records * 0.02, Math.min(records * 0.1, 100)));
}
/** Searches that are not counted, because a service that has just started is not what is measured. */
const warmUp = 20;

/**
 * Links the set as the service does, into a store of its own that is deleted afterwards: all records but a sample, then
 * the sample one by one, then all at once again, twice. Nothing of it is told who is who.
 */
export async function measureOperation(
  set: LabelledSet,
  options: Pick<MatchInput, "sources" | "useIdentifiers" | "signal"> & { readonly model: Model },
): Promise<Operation> {
  const { sources, useIdentifiers = true, model, signal } = options;
  const feeds = setFeeds(set, sources, { identifiers: useIdentifiers });
  const sample = holdBack(feeds);
  const folder = await mkdtemp(join(tmpdir(), "civigraph-evaluate-"));
  const keys = identityKeys(randomBytes(32));
  const store = await openStore({ file: join(folder, "identity.sqlite") }, keys);
  const departments = new Map(Array.from(feeds, ([department, feed]) => [department, { feed }]));
  const engine = probabilisticEngine({ model });
  const linkAll = async () => {
    await link({ feeds: [...feeds.values()], store, keys, engine, ...(signal ? { signal } : {}) });
    return await refsOf(store);
  };
  try {
    const before = await linkAll();
    const search = createSearch({ store, keys, departments });
    const lookUp = await measureLookUps(sample, { search, truth: set.truth, refs: before, signal });
    const spent: number[] = [];
    for (const { feed, record } of sample) {
      feed.records.set(record.key, record);
      const started = performance.now();
      await resolve({
        store,
        keys,
        departments,
        actor: "civigraph evaluate",
        changed: { feed, records: [record] },
        signal,
      });
      spent.push(performance.now() - started);
    }
    const oneByOne = await refsOf(store);
    const atOnce = await linkAll();
    for (const feed of feeds.values()) feed.backwards = true;
    const again = await linkAll();
    const names = sample.map(({ name }) => name);
    return {
      churn: {
        sameRecords: changed(atOnce, again),
        moreRecords: changed(before, again),
        added: sample.length,
      },
      incremental: {
        records: sample.length,
        ...agreement(names, { oneByOne, atOnce, truth: set.truth }),
        milliseconds: percentiles(spent),
      },
      lookUp,
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface HeldBack {
  readonly feed: SetFeed;
  readonly record: LinkableRecord;
  /** `<department>\n<key>`. */
  readonly name: string;
}

/** Takes a sample out of the feeds: the same in every run, and by nothing that has to do with the persons. */
function holdBack(feeds: ReadonlyMap<string, SetFeed>): readonly HeldBack[] {
  const all = [...feeds.values()].flatMap((feed) =>
    Array.from(feed.records.values(), (record) => {
      const name = `${feed.name}\n${record.key}`;
      return { feed, record, name, order: createHash("sha256").update(name).digest("hex") };
    }),
  );
  all.sort((a, b) => (a.order < b.order ? -1 : 1));
  const sample = all.slice(0, Math.ceil(sampleSize(all.length)));
  for (const { feed, record } of sample) feed.records.delete(record.key);
  return sample;
}

/** The ref of every linked record, by `<department>\n<key>`. */
async function refsOf(store: IdentityStore): Promise<ReadonlyMap<string, string>> {
  const refs = new Map<string, string>();
  for (let after = ""; ; ) {
    const page = await store.page({ first: 5000, after });
    const last = page.at(-1);
    if (last === undefined) return refs;
    for (const { ref, department, lookupKey } of await store.keys(page)) refs.set(`${department}\n${lookupKey}`, ref);
    after = last;
  }
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  const moved = [...before].filter(([name, ref]) => after.get(name) !== ref).length;
  return before.size === 0 ? 0 : moved / before.size;
}

async function measureLookUps(
  sample: readonly HeldBack[],
  options: {
    readonly search: ReturnType<typeof createSearch>;
    readonly truth: LabelledSet["truth"];
    readonly refs: ReadonlyMap<string, string>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Operation["lookUp"]> {
  const { search, truth, refs, signal } = options;
  const refsOfPerson = new Map<string, Set<string>>();
  for (const [name, ref] of refs) {
    const person = truth.get(name) ?? name;
    refsOfPerson.set(person, (refsOfPerson.get(person) ?? new Set()).add(ref));
  }
  for (const { record } of sample.slice(0, warmUp)) await search(record, signal);
  const spent: number[] = [];
  let [known, found] = [0, 0];
  for (const { record, name } of sample) {
    const started = performance.now();
    const [first] = (await search(record, signal)).found;
    spent.push(performance.now() - started);
    const wanted = refsOfPerson.get(truth.get(name) ?? name);
    if (wanted === undefined) continue;
    known += 1;
    if (first !== undefined && wanted.has(first.ref)) found += 1;
  }
  return {
    searches: sample.length,
    milliseconds: percentiles(spent),
    known,
    found: known === 0 ? 1 : found / known,
  };
}

/** By the nearest rank. */
function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
