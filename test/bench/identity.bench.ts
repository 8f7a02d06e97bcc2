import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PersonFeed, PersonRecord } from "../../shared/department/person-feed.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { deterministicEngine } from "../../subgraphs/identity/linking/deterministic.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { resolve } from "../../subgraphs/identity/linking/resolve.ts";
import { writeSetting } from "../../subgraphs/identity/linking/scoring.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";
import type { RegisteredDepartment } from "../../subgraphs/identity/registry.ts";
import { createSearch } from "../../subgraphs/identity/search.ts";
import { openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { population } from "./linkage-population.ts";

/**
 * One search and one changed record over many: `npx tsx test/bench/identity.bench.ts [records] [store URL] [look-ups]`. The
 * departments answer from memory, so that it is identity alone that is measured. Limits are meant for a million records
 * on a machine that does nothing else; beyond them it exits with 1.
 */
const limits = { p50: 5, p99: 25 };
const records = Number(process.argv[2] ?? 20_000);
const folder = mkdtempSync(join(tmpdir(), "civigraph-lookup-"));
const keys = identityKeys(Buffer.alloc(32, 7));
const asked = Number(process.argv[4] ?? 300);

async function main(): Promise<void> {
  const departments = await departmentsOf(records);
  const store = await openStore(storeLocation(folder, process.argv[3] || undefined), keys);
  try {
    const feeds = [...departments.values()].map(({ feed }) => feed);
    // How records were linked makes no difference to how long they take to find.
    const summary = await link({ feeds, store, keys, engine: deterministicEngine() });
    await store.write(async (transaction) => {
      await writeSetting(transaction, "model", JSON.stringify(defaultModel()));
      await writeSetting(transaction, "frequencies", "{}");
    });
    console.log(`${summary.records.toLocaleString("en")} records on ${store.engine}`);
    const search = createSearch({ store, keys, departments: departments as ReadonlyMap<string, RegisteredDepartment> });
    const [registry] = feeds;
    if (!registry) throw new Error("the population has no source");
    const { records: people } = await registry.page({ first: asked });

    const searches: number[] = [];
    const changes: number[] = [];
    let found = 0;
    for (const { fullName, givenName, familyName, dateOfBirth } of people) {
      const start = performance.now();
      const answer = await search({
        fullName: fullName ?? `${givenName} ${familyName}`,
        ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
      });
      searches.push(performance.now() - start);
      if (answer.length > 0) found += 1;
    }
    for (const [index, person] of people.entries()) {
      const changed = { ...person, telephone: [`555${String(index).padStart(6, "0")}`] };
      const start = performance.now();
      await resolve({ store, keys, departments, actor: "bench", changed: { feed: registry, records: [changed] } });
      changes.push(performance.now() - start);
    }
    console.log(`${found} of ${people.length} searches found somebody`);
    report("one search", searches);
    report("one changed record", changes);
  } finally {
    await store.close();
  }
}

function report(title: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const [p50, p99] = [at(0.5), at(0.99)];
  console.log(
    `${title}: p50 ${p50.toFixed(1)} ms (limit ${limits.p50}), p99 ${p99.toFixed(1)} ms (limit ${limits.p99})`,
  );
  if (p50 > limits.p50 || p99 > limits.p99) process.exitCode = 1;
}

/** Feeds that answer from memory at once. */
async function departmentsOf(count: number): Promise<ReadonlyMap<string, { readonly feed: PersonFeed }>> {
  const { sources, pages } = population(count);
  const bySource = new Map<string, Map<string, PersonRecord>>(sources.map(({ department }) => [department, new Map()]));
  for await (const page of pages) {
    for (const record of page.records) bySource.get(page.department)?.set(record.key, record);
  }
  return new Map(
    sources.map(({ department, uniquePerPerson }) => [
      department,
      { feed: feedOf(department, uniquePerPerson, bySource.get(department) ?? new Map()) },
    ]),
  );
}

function feedOf(department: string, uniquePerPerson: boolean, own: ReadonlyMap<string, PersonRecord>): PersonFeed {
  const all = [...own.values()];
  return {
    description: { department, name: department, uniquePerPerson, personalKey: false, tellsChanges: false },
    async page({ first, after }) {
      const start = Number(after ?? 0);
      const end = start + first;
      return { records: all.slice(start, end), next: end < all.length ? String(end) : null };
    },
    byKeys: async (asking) => asking.map((key) => own.get(key) ?? null),
    async keys(options) {
      const { records: page, next } = await this.page(options);
      return { keys: page.map(({ key }) => key), next };
    },
    count: async () => all.length,
  };
}

main().finally(() => rmSync(folder, { recursive: true, force: true }));
