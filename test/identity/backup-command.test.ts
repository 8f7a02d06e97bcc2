import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import Database from "../../shared/sql/sqlite/driver.js";
import { citizenIds } from "../../subgraphs/identity/citizen-id.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { openStore } from "../../subgraphs/identity/store/index.ts";
import { civigraph } from "./support/civigraph.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-backup-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passphrase = "correct horse battery staple";

describe("civigraph identity", { timeout: 180_000 }, () => {
  const environment = { CIVIGRAPH_BACKUP_PASSPHRASE: passphrase };
  const [from, file] = [join(folder, "from"), join(folder, "city.backup")];
  const ids = async (place: string) => {
    const keys = identityKeys(Buffer.from(readFileSync(join(place, "identity.key"), "utf8").trim(), "base64url"));
    const store = await openStore({ file: join(place, "identity.sqlite") }, keys);
    const refs = await store.page({ first: 10_000, after: "" });
    await store.close();
    return refs.map((ref) => citizenIds(keys, "citizen id").encode(ref, "city"));
  };

  it("writes no secret in the clear: without a passphrase it says what to do", async () => {
    expect((await civigraph(from, ["link", "--json"], { environment: { CITY_SIZE: "1500" } })).code).toBe(0);
    const refused = await civigraph(from, ["identity", "backup", file]);
    expect(refused.code).toBe(1);
    for (const way of ["CIVIGRAPH_BACKUP_PASSPHRASE", "--passphrase-file", "--without-secret"]) {
      expect(refused.remarks).toContain(way);
    }
    const short = join(folder, "short");
    writeFileSync(short, "eleven char\n");
    const tooShort = await civigraph(from, ["identity", "backup", file, "--passphrase-file", short]);
    expect(tooShort).toMatchObject({ code: 1, remarks: expect.stringContaining("at least 12 characters") });
    expect(existsSync(file)).toBe(false);
    const help = (await civigraph(from, ["identity", "backup", "--help"])).output;
    expect(help).toContain("never written in the clear");
  });

  it("brings store and secret back into an empty folder, with the same public ids", async () => {
    const saved = await civigraph(from, ["identity", "backup", file], { environment });
    expect(saved.remarks).toContain("links and the secret, encrypted, are in");
    const to = join(folder, "to");
    const wrong = await civigraph(to, ["identity", "restore", file], {
      environment: { CIVIGRAPH_BACKUP_PASSPHRASE: "another passphrase" },
    });
    expect(wrong).toMatchObject({ code: 1, remarks: expect.stringContaining("does not open this backup") });
    expect((await civigraph(to, ["identity", "restore", file])).remarks).toContain("say its passphrase");
    const said = join(folder, "passphrase");
    writeFileSync(said, `${passphrase}\n`);
    const restored = await civigraph(to, ["identity", "restore", file, "--passphrase-file", said]);
    expect(restored.remarks).toContain("all citizens have the ids that they had");
    expect((await ids(to)).length).toBeGreaterThan(50);
    expect(await ids(to)).toEqual(await ids(from));
    const again = await civigraph(to, ["identity", "restore", file], { environment });
    expect(again).toMatchObject({ code: 1, remarks: expect.stringContaining("--replace replaces them") });
  });

  it("leaves the secret out when told, and takes the store back where the secret is", async () => {
    const bare = join(folder, "bare.backup");
    const saved = await civigraph(from, ["identity", "backup", bare, "--without-secret"]);
    expect(saved.remarks).toContain("links without the secret are in");
    const elsewhere = await civigraph(join(folder, "elsewhere"), ["identity", "restore", bare]);
    expect(elsewhere).toMatchObject({ code: 1, remarks: expect.stringContaining("There is no secret") });
    const before = await ids(from);
    const restored = await civigraph(from, ["identity", "restore", bare, "--replace"]);
    expect(restored).toMatchObject({ code: 0 });
    expect(await ids(from)).toEqual(before);
  });

  it("says which file is in the way, or what folder is missing, and writes no secret into a file that others may read", async () => {
    const missing = join(folder, "no-such-folder", "city.backup");
    const nowhere = await civigraph(from, ["identity", "backup", missing], { environment });
    expect(nowhere).toMatchObject({ code: 1, remarks: expect.stringContaining(`${missing}: there is no such file`) });
    const readable = join(folder, "readable");
    writeFileSync(readable, "shared\n", { mode: 0o644 });
    const restoring = ["identity", "restore", file, "--secret-out", readable];
    const refused = await civigraph(join(folder, "third"), restoring, { environment });
    expect(refused).toMatchObject({ code: 1, remarks: expect.stringContaining(`${readable}: exists already`) });
    expect(readFileSync(readable, "utf8")).toBe("shared\n");
  });

  it("begins nothing with a file that is not there, or that was cut off", async () => {
    const place = join(folder, "untouched");
    const nowhere = join(folder, "nowhere.backup");
    const absent = await civigraph(place, ["identity", "restore", nowhere], { environment });
    expect(absent).toMatchObject({ code: 1, remarks: expect.stringContaining(`${nowhere}: there is no such file`) });
    const cut = join(folder, "cut.backup");
    const whole = readFileSync(file);
    writeFileSync(cut, whole.subarray(0, whole.length - 100));
    const out = join(folder, "secret-of-cut");
    const refused = await civigraph(place, ["identity", "restore", cut, "--secret-out", out], { environment });
    expect(refused).toMatchObject({ code: 1, remarks: expect.stringContaining("Nothing was changed.") });
    expect(refused.remarks).toContain("not a whole backup");
    expect(refused.output + refused.remarks).not.toContain("Putting back");
    for (const made of [join(place, "identity.key"), join(place, "identity.sqlite"), out]) {
      expect(existsSync(made), made).toBe(false);
    }
  });

  it("leaves the store as it was when a restore is interrupted", async () => {
    const place = join(folder, "interrupted");
    expect((await civigraph(place, ["identity", "restore", file], { environment })).code).toBe(0);
    const store = () => {
      const database = new Database(join(place, "identity.sqlite"), { readonly: true });
      const rows = ["link", "token", "setting"].map((table) => database.prepare(`select * from ${table}`).all());
      database.close();
      return rows;
    };
    const database = new Database(join(place, "identity.sqlite"));
    database.exec("delete from link where id % 2 = 0");
    database.close();
    const before = store();
    const { code, remarks } = await civigraph(place, ["identity", "restore", file, "--replace"], {
      environment,
      onOutput: (text, interrupt) => {
        if (text.includes("Putting back")) interrupt();
      },
    });
    expect(remarks).toContain("Interrupted: the store is as it was.");
    expect(code).toBe(130);
    expect(store()).toEqual(before);
  });
});
