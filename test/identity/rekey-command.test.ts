import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import Database from "../../shared/sql/sqlite/driver.js";
import { citizenIds } from "../../subgraphs/identity/citizen-id.ts";
import { keysOfStore } from "../../subgraphs/identity/earlier-secrets.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { openStore } from "../../subgraphs/identity/store/index.ts";
import { civigraph } from "./support/civigraph.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-rekey-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = join(folder, "city");
const key = join(place, "identity.key");
const backup = join(folder, "before.backup");
const passphrase = { CIVIGRAPH_BACKUP_PASSPHRASE: "correct horse battery staple" };
const rekey = ["identity", "rekey", "--by", "Data protection", "--reason", "It was in a mail"];

const secretIn = (file: string) => Buffer.from(readFileSync(file, "utf8").trim(), "base64url");

/** The ids of all citizens, in the order of what they were made of. */
async function idsIn(at: string, secret: Buffer): Promise<readonly string[]> {
  const store = await openStore({ file: join(at, "identity.sqlite") }, identityKeys(secret));
  try {
    const ids = citizenIds(await keysOfStore(store, secret), "citizen id");
    return (await store.page({ first: 10_000, after: "" })).map((ref) => ids.encode(ref, "city")).sort();
  } finally {
    await store.close();
  }
}
const ids = (secret: Buffer) => idsIn(place, secret);

function links(): readonly unknown[] {
  const database = new Database(join(place, "identity.sqlite"), { readonly: true });
  try {
    return database.prepare("select * from link order by id").all();
  } finally {
    database.close();
  }
}

describe("civigraph identity rekey", { timeout: 180_000 }, () => {
  let before: readonly string[] = [];
  let first = Buffer.alloc(0);
  beforeAll(async () => {
    expect((await civigraph(place, ["link", "--json"])).code).toBe(0);
    expect((await civigraph(place, ["identity", "backup", backup], { environment: passphrase })).code).toBe(0);
    first = secretIn(key);
    before = await ids(first);
    expect(before.length).toBeGreaterThan(40);
  });

  it("asks why, and leaves everything as it is when it is interrupted", async () => {
    expect((await civigraph(place, ["identity", "rekey"])).remarks).toContain("--reason");
    const blank = await civigraph(place, ["identity", "rekey", "--reason", " "]);
    expect(blank).toMatchObject({ code: 1, remarks: expect.stringContaining("Say with --reason") });
    const linked = links();
    const { code, remarks } = await civigraph(place, rekey, {
      onOutput: (text, interrupt) => {
        if (text.includes("is made anew")) interrupt();
      },
    });
    expect(remarks).toContain("Interrupted: the secret and all links are as they were.");
    expect(code).toBe(130);
    expect([links(), secretIn(key)]).toEqual([linked, first]);
    expect(await ids(first)).toEqual(before);
  });

  it("replaces identity.key, and keeps who did it, when and why", async () => {
    const { code, remarks } = await civigraph(place, rekey);
    expect(remarks).toContain("all ids are as they were. Links: 0 added, 0 moved, 0 removed.");
    expect(code).toBe(0);
    expect(secretIn(key)).not.toEqual(first);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(existsSync(`${key}.new`)).toBe(false);
    expect(await ids(secretIn(key))).toEqual(before);
    await expect(ids(first)).rejects.toThrow("another secret");
    const { output } = await civigraph(place, ["identity", "secrets"]);
    expect(output).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}replaced by Data protection: It was in a mail\n$/);
  });

  it("does what is left where it broke off once the store had the new secret", async () => {
    const current = readFileSync(key, "utf8");
    copyFileSync(key, `${key}.new`);
    writeFileSync(key, `${first.toString("base64url")}\n`);
    expect((await civigraph(place, ["link"])).remarks).toContain("filled under another secret");
    const { code, remarks } = await civigraph(place, rekey);
    expect(remarks).toContain("The store is under the new secret already.");
    expect(code).toBe(0);
    expect([readFileSync(key, "utf8"), existsSync(`${key}.new`)]).toEqual([current, false]);
    expect(await ids(secretIn(key))).toEqual(before);
  });

  it("takes the new one from a file where the secret is set from outside, and none that is no remedy", async () => {
    const CIVIGRAPH_IDENTITY_SECRET = "the secret that somebody has copied";
    const next = join(folder, "next");
    const given = (text: string, environment: Record<string, string> = {}) => {
      writeFileSync(next, `${text}\n`);
      return civigraph(place, [...rekey, "--new-secret-file", next], { environment });
    };
    const moved = await given(CIVIGRAPH_IDENTITY_SECRET);
    expect(moved.remarks).toContain(`Set CIVIGRAPH_IDENTITY_SECRET to what is in ${next}`);
    const environment = { CIVIGRAPH_IDENTITY_SECRET };
    const unnamed = await civigraph(place, rekey, { environment });
    expect(unnamed).toMatchObject({ code: 1, remarks: expect.stringContaining("Name a --new-secret-file") });
    expect((await given("short", environment)).remarks).toContain("at least 32 characters");
    for (const unfit of [
      "\ufeffanother one, which nobody has seen",
      "another one,\nwhich nobody has seen",
      "x".repeat(40).split("").join("\0"),
    ]) {
      expect((await given(unfit, environment)).remarks).toContain("must be one line in UTF-8");
    }
    expect((await given(CIVIGRAPH_IDENTITY_SECRET, environment)).remarks).toContain("the secret that is in use");
    const replaced = await given("another one, which nobody has seen", environment);
    expect(replaced).toMatchObject({ code: 0 });
    const again = { CIVIGRAPH_IDENTITY_SECRET: "another one, which nobody has seen" };
    const back = await given(CIVIGRAPH_IDENTITY_SECRET, again);
    expect(back).toMatchObject({ code: 1, remarks: expect.stringContaining("This secret was replaced before") });
    expect(await ids(Buffer.from(again.CIVIGRAPH_IDENTITY_SECRET))).toEqual(before);
    const told = await civigraph(place, ["identity", "secrets"], { environment: again });
    expect(told.output.trim().split("\n")).toHaveLength(3);
  });

  it("refuses to lose the links of a department whose folder nobody names", async () => {
    const database = new Database(join(place, "identity.sqlite"));
    database.exec("update link set department = 'library' where id = 1");
    database.close();
    const environment = { CIVIGRAPH_IDENTITY_SECRET: "another one, which nobody has seen" };
    const next = join(folder, "after-next");
    writeFileSync(next, "and yet another one, of 32 characters");
    const refused = await civigraph(place, [...rekey, "--new-secret-file", next], { environment });
    expect(refused).toMatchObject({
      code: 1,
      remarks: expect.stringMatching(/but library is in no folder.*--departments/),
    });
  });

  it("has a backup of before put back under the old secret, and replaced again", async () => {
    const environment = { ...passphrase, CIVIGRAPH_IDENTITY_SECRET: "another one, which nobody has seen" };
    const refused = await civigraph(place, ["identity", "restore", backup, "--replace"], { environment });
    expect(refused).toMatchObject({ code: 1, remarks: expect.stringContaining("Unset CIVIGRAPH_IDENTITY_SECRET") });
    expect(refused.remarks).toMatch(
      /into an empty store under the old secret, and run `civigraph identity rekey` again/,
    );
    const elsewhere = join(folder, "elsewhere");
    expect(await civigraph(elsewhere, ["identity", "restore", backup], { environment: passphrase })).toMatchObject({
      code: 0,
    });
    const absent = await civigraph(elsewhere, rekey);
    expect(absent).toMatchObject({ code: 1, remarks: expect.stringContaining("cannot be read at the moment") });
    expect((await civigraph(elsewhere, ["link"])).code).toBe(0);
    expect(await civigraph(elsewhere, rekey)).toMatchObject({ code: 0 });
    expect(await idsIn(elsewhere, secretIn(join(elsewhere, "identity.key")))).toEqual(before);
  });

  it("is kept by backups, with all ids", async () => {
    const elsewhere = join(folder, "elsewhere");
    const [to, file] = [join(folder, "to"), join(folder, "after.backup")];
    await civigraph(elsewhere, ["identity", "backup", file], { environment: passphrase });
    expect(await civigraph(to, ["identity", "restore", file], { environment: passphrase })).toMatchObject({ code: 0 });
    expect(await idsIn(to, secretIn(join(to, "identity.key")))).toEqual(before);
  });
});
