import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { CivigraphError } from "../../shared/errors.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { identitySecret } from "../../subgraphs/identity/secret.ts";
import {
  type BackedUpSecret,
  type BackupProtection,
  backUp,
  headerOfBackup,
  isEncrypted,
  restore,
} from "../../subgraphs/identity/store/backup.ts";
import { type IdentityStore, openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { type Config, readConfig } from "../config.ts";
import { interruptible } from "./interrupt.ts";
import { type PassphraseOption, passphraseOf } from "./passphrase.ts";
import { remark } from "./process.ts";

/** `civigraph identity backup|restore`: losing store or secret would change every citizen's id. */
export function identityCommand(): Command {
  return new Command("identity")
    .description("Keep identity's store, and the secret that it means nothing without, in one encrypted file.")
    .addCommand(
      new Command("backup")
        .description("Write store and secret into a file, encrypted under a passphrase.")
        .argument("<file>", "a file that does not exist yet")
        .option("--passphrase-file <file>", passphraseFile)
        .option(
          "--without-secret",
          "leave the secret out, to keep it elsewhere; encrypted only if there is a passphrase",
        )
        .addHelpText("after", backupHelp)
        .action(backupCommand),
    )
    .addCommand(
      new Command("restore")
        .description("Put store and secret back. Stop what uses the store before.")
        .argument("<file>", "what backup has written, in this version or an earlier one")
        .option("--passphrase-file <file>", passphraseFile)
        .option("--replace", "also when the store holds links already")
        .option("--secret-out <file>", "where to write a secret that was set as CIVIGRAPH_IDENTITY_SECRET")
        .action(restoreCommand),
    );
}

const passphraseFile = "file with the passphrase, instead of CIVIGRAPH_BACKUP_PASSPHRASE or a question";

const backupHelp = `
The secret opens everything that identity holds, so it is never written in the clear: without a passphrase there is
no backup of it. The file is encrypted as a whole (scrypt, AES-256-GCM). Keep the passphrase apart from the file; without
it the backup is lost. --without-secret writes the store alone, which holds no personal data in the clear, and is of
use to nobody who lacks the secret.`;

interface BackupOptions extends PassphraseOption {
  readonly withoutSecret?: boolean;
}

async function backupCommand(file: string, options: BackupOptions): Promise<void> {
  const config = readConfig();
  const secret = secretInUse(config);
  if (existsSync(file)) throw invalid("The file is there already. Name another one.");
  const protection = await protectionOf(config, secret, options);
  await interruptible("there is no backup.", async (signal) => {
    const links = await withStore(config, secret, (store) => backUp(store, protection, file, signal));
    remark(`${links.toLocaleString("en")} links ${contentOf(protection)} in ${file}.`);
  });
}

async function protectionOf(config: Config, secret: BackedUpSecret, options: BackupOptions): Promise<BackupProtection> {
  if (options.withoutSecret) {
    const isGiven = options.passphraseFile !== undefined || config.backupPassphrase !== undefined;
    const passphrase = isGiven ? await passphraseOf(config, options, "new") : undefined;
    return { passphrase: passphrase ?? null, secret: null };
  }
  const passphrase = await passphraseOf(config, options, "new");
  if (passphrase !== undefined) return { passphrase, secret };
  throw invalid(
    "The backup would hold the secret in the clear. Set CIVIGRAPH_BACKUP_PASSPHRASE or name a --passphrase-file, or leave the secret out with --without-secret.",
  );
}

function contentOf({ passphrase, secret }: BackupProtection): string {
  if (secret !== null) return "and the secret, encrypted, are";
  return `without the secret are${passphrase === null ? "" : ", encrypted,"}`;
}

interface RestoreOptions extends PassphraseOption {
  readonly replace?: boolean;
  readonly secretOut?: string;
}

async function restoreCommand(file: string, options: RestoreOptions): Promise<void> {
  const config = readConfig();
  const passphrase = (await isEncrypted(file)) ? await passphraseOf(config, options, "known") : undefined;
  const { at, secret } = await headerOfBackup(file, passphrase);
  if (secret === null && options.secretOut !== undefined) throw invalid("The backup was made without the secret.");
  if (secret !== null && options.secretOut !== undefined) {
    writeFileSync(options.secretOut, `${secret.value}\n`, { mode: 0o600, flag: "wx" });
    remark(`The secret is in ${options.secretOut}.`);
  }
  const own = secret === null ? secretInUse(config) : broughtSecret(config, secret);
  await interruptible("the store is as it was.", async (signal) => {
    const links = await withStore(config, own, async (store) => {
      if (!options.replace && (await store.filled())) {
        throw invalid("The store holds links already. --replace replaces them.");
      }
      remark(`Putting back what was backed up at ${at}.`);
      return await restore(store, file, { passphrase, signal });
    });
    remark(`${links.toLocaleString("en")} links are back; all citizens have the ids that they had.`);
  });
}

/** The secret of the backup, put where this process looks for it. */
function broughtSecret(config: Config, secret: BackedUpSecret): BackedUpSecret {
  if (secret.kept === "ENVIRONMENT" && config.identitySecret !== secret.value) {
    throw invalid(
      "Set CIVIGRAPH_IDENTITY_SECRET to the one that the backup belongs to; --secret-out FILE writes it down.",
    );
  }
  if (secret.kept === "FILE" && config.identitySecret !== undefined) {
    throw invalid("The backup brings a secret of its own. Unset CIVIGRAPH_IDENTITY_SECRET.");
  }
  if (secret.kept === "FILE") putBack(config, secret);
  return secret;
}

function keyFile({ dataDirectory }: Config): string {
  return join(dataDirectory, "identity.key");
}

function secretInUse(config: Config): BackedUpSecret {
  if (config.identitySecret !== undefined) return { kept: "ENVIRONMENT", value: config.identitySecret };
  const file = keyFile(config);
  if (existsSync(file)) return { kept: "FILE", value: readFileSync(file, "utf8").trim() };
  throw invalid("There is no secret: neither CIVIGRAPH_IDENTITY_SECRET, nor identity.key in the data folder.");
}

/** A secret that is there already is not overwritten: something else may hang on it. */
function putBack(config: Config, { value }: BackedUpSecret): void {
  const file = keyFile(config);
  if (existsSync(file)) {
    if (readFileSync(file, "utf8").trim() === value) return;
    throw invalid("The data folder has another identity.key. Move it away first, together with its store.");
  }
  mkdirSync(config.dataDirectory, { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${value}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

async function withStore<Result>(
  config: Config,
  { kept, value }: BackedUpSecret,
  work: (store: IdentityStore) => Promise<Result>,
): Promise<Result> {
  const given = kept === "ENVIRONMENT" ? value : undefined;
  const secret = identitySecret({ given, dataFolder: config.dataDirectory, demo: true });
  const store = await openStore(storeLocation(config.dataDirectory, config.identityDatabaseUrl), identityKeys(secret));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function invalid(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
