import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import Database from "../../shared/sql/sqlite/driver.js";
import { createIdentity, type Identity } from "../../subgraphs/identity/index.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { previewIdentity } from "../../subgraphs/identity/preview.ts";
import type { OnboardingPhase, RegisteredDepartment } from "../../subgraphs/identity/registry.ts";
import { townspeople } from "./matching/townspeople.ts";
import { type MemoryFeed, memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, testKeys } from "./support/stores.ts";

const kinds = await storeKinds();
const secret = Buffer.alloc(32, 7);
const people = townspeople(60);
const records = (prefix: string, of: typeof people) =>
  of.map((person, index) => ({ ...person, key: `${prefix}${index}` }));

/** The city knows the first 40 people, the newcomer the last 40: 20 are known to both. */
const feeds = {
  taxes: memoryFeed("taxes", records("t", people.slice(0, 40))),
  schools: memoryFeed("schools", records("s", people.slice(10, 40))),
  newcomer: memoryFeed("newcomer", records("n", people.slice(20))),
};

let folder: string;
let file: string;
const opened: Identity[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-apart-"));
  file = join(folder, "identity.sqlite");
});
afterAll(async () => {
  for (const identity of opened) await identity.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(phase: OnboardingPhase): Promise<Identity> {
  const registered = (feed: MemoryFeed, own: OnboardingPhase): RegisteredDepartment => ({
    id: feed.description.department,
    name: feed.description.name,
    jurisdiction: { id: "northport", name: "northport" },
    keysField: `${feed.description.department}Keys`,
    phase: own,
    feed,
    health: async () => "UP",
  });
  const { taxes, schools, newcomer } = feeds;
  const registry = [registered(newcomer, phase), registered(schools, "LIVE"), registered(taxes, "LIVE")];
  const identity = await createIdentity({ registry, store: { file }, secret });
  opened.push(identity);
  return identity;
}

/** How many citizens the newcomer knows together with others, and how many alone. */
async function newcomers(): Promise<{ shared: number; own: number }> {
  const database = new Database(file, { readonly: true });
  const refs = database
    .prepare(
      "select max(department <> 'newcomer') as shared from link group by ref having max(department = 'newcomer') = 1",
    )
    .all() as { shared: number }[];
  database.close();
  const shared = refs.filter((row) => row.shared === 1).length;
  return { shared, own: refs.length - shared };
}

describe("a department in SANDBOX", () => {
  it("is linked with nobody else's people, in a run over everything and record by record", async () => {
    const identity = await open("SANDBOX");
    const summary = await identity.link();
    expect(summary.records).toBe(40 + 30 + 40);
    expect(await newcomers()).toEqual({ shared: 0, own: 40 });
    feeds.newcomer.records[0] = { ...feeds.newcomer.records[0], key: "n0", email: ["someone@example.org"] };
    feeds.taxes.records[25] = { ...feeds.taxes.records[25], key: "t25", email: ["other@example.org"] };
    const followed = await identity.follow();
    expect(followed.map(({ records: changed }) => changed)).toEqual([1, 0, 1]);
    expect(await newcomers()).toEqual({ shared: 0, own: 40 });
  });

  it.each(
    kinds,
  )("is previewed on $name: how many would join others' citizens, and nothing is written", async (kind) => {
    const { newcomer: feed, ...others } = feeds;
    const test = await kind.open();
    try {
      const options = { store: test.location, keys: testKeys, feed, most: 1_000 };
      const known = new Map(Object.entries(others).map(([id, other]) => [id, { feed: other }]));
      expect(await previewIdentity({ ...options, others: known })).toBeUndefined();
      await link({ feeds: Object.values(others), store: test.store, keys: testKeys });
      const before = await test.dump();
      const preview = await previewIdentity({ ...options, others: known });
      expect(preview).toEqual({ records: 40, looked: 40, join: 20, review: 0 });
      expect(await previewIdentity({ ...options, others: known, most: 10 })).toMatchObject({ records: 40, looked: 10 });
      const stranger = identityKeys(Buffer.alloc(32, 8));
      expect(await previewIdentity({ ...options, keys: stranger, others: known })).toBeUndefined();
      expect(await test.dump()).toBe(before);
    } finally {
      await test.remove();
    }
  });

  it("is linked with everybody's people once it is LIVE", async () => {
    const identity = await open("LIVE");
    expect(await identity.current()).toBe(false);
    await identity.link();
    expect(await identity.current()).toBe(true);
    expect(await newcomers()).toEqual({ shared: 20, own: 20 });
  });
});

it("is linked anew where a program has linked it that normalised values otherwise", async () => {
  const identity = await open("LIVE");
  await identity.link();
  expect(await identity.current()).toBe(true);
  const database = new Database(file);
  database.prepare("update setting set value = '0' where name = 'normalisation taxes'").run();
  database.close();
  expect(await identity.current()).toBe(false);
  await identity.link();
  expect(await identity.current()).toBe(true);
});
