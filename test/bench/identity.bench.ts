/**
 * One search and one changed record over many:
 * `npx tsx test/bench/identity.bench.ts [--records 1000000] [--store <URL>] [--look-ups 1000]`. The departments answer
 * from memory, so that it is identity alone that is measured. The population and the store are kept in the system's
 * folder for temporary files (or where the URL says) for the next run. Beyond the limits it exits with 1.
 */
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { onlyRecord } from "../../subgraphs/identity/linking/deterministic.ts";
import type { LinkEngine } from "../../subgraphs/identity/linking/engine.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { resolve } from "../../subgraphs/identity/linking/resolve.ts";
import { scoringOf } from "../../subgraphs/identity/linking/scoring.ts";
import { countFrequencies, frequencyFeatures } from "../../subgraphs/identity/matching/batch/frequencies.ts";
import { loadRecords } from "../../subgraphs/identity/matching/batch/load.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";
import { createSearch, type Wanted } from "../../subgraphs/identity/search.ts";
import { type IdentityStore, openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { type KeptDepartment, type KeptPopulation, keptPopulation } from "./kept-population.ts";

/** Milliseconds. */
const limits = { p50: 5, p99: 25 };
const warmUp = 100;

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "1000000" },
    store: { type: "string" },
    "look-ups": { type: "string", default: "1000" },
  },
});
const asked = Number(values["look-ups"]) + warmUp;
const folder = join(tmpdir(), "civigraph-bench-identity");
const keys = identityKeys(Buffer.alloc(32, 7));
mkdirSync(folder, { recursive: true });
const people = await keptPopulation(Number(values.records), folder);
const location = values.store
  ? storeLocation(folder, values.store)
  : { file: join(folder, `store-${values.records}.sqlite`) };
const store = await openStore(location, keys);
try {
  if (!(await store.filled())) await fill(store, people);
  console.log(`${people.records.toLocaleString("en")} records on ${store.engine}`);
  await measureSearches(store);
  await measureChanges(store);
} finally {
  await store.close();
}

async function measureSearches(store: IdentityStore): Promise<void> {
  const search = createSearch({ store, keys, departments: people.departments });
  const times = new Map<string, Spent[]>();
  let [first, among] = [0, 0];
  for (const [index, { department, number }] of sample(asked).entries()) {
    const [kind, wanted] = wantedAs(index, department.at(number));
    const { department: id } = department.feed.description;
    const [ref] = await store.refsOf([{ department: id, lookupKey: department.at(number).key }]);
    const spent = spending();
    const found = await search(wanted);
    const time = spent();
    if (found[0]?.ref === ref) first += 1;
    if (found.some((one) => one.ref === ref)) among += 1;
    if (index >= warmUp) times.set(kind, [...(times.get(kind) ?? []), time]);
  }
  console.log(`the right citizen was found ${among} times in ${asked} searches, ${first} times as the first`);
  for (const [kind, some] of times) report(`search by ${kind}`, some);
  report("one search", [...times.values()].flat(), limits);
}

async function measureChanges(store: IdentityStore): Promise<void> {
  const { departments } = people;
  const times: Spent[] = [];
  for (const [index, { department, number }] of sample(asked).entries()) {
    const { feed } = department;
    const record = { ...department.at(number), telephone: [`555${String(1_000 * Date.now() + index).slice(-7)}`] };
    const spent = spending();
    await resolve({ store, keys, departments, actor: "bench", changed: { feed, records: [record] } });
    if (index >= warmUp) times.push(spent());
  }
  report("one changed record", times, limits);
}

/** Records spread evenly over all departments, the same in every run. */
function sample(count: number): { department: KeptDepartment; number: number }[] {
  const all = [...people.departments.values()];
  return Array.from({ length: count }, (_, index) => {
    const department = all[index % all.length] as KeptDepartment;
    return { department, number: Math.floor((index / count) * department.count) };
  });
}

/** What a caseworker may know of the person. */
function wantedAs(index: number, record: ReturnType<KeptDepartment["at"]>): [string, Wanted] {
  const { givenName, familyName, dateOfBirth, address, telephone, email, identifier } = record;
  const name = { givenName, familyName };
  const all: [string, Wanted][] = [
    ["name and birth date", { ...name, dateOfBirth }],
    ["full name", { fullName: `${givenName} ${familyName}` }],
    [
      "misspelt name and birth year",
      { ...name, familyName: misspelt(familyName), dateOfBirth: dateOfBirth?.slice(0, 4) },
    ],
    ["name and address", { ...name, address }],
    ["family name and phone", { familyName, telephone }],
    ["everything", { ...name, dateOfBirth, address, telephone, email, identifier }],
  ];
  const [kind, wanted] = all[Math.floor(index / people.departments.size) % all.length] as [string, Wanted];
  return [kind, Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))];
}

function misspelt(name = ""): string {
  return name.length < 5 ? name : name.slice(0, 2) + name.slice(3);
}

/** Milliseconds by the clock, and of this process on a core. */
interface Spent {
  readonly clock: number;
  readonly cpu: number;
}

function spending(): () => Spent {
  const [start, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { clock: performance.now() - start, cpu: (user + system) / 1000 };
  };
}

function report(title: string, spent: readonly Spent[], most?: typeof limits): void {
  const at = (share: number, of: keyof Spent) => {
    const sorted = spent.map((one) => one[of]).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  };
  const limit = (bound: number | undefined) => (bound === undefined ? "" : ` (limit ${bound})`);
  const figures = (["p50", "p99"] as const).map((name) => {
    const share = name === "p50" ? 0.5 : 0.99;
    if (most && at(share, "clock") > most[name]) process.exitCode = 1;
    return `${name} ${at(share, "clock").toFixed(2)} ms${limit(most?.[name])}, of which CPU ${at(share, "cpu").toFixed(2)}`;
  });
  console.log(`${title}: ${figures.join("; ")}; ${spent.length} times`);
}

/** Links the records to the persons that they are about: how they were linked makes no difference to finding them. */
async function fill(store: IdentityStore, { departments }: KeptPopulation): Promise<void> {
  const engine: LinkEngine = {
    modelVersion: defaultModel().version,
    async cluster({ pages }) {
      const persons: number[] = [];
      async function* read() {
        for await (const { department, records } of pages) {
          for (const { key } of records) {
            persons.push(departments.get(department.department)?.personOf(Number(key) - 1) ?? -1);
          }
          yield { department: department.department, records };
        }
      }
      const loaded = await loadRecords(read(), { useIdentifiers: true });
      const model = { ...defaultModel(), probabilityTwoRandomRecordsMatch: 1 / loaded.count };
      const frequencies = countFrequencies(loaded.table, frequencyFeatures(model));
      return {
        clusterOf: persons,
        reason: () => onlyRecord,
        review: [],
        scoring: scoringOf({ loaded, frequencies, model }),
        notes: [],
      };
    },
  };
  const feeds = [...departments.values()].map(({ feed }) => feed);
  const { seconds } = await link({ feeds, store, keys, engine });
  console.log(`filled in ${seconds.toFixed(0)} s`);
}
