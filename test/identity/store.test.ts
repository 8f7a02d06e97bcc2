import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { citizenIds } from "../../subgraphs/identity/citizen-id.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { writeSetting } from "../../subgraphs/identity/linking/scoring.ts";
import { identitySecret } from "../../subgraphs/identity/secret.ts";
import { bulkInsert, runBulk } from "../../subgraphs/identity/store/bulk.ts";
import { openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { storeKinds, storeTables, type TestStore, testKeys } from "./support/stores.ts";

const folders: string[] = [];
const stores: TestStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "civigraph-secret-"));
  folders.push(folder);
  return folder;
}

const insertCitizens = bulkInsert("citizen", [
  ["ref", "text"],
  ["created_by", "integer"],
]);

/** Something that one waits for and another gives. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

for (const kind of await storeKinds()) {
  describe(`the store on ${kind.name}`, () => {
    it("is migrated once when several processes start together, each with all its tables", async () => {
      const test = await kind.open();
      stores.push(test);
      await test.store.write(async (transaction) => {
        for (const table of [...storeTables, "schema_version"]) {
          await transaction.raw(`drop table ${table}`);
        }
      });
      const opener = fileURLToPath(new URL("support/open-store.ts", import.meta.url));
      const open = () =>
        promisify(execFile)(process.execPath, ["--import", "tsx", opener, JSON.stringify(test.location)]);
      const answers = await Promise.all([open(), open(), open()]);
      expect(answers.map(({ stdout }) => stdout.trim())).toEqual(["opened", "opened", "opened"]);
      expect(await test.store.count()).toBe(0);
    });

    it("refuses tables that a newer program made", async () => {
      const test = await kind.open();
      stores.push(test);
      await test.store.write((transaction) => transaction("schema_version").insert({ version: 99, at: "2026" }));
      await expect(openStore(test.location, testKeys)).rejects.toThrow(/version 99.*update Civigraph/);
    });

    it("lets a second writer wait, and the process do other things meanwhile", async () => {
      const test = await kind.open();
      stores.push(test);
      const other = await openStore(test.location, testKeys);
      const order: string[] = [];
      const [entered, done] = [signal(), signal()];
      const first = test.store.write(async (transaction) => {
        await transaction("citizen").insert({ ref: "r1", created_by: 1 });
        entered.give();
        await done.given;
        order.push("first");
      });
      await entered.given;
      const second = other.write(async () => order.push("second"));
      // Until the process has read what the first writer has not changed yet, which it can only do while both wait.
      expect(await other.count()).toBe(0);
      order.push("something else");
      done.give();
      await Promise.all([first, second]);
      await other.close();
      expect(order).toEqual(["something else", "first", "second"]);
    });

    it("undoes all of a write that fails, and lets the next one in", async () => {
      const test = await kind.open();
      stores.push(test);
      const insert = (id: number, fail: boolean) =>
        test.store.write(async (transaction) => {
          await transaction("citizen").insert({ ref: `r${id}`, created_by: id });
          if (fail) throw new Error("stop");
        });
      const results = await Promise.allSettled([insert(1, false), insert(2, true), insert(3, false)]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(await test.store.page({ first: 10, after: "" })).toEqual(["r1", "r3"]);
    });

    it.each([
      ["with what it does last", 0],
      ["with something before", 3],
      ["with one of many", 40],
    ])("undoes all of a write that fails %s, and says why", async (_, more) => {
      const test = await kind.open();
      stores.push(test);
      const write = (refs: readonly string[]) =>
        test.store.write(async (transaction) => {
          for (const ref of refs) await runBulk(transaction, test.store.engine, insertCitizens, [[ref, 1]]);
        });
      await write(["a", "b"]);
      const others = Array.from({ length: more }, (_, index) => `d${index}`);
      await expect(write(["c", "b", ...others])).rejects.toThrow(/unique/i);
      expect(await test.store.page({ first: 100, after: "" })).toEqual(["a", "b"]);
      await write(["c"]);
      expect(await test.store.page({ first: 100, after: "" })).toEqual(["a", "b", "c"]);
    });
  });
}

describe("identity's secret", () => {
  it("is made once in the demo, readable by its owner alone", () => {
    const dataFolder = join(temporaryFolder(), "data");
    const secret = identitySecret({ given: undefined, dataFolder, demo: true });
    expect(secret).toHaveLength(32);
    expect(identitySecret({ given: "", dataFolder, demo: true })).toEqual(secret);
    expect(statSync(join(dataFolder, "identity.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataFolder, "identity.key"), "utf8").trim()).toBe(secret.toString("base64url"));
  });

  it("must be given outside the demo, and be long", () => {
    const dataFolder = temporaryFolder();
    expect(() => identitySecret({ given: undefined, dataFolder, demo: false })).toThrow(
      /CIVIGRAPH_IDENTITY_SECRET is not set/,
    );
    expect(() => identitySecret({ given: "short", dataFolder, demo: true })).toThrow(
      /at least 32 characters, it has 5/,
    );
    expect(identitySecret({ given: "x".repeat(32), dataFolder, demo: false })).toHaveLength(32);
  });

  it("is not replaced when its file is damaged", () => {
    const dataFolder = temporaryFolder();
    writeFileSync(join(dataFolder, "identity.key"), "half");
    expect(() => identitySecret({ given: undefined, dataFolder, demo: true })).toThrow(/damaged/);
    expect(readFileSync(join(dataFolder, "identity.key"), "utf8")).toBe("half");
  });
});

describe("the public citizen id", () => {
  const ids = citizenIds(testKeys, "citizen id");
  const ref = Buffer.from("00112233445566778899aabbccddeeff", "hex").toString("base64url");

  it("is reversible for its audience, and another one for every other audience, use and secret", () => {
    expect(ids.decode(ids.encode(ref, "city"), "city")).toBe(ref);
    const others = [
      ids.encode(ref, "utility"),
      citizenIds(testKeys, "cursor").encode(ref, "city"),
      citizenIds(identityKeys(Buffer.alloc(32, 8)), "citizen id").encode(ref, "city"),
      ref,
    ];
    expect(new Set([ids.encode(ref, "city"), ...others]).size).toBe(5);
    expect(ids.decode(ids.encode(ref, "utility"), "city")).not.toBe(ref);
  });

  it("has one spelling: no two ids name one citizen", () => {
    const id = ids.encode(ref, "city");
    const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const naming = [...last].filter((letter) => ids.decode(id.slice(0, -1) + letter, "city") === ref);
    expect(naming).toEqual([id.at(-1)]);
    expect(ids.decode(`${id}=`, "city")).not.toBe(ref);
  });
});

describe("a sealed local key", () => {
  it("is opened under its own secret only, and only as it was sealed", () => {
    const sealed = testKeys.seal("+3725551234", 1);
    expect(testKeys.seal("+3725551234", 1)).not.toBe(sealed);
    expect(testKeys.open(sealed)).toBe("+3725551234");
    expect(() => identityKeys(Buffer.alloc(32, 8)).open(sealed)).toThrow();
    expect(() => testKeys.open(`${sealed.slice(0, -2)}AA`)).toThrow();
  });
});

describe("the place of the store", () => {
  it("is the data folder unless a URL says otherwise", () => {
    expect(storeLocation("data")).toEqual({ file: join("data", "identity.sqlite") });
    expect(storeLocation("data", "sqlite:/var/lib/x.sqlite")).toEqual({ file: "/var/lib/x.sqlite" });
    expect(storeLocation("data", "sqlite:///var/lib/x.sqlite")).toEqual({ file: "/var/lib/x.sqlite" });
    expect(storeLocation("data", "postgres://host/db")).toEqual({ postgresUrl: "postgres://host/db" });
  });
});

describe("the store's file", () => {
  /** What the setting is in the file alone, without the log beside it, whose end a power failure may take. */
  async function onDisk(file: string, name: string): Promise<string | null> {
    const copy = join(temporaryFolder(), "identity.sqlite");
    copyFileSync(file, copy);
    const store = await openStore({ file: copy }, testKeys);
    const value = await store.setting(name);
    await store.close();
    return value;
  }

  it("holds what cannot be made again as soon as the store has said so", async () => {
    const file = join(temporaryFolder(), "identity.sqlite");
    const store = await openStore({ file }, testKeys);
    const set = (value: string, replayable: boolean) =>
      store.write((transaction) => writeSetting(transaction, "decided", value), { replayable });
    await set("by a steward", false);
    expect(await onDisk(file, "decided")).toBe("by a steward");
    await set("by a record", true);
    expect(await onDisk(file, "decided")).toBe("by a steward");
    await set("by another steward", false);
    expect(await onDisk(file, "decided")).toBe("by another steward");
    await store.close();
  });
});
