import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { compactWhereAsked } from "../../subgraphs/identity/linking/compaction.ts";
import { openStore, openStoreReadOnly } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { type Config, readConfig } from "../config.ts";
import { readPhases } from "../registry/phases.ts";
import { settings } from "../settings.ts";
import { actorOf } from "./actor.ts";
import { invalid, keyFile, secretBytes, secretInUse } from "./identity-store.ts";
import { type LinkableCity, whereLinked } from "./linking.ts";
import { type DepartmentsOption, withDepartments } from "./options.ts";
import { remark } from "./process.ts";

interface RekeyOptions extends DepartmentsOption {
  readonly newSecretFile?: string;
  readonly by?: string;
  readonly reason: string;
}

/** `civigraph identity rekey`: another secret in place of one that others know. */
export function rekeyCommand(): Command {
  return withDepartments(new Command("rekey"))
    .description("Replace the secret. All ids stay. Stop what uses the store before.")
    .requiredOption("--reason <text>", "why, for whoever reads the record")
    .option("--by <name>", "who decides, instead of the operating system's user")
    .option("--new-secret-file <file>", "file with the new secret, where it is set as CIVIGRAPH_IDENTITY_SECRET")
    .addHelpText("after", help)
    .action(rekey);
}

const help = `
CIVIGRAPH_IDENTITY_SECRET is the old secret still; set it to the new one afterwards. identity.key in the data folder is
replaced by itself. Everything that is keyed is made anew of the departments' records, which takes as long as
\`civigraph link\` and links what has changed, too: all departments must answer. Until it is done nothing is changed; when it
broke off at the end, run it again.`;

/** A secret that is to be in use, and what is to be done once it is. */
interface NewSecret {
  readonly secret: Buffer;
  settle(): void;
}

async function rekey(options: RekeyOptions): Promise<void> {
  const { reason, by } = options;
  if (reason.trim() === "") throw invalid("Say with --reason why the secret is replaced.");
  const config = readConfig();
  const old = secretBytes(config, secretInUse(config));
  const next = options.newSecretFile === undefined ? nextKeyFile(config) : secretIn(options.newSecretFile);
  if (next.secret.equals(old)) throw invalid("This is the secret that is in use. Make another one.");
  if (await finished(config, next)) return;
  await whereLinked(options, "the secret and all links are as they were.", async (city) => {
    await allNamed(city);
    const { identity } = city.subgraphs;
    remark("Everything that is keyed is made anew.");
    const { links, notes } = await (identity as NonNullable<typeof identity>).link({
      newSecret: { secret: next.secret, reason },
      actor: actorOf(by),
      onProgress: city.onLinkProgress,
      signal: city.signal,
    });
    next.settle();
    const count = (value: number) => value.toLocaleString("en");
    remark(
      `The secret is replaced, and all ids are as they were. Links: ${count(links.added)} added, ${count(links.moved)} moved, ${count(links.removed)} removed.`,
    );
    for (const note of notes) remark(note);
    remark("Make a backup now, and destroy those of before: the old secret opens them.");
  });
}

/** Does what is left to do where the store has the new secret already. */
async function finished(config: Config, { secret, settle }: NewSecret): Promise<boolean> {
  const location = storeLocation(config.dataDirectory, config.identityDatabaseUrl);
  const keys = identityKeys(secret);
  const reading = await openStoreReadOnly(location);
  const inUse = await reading?.setting("secret");
  await reading?.close();
  if (inUse !== keys.fingerprint) return false;
  const store = await openStore(location, keys);
  await compactWhereAsked(store).finally(() => store.close());
  remark("The store is under the new secret already.");
  settle();
  return true;
}

/** Of a department that is not there all links would go, as they do with `civigraph link`: here that is a mistake. */
async function allNamed({ config, departments }: LinkableCity): Promise<void> {
  const store = await openStoreReadOnly(storeLocation(config.dataDirectory, config.identityDatabaseUrl));
  const linked = (await store?.linkedDepartments()) ?? [];
  await store?.close();
  const phases = readPhases(config);
  const named = new Set(departments.map(({ model }) => model.id));
  const others = linked.filter((id) => !named.has(id) && phases.of(id) !== "RETIRED");
  if (others.length === 0) return;
  throw invalid(
    `Expected all departments that have links, but ${others.join(", ")} is in no folder. Name its folder with --departments, or have \`civigraph link\` remove its links first.`,
  );
}

function secretIn(file: string): NewSecret {
  const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  const { form, expected } = settings.identitySecret;
  if (!form.safeParse(text).success) throw invalid(`The secret in the file must have ${expected}.`);
  // Nobody could set it as a variable, and the store would be lost with it.
  if (/^\s|\s$|[\p{Cc}\ufffd]/u.test(text)) {
    throw invalid("The secret in the file must be one line in UTF-8, without a byte order mark or blanks at its ends.");
  }
  return {
    secret: Buffer.from(text, "utf8"),
    settle: () => remark(`Set CIVIGRAPH_IDENTITY_SECRET to what is in ${file}, wherever identity runs.`),
  };
}

/** Random bits beside `identity.key`, on the disk before the store depends on them; they take its place afterwards. */
function nextKeyFile(config: Config): NewSecret {
  if (config.identitySecret !== undefined) {
    throw invalid(
      "Name a --new-secret-file: CIVIGRAPH_IDENTITY_SECRET is set, and is to be set to what that file holds. `openssl rand -base64 33` makes one.",
    );
  }
  const file = keyFile(config);
  const draft = `${file}.new`;
  if (!existsSync(draft)) {
    writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx", flush: true });
    flushFolder(config.dataDirectory);
  }
  const secret = Buffer.from(readFileSync(draft, "utf8").trim(), "base64url");
  if (secret.length !== 32) throw invalid(`${draft} is damaged. Remove it, and run this again.`);
  return { secret, settle: () => renameSync(draft, file) };
}

/** So that a file that was just made is in it after a power failure; Windows sees to that by itself. */
function flushFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}
