import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { withStore } from "../../gateway/cli/identity-store.ts";
import { readConfig } from "../../gateway/config.ts";
import { citizenIds } from "../../subgraphs/identity/citizen-id.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { writeSetting } from "../../subgraphs/identity/linking/scoring.ts";
import { backUp, headerOfBackup, isEncrypted, restore } from "../../subgraphs/identity/store/backup.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const secret = { kept: "ENVIRONMENT", value: "a secret of at least thirty-two characters" } as const;
const passphrase = "correct horse battery staple";
const sealed = { passphrase, secret } as const;

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
        expect(await backUp(source.store, sealed, file)).toBe(41);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(await headerOfBackup(file, passphrase)).toMatchObject({ secret });
        const empty = await open(target);
        expect(await restore(empty.store, file, { passphrase })).toBe(41);
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
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      const before = await test.dump();
      const refused = { code: "CONFIGURATION_INVALID" };
      for (const protection of [sealed, { passphrase: null, secret: null }] as const) {
        const file = join(folder, `${kind.name}-${protection.passphrase ? "sealed" : "open"}-damaged.backup`);
        await backUp(test.store, protection, file);
        await expect(backUp(test.store, protection, file)).rejects.toThrow(/EEXIST/);
        const whole = readFileSync(file);
        const changed = Buffer.from(whole);
        changed.writeUInt8((changed.at(-60) ?? 0) ^ 1, changed.length - 60);
        const damaged = [
          whole.subarray(0, whole.length - 40),
          whole.subarray(0, whole.length - 20),
          changed,
          Buffer.concat([whole, Buffer.from("more")]),
          Buffer.from("nonsense"),
          Buffer.from("{ nonsense"),
          Buffer.alloc(0),
        ];
        for (const bytes of damaged) {
          writeFileSync(file, bytes);
          const explained = { ...refused, message: expect.stringContaining("Nothing was changed.") };
          await expect(restore(test.store, file, { passphrase })).rejects.toMatchObject(explained);
          await expect(headerOfBackup(file, passphrase)).rejects.toMatchObject(explained);
          expect(await test.dump()).toBe(before);
        }
      }
      await expect(restore(test.store, join(folder, "nowhere"))).rejects.toThrow(/ENOENT/);
      await expect(restore(test.store, folder)).rejects.toMatchObject(refused);
    });

    it("opens under its own passphrase alone, and shows nothing without it", async () => {
      const file = join(folder, `${kind.name}-secret.backup`);
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      const before = await test.dump();
      await backUp(test.store, sealed, file);
      const bytes = readFileSync(file, "latin1");
      for (const word of [secret.value, passphrase, "permits", "setting"]) expect(bytes).not.toContain(word);
      expect(await isEncrypted(file)).toBe(true);
      for (const wrong of [undefined, "", "correct horse battery stapl", "Correct horse battery staple"]) {
        const refused = { code: "CONFIGURATION_INVALID", message: expect.stringContaining("passphrase") };
        await expect(headerOfBackup(file, wrong)).rejects.toMatchObject(refused);
        await expect(restore(test.store, file, { passphrase: wrong })).rejects.toMatchObject(refused);
      }
      expect(await test.dump()).toBe(before);
      const again = join(folder, `${kind.name}-again.backup`);
      await backUp(test.store, sealed, again);
      expect(readFileSync(again).subarray(-40)).not.toEqual(readFileSync(file).subarray(-40));
    });

    it("is not made with a secret that is replaced before it begins", async () => {
      const file = join(folder, `${kind.name}-replaced.backup`);
      const { store, location } = await open();
      const url = "file" in location ? `sqlite:${location.file}` : location.postgresUrl;
      const config = readConfig({ CIVIGRAPH_IDENTITY_SECRET: secret.value, IDENTITY_DATABASE_URL: url }, folder);
      const fill = async (of: string) =>
        store.write((transaction) => writeSetting(transaction, "secret", identityKeys(Buffer.from(of)).fingerprint));
      await fill(secret.value);
      await withStore(config, secret, async (opened) => {
        await fill("the secret that has replaced it since");
        await expect(backUp(opened, sealed, file)).rejects.toThrow("was replaced");
      });
      expect(readdirSync(folder).filter((name) => name.includes(basename(file)))).toEqual([]);
      await fill(secret.value);
      expect(await withStore(config, secret, (opened) => backUp(opened, sealed, file))).toBe(0);
    });

    it("takes no blocks in another order, nor any from another backup", async () => {
      const file = join(folder, `${kind.name}-blocks.backup`);
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      await backUp(test.store, sealed, file);
      const whole = readFileSync(file);
      const start = whole.indexOf("\n") + 1;
      const blocks: Buffer[] = [];
      for (let at = start; at < whole.length; ) {
        const end = at + 20 + whole.readUInt32BE(at);
        blocks.push(whole.subarray(at, end));
        at = end;
      }
      const [header, first, second, ...rest] = blocks as [Buffer, Buffer, Buffer, ...Buffer[]];
      expect(rest.length).toBeGreaterThan(3);
      for (const forged of [
        [header, second, first, ...rest],
        [header, second, ...rest],
        [header, first, first, second, ...rest],
        [header, first, rest.at(-1) as Buffer],
      ]) {
        writeFileSync(file, Buffer.concat([whole.subarray(0, start), ...forged]));
        await expect(restore(test.store, file, { passphrase })).rejects.toMatchObject({
          message: expect.stringContaining("not a whole backup"),
        });
      }
    });

    it("holds no secret where it was left out, and is of use under that secret alone", async () => {
      const file = join(folder, `${kind.name}-without.backup`);
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      const before = (await test.dump()).split("\n").sort();
      await backUp(test.store, { passphrase: null, secret: null }, file);
      expect(await isEncrypted(file)).toBe(false);
      expect(gunzipSync(readFileSync(file)).toString()).not.toContain(secret.value);
      expect(await headerOfBackup(file)).toMatchObject({ secret: null });
      const same = await open();
      await restore(same.store, file);
      expect((await same.dump()).split("\n").sort()).toEqual(before);
      const other = await kind.open(identityKeys(Buffer.alloc(32, 8)));
      opened.push(other);
      const untouched = await other.dump();
      await expect(restore(other.store, file)).rejects.toThrow(/another secret/);
      expect(await other.dump()).toBe(untouched);
    });

    it("is read as it was written before it could be encrypted", async () => {
      const file = join(folder, `${kind.name}-old.backup`);
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      const before = await test.dump();
      await backUp(test.store, { passphrase: null, secret: null }, file);
      const [, ...lines] = gunzipSync(readFileSync(file)).toString().split("\n");
      const header = { civigraph: "identity", version: 1, at: "2026-01-01T00:00:00Z", secret };
      writeFileSync(file, gzipSync([JSON.stringify(header), ...lines].join("\n")));
      expect(await headerOfBackup(file)).toMatchObject({ secret });
      expect(await restore(test.store, file)).toBe(41);
      expect((await test.dump()).split("\n").sort()).toEqual(before.split("\n").sort());
    });

    it("has its name once it is whole, so that nobody who kills it takes a part for a backup", async () => {
      const place = mkdtempSync(join(folder, "whole-"));
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      const { signal } = new AbortController();
      const seen = new Set<string>();
      signal.throwIfAborted = () => {
        for (const name of readdirSync(place)) seen.add(name);
      };
      await backUp(test.store, sealed, join(place, "city.backup"), signal);
      expect([...seen]).toEqual([expect.stringMatching(/^city\.backup\.\d+\.tmp$/)]);
      expect(readdirSync(place)).toEqual(["city.backup"]);
      expect(statSync(join(place, "city.backup")).mode & 0o777).toBe(0o600);
    });

    it("leaves no file, and the store as it was, when it is interrupted", async () => {
      const [file, unfinished] = [join(folder, `${kind.name}-whole.backup`), join(folder, `${kind.name}-cut.backup`)];
      const test = await open();
      await link({ feeds, store: test.store, keys: testKeys });
      await backUp(test.store, sealed, file);
      await link({ feeds: feeds.slice(0, 1), store: test.store, keys: testKeys });
      const before = await test.dump();
      /** Aborted when it was looked at so many times. */
      const signalAfter = (looks: number) => {
        const controller = new AbortController();
        const { signal } = controller;
        const { throwIfAborted } = signal;
        signal.throwIfAborted = () => {
          if (looks-- === 0) controller.abort();
          throwIfAborted.call(signal);
        };
        return signal;
      };
      for (const looks of [0, 4]) {
        await expect(backUp(test.store, sealed, unfinished, signalAfter(looks))).rejects.toThrow("aborted");
        expect(readdirSync(folder).filter((name) => name.startsWith(basename(unfinished)))).toEqual([]);
        await expect(restore(test.store, file, { passphrase, signal: signalAfter(looks) })).rejects.toThrow("aborted");
        expect(await test.dump()).toBe(before);
      }
    });
  });
}
