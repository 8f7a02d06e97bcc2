import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { citizenIds } from "../../subgraphs/identity/citizen-id.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { backUp, restore, secretOfBackup } from "../../subgraphs/identity/store/backup.ts";
import { openStore } from "../../subgraphs/identity/store/index.ts";
import { civigraph } from "./support/civigraph.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const secret = { kept: "ENVIRONMENT", value: "a secret of at least thirty-two characters" } as const;

const feeds = [
  memoryFeed(
    "permits",
    Array.from({ length: 40 }, (_, key) => ({
      key: `ö-${key}`,
      givenName: ["Anna", "Olga", "Mart", "Juhan"][key % 4],
      familyName: `Family${String.fromCharCode(97 + (key % 26), 97 + (key % 7))}`,
      dateOfBirth: `19${50 + key}-03-1${key % 10}`,
    })),
  ),
  memoryFeed("phones", [{ key: "+3725551234", fullName: "Anna Tamm" }], { personalKey: true }),
];

const kinds = await storeKinds();
for (const kind of kinds) {
  describe(`a backup of the store on ${kind.name}`, () => {
    const opened: TestStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.remove();
    });
    async function open(other = kind): Promise<TestStore> {
      const store = await other.open();
      opened.push(store);
      return store;
    }

    for (const target of kinds) {
      it(`brings everything back on ${target.name}, ids and tokens included`, async () => {
        const file = join(folder, `${kind.name}-${target.name}.backup`);
        const source = await open();
        await link({ feeds, store: source.store, keys: testKeys, rotateKeys: true });
        await source.store.write(async (transaction) => {
          await transaction("decision").insert({ id: 1, kind: "MERGE", assertion_id: 1 });
          await transaction("decision_record").insert({ decision_id: 1, department: "a", lookup_key: "b", side: 0 });
        });
        expect(await backUp(source.store, secret, file)).toBe(41);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(await secretOfBackup(file)).toEqual(secret);
        const empty = await open(target);
        expect(await restore(empty.store, file)).toBe(41);
        const sorted = async (store: TestStore) => (await store.dump()).split("\n").sort();
        expect(await sorted(empty)).toEqual(await sorted(source));
        const ids = async ({ store }: TestStore) =>
          (await store.page({ first: 100, after: "" })).map((ref) =>
            citizenIds(testKeys, "citizen id").encode(ref, "city"),
          );
        expect(await ids(empty)).toEqual(await ids(source));
        expect(await link({ feeds, store: empty.store, keys: testKeys })).toMatchObject({
          links: { added: 0, moved: 0, removed: 0 },
          refs: { created: 0, retired: 0 },
        });
      });
    }

    it("changes nothing when the file is damaged or no backup, and is never overwritten", async () => {
      const file = join(folder, `${kind.name}-damaged.backup`);
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      await backUp(test.store, secret, file);
      await expect(backUp(test.store, secret, file)).rejects.toThrow(/EEXIST/);
      const before = await test.dump();
      const whole = readFileSync(file);
      for (const bytes of [whole.subarray(0, whole.length - 40), Buffer.from("nonsense"), Buffer.alloc(0)]) {
        writeFileSync(file, bytes);
        await expect(restore(test.store, file)).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
        expect(await test.dump()).toBe(before);
      }
      await expect(restore(test.store, join(folder, "nowhere"))).rejects.toMatchObject({
        code: "CONFIGURATION_INVALID",
      });
    });
  });
}

describe("civigraph identity", { timeout: 180_000 }, () => {
  it("brings store and secret back into an empty folder, with the same public ids", async () => {
    const [from, to] = [join(folder, "from"), join(folder, "to")];
    const file = join(folder, "city.backup");
    expect((await civigraph(from, ["link", "--json"])).code).toBe(0);
    const saved = await civigraph(from, ["identity", "backup", file]);
    expect(saved.remarks).toContain("links and the secret are in");
    const restored = await civigraph(to, ["identity", "restore", file]);
    expect(restored.remarks).toContain("all citizens have the ids that they had");
    const ids = async (place: string) => {
      const keys = identityKeys(Buffer.from(readFileSync(join(place, "identity.key"), "utf8").trim(), "base64url"));
      const store = await openStore({ file: join(place, "identity.sqlite") }, keys);
      const refs = await store.page({ first: 1_000, after: "" });
      await store.close();
      return refs.map((ref) => citizenIds(keys, "citizen id").encode(ref, "city"));
    };
    expect((await ids(to)).length).toBeGreaterThan(50);
    expect(await ids(to)).toEqual(await ids(from));
    const again = await civigraph(to, ["identity", "restore", file]);
    expect(again).toMatchObject({ code: 1, remarks: expect.stringContaining("--replace replaces them") });
  });
});
