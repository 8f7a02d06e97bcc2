/**
 * One search and one changed record over many:
 * `npx tsx test/bench/identity.bench.ts [--records 1000000] [--store <URL>] [--look-ups 1000]`. The departments answer
 * from memory, and what that takes them is taken off, so that it is identity alone that is measured; its store is in the
 * memory of the machine, as that of a server which runs. The population and the store are kept in the system's folder for
 * temporary files (or where the URL says) for the next run. Beyond the limits it exits with 1.
 */
import { createReadStream, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { onlyRecord } from "../../subgraphs/identity/linking/deterministic.ts";
import type { LinkEngine } from "../../subgraphs/identity/linking/engine.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { resolve } from "../../subgraphs/identity/linking/resolve.ts";
import { scoringOf, writeSetting } from "../../subgraphs/identity/linking/scoring.ts";
import { countFrequencies, frequencyFeatures } from "../../subgraphs/identity/matching/batch/frequencies.ts";
import { loadRecords } from "../../subgraphs/identity/matching/batch/load.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";
import { givenNameForms } from "../../subgraphs/identity/matching/normalise/nicknames.ts";
import { createSearch, type Wanted } from "../../subgraphs/identity/search.ts";
import { type IdentityStore, openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { type KeptDepartment, type KeptPopulation, keptPopulation } from "./kept-population.ts";

/** Milliseconds. */
const limits = { p50: 5, p99: 25 };
/** Look-ups before those that count: a service that runs has its code compiled. */
const warmUp = 500;

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
const clocked = clockedDepartments(people);
const location = values.store
  ? storeLocation(folder, values.store)
  : { file: join(folder, `store-${values.records}.sqlite`) };
const store = await openStore(location, keys);
try {
  if (!(await store.filled())) await fill(store, people);
  await weighByShippedModel(store);
  await readIntoMemory();
  console.log(`${people.records.toLocaleString("en")} records on ${store.engine}`);
  await measureSearches(store);
  await measureChanges(store);
} finally {
  await store.close();
}

async function measureSearches(store: IdentityStore): Promise<void> {
  const search = createSearch({ store, keys, departments: clocked.departments });
  const times = new Map<string, Spent[]>();
  let [first, among] = [0, 0];
  for (const [index, { department, number }] of sample(asked).entries()) {
    const [kind, wanted] = wantedAs(index, department.at(number));
    const { department: id } = department.feed.description;
    const [ref] = await store.refsOf([{ department: id, lookupKey: department.at(number).key }]);
    const spent = spending();
    const { found } = await search(wanted);
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
  const { departments } = clocked;
  const times: Spent[] = [];
  for (const [index, { department, number }] of sample(asked, 0.5).entries()) {
    const { feed } = department;
    const record = { ...department.at(number), telephone: [`555${String(1_000 * Date.now() + index).slice(-7)}`] };
    const spent = spending();
    await resolve({ store, keys, departments, actor: "bench", changed: { feed, records: [record] } });
    const time = spent();
    if (index >= warmUp) times.push(time);
  }
  report("one changed record", times, limits);
}

/** A server that runs has its store in the memory of its machine, at least in that of the operating system. */
async function readIntoMemory(): Promise<void> {
  if ("file" in location) {
    for await (const _ of createReadStream(location.file, { highWaterMark: 1 << 20 }));
    return;
  }
  const client = new pg.Client({ connectionString: values.store });
  await client.connect();
  try {
    await client.query("create extension if not exists pg_prewarm");
    await client.query(`select pg_prewarm(oid, 'read') from pg_class
      where relkind in ('r', 'i') and relnamespace = current_schema()::regnamespace`);
  } catch (error) {
    console.log(`The first look-ups may wait for the disk, because pg_prewarm cannot be used: ${String(error)}`);
  } finally {
    await client.end();
  }
}

/** Records spread evenly over all departments, the same in every run; with another offset, others. */
function sample(count: number, offset = 0): { department: KeptDepartment; number: number }[] {
  const all = [...people.departments.values()];
  return Array.from({ length: count }, (_, index) => {
    const department = all[index % all.length] as KeptDepartment;
    return { department, number: Math.floor(((index + offset) / count) * department.count) };
  });
}

/** What a caseworker may know of the person. */
function wantedAs(index: number, record: ReturnType<KeptDepartment["at"]>): [string, Wanted] {
  const { givenName, familyName, dateOfBirth, address, telephone, email, identifier } = record;
  const name = { givenName, familyName };
  const all: [string, Wanted][] = [
    ["name and birth date", { ...name, dateOfBirth }],
    ["name and month of birth", { ...name, dateOfBirth: dateOfBirth?.slice(0, 7) }],
    ["swapped names and birth date", { givenName: familyName, familyName: givenName, dateOfBirth }],
    ["nickname and birth date", { familyName, givenName: otherForm(givenName), dateOfBirth }],
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

/** Another name that people of this name go by, or its first letter where there is none. */
function otherForm(name = ""): string {
  const own = name.toLowerCase();
  return givenNameForms(own).find((form) => form !== own) ?? name.slice(0, 1);
}

/** The departments of a population, and the milliseconds in all that they have taken to answer. */
function clockedDepartments({ departments }: KeptPopulation): {
  readonly departments: KeptPopulation["departments"];
  taken(): number;
} {
  let taken = 0;
  const clockedOf = (department: KeptDepartment): KeptDepartment => ({
    ...department,
    feed: {
      ...department.feed,
      byKeys(keys, options) {
        const start = performance.now();
        // From memory: all is done when the promise is there.
        const records = department.feed.byKeys(keys, options);
        taken += performance.now() - start;
        return records;
      },
    },
  });
  return {
    departments: new Map(Array.from(departments, ([id, department]) => [id, clockedOf(department)])),
    taken: () => taken,
  };
}

/** Milliseconds by the clock, and of this process on a core. */
interface Spent {
  readonly clock: number;
  readonly cpu: number;
}

/** What passes until the answer is asked for, without what departments took. */
function spending(): () => Spent {
  const [before, others] = [process.cpuUsage(), clocked.taken()];
  const start = performance.now();
  return () => {
    const end = performance.now();
    const { user, system } = process.cpuUsage(before);
    const taken = clocked.taken() - others;
    return { clock: end - start - taken, cpu: (user + system) / 1000 - taken };
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

/** Whichever model was shipped when the store was filled. */
async function weighByShippedModel(store: IdentityStore): Promise<void> {
  const model = { ...defaultModel(), probabilityTwoRandomRecordsMatch: 1 / people.records };
  await store.write((transaction) => writeSetting(transaction, "model", JSON.stringify(model)));
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
        review: someReviews(persons),
        scoring: scoringOf({ loaded, frequencies, model }),
        notes: [],
      };
    },
  };
  const feeds = [...departments.values()].map(({ feed }) => feed);
  // As many as linking such a city leaves to stewards, between records of any two persons.
  function* someReviews(persons: readonly number[]) {
    for (let left = 0; left + 1 < persons.length; left += 20) {
      if (persons[left] === persons[left + 1]) continue;
      yield { left, right: left + 1, probability: 0.5, weight: 0, evidence: "[]" };
    }
  }
  const { seconds } = await link({ feeds, store, keys, engine });
  console.log(`filled in ${seconds.toFixed(0)} s`);
}
