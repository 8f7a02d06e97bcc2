import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { makeFolder } from "../../shared/make-folder.ts";
import { replacements } from "../../subgraphs/identity/earlier-secrets.ts";
import {
  type BackedUpSecret,
  type BackupProtection,
  backUp,
  headerOfBackup,
  isEncrypted,
  restore,
  sinceReplaced,
} from "../../subgraphs/identity/store/backup.ts";
import { type Config, readConfig } from "../config.ts";
import { invalid, keyFile, secretBytes, secretInUse, withStore } from "./identity-store.ts";
import { interruptible } from "./interrupt.ts";
import { type PassphraseOption, passphraseOf } from "./passphrase.ts";
import { remark, say } from "./process.ts";
import { rekeyCommand } from "./rekey.ts";

/** `civigraph identity`: losing store or secret would change every citizen's id. */
export function identityCommand(): Command {
  return new Command("identity")
    .description("Keep identity's store, and the secret that it means nothing without, safe.")
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
    )
    .addCommand(rekeyCommand())
    .addCommand(
      new Command("secrets")
        .description("Say when the secret was replaced, by whom and why; nothing of the secrets themselves.")
        .action(secretsCommand),
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

async function secretsCommand(): Promise<void> {
  const config = readConfig();
  const secret = secretInUse(config);
  const replaced = await withStore(config, secret, (store) => replacements(store, secretBytes(config, secret)));
  if (replaced.length === 0) say("The secret is the first one that the store has had.");
  for (const { at, actor, reason } of replaced) say(`${at}  replaced by ${actor}: ${reason}`);
}

/** The secret of the backup, put where this process looks for it. */
function broughtSecret(config: Config, secret: BackedUpSecret): BackedUpSecret {
  if (secret.kept === "ENVIRONMENT" && config.identitySecret !== secret.value) {
    throw invalid(
      `Set CIVIGRAPH_IDENTITY_SECRET to the one that the backup belongs to; --secret-out FILE writes it down. ${sinceReplaced}`,
    );
  }
  if (secret.kept === "FILE" && config.identitySecret !== undefined) {
    throw invalid(`The backup brings a secret of its own. Unset CIVIGRAPH_IDENTITY_SECRET. ${sinceReplaced}`);
  }
  if (secret.kept === "FILE") putBack(config, secret);
  return secret;
}

/** A secret that is there already is not overwritten: something else may hang on it. */
function putBack(config: Config, { value }: BackedUpSecret): void {
  const file = keyFile(config);
  if (existsSync(file)) {
    if (readFileSync(file, "utf8").trim() === value) return;
    throw invalid(
      `The data folder has another identity.key. Move it away first, together with its store. ${sinceReplaced}`,
    );
  }
  makeFolder(config.dataDirectory);
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${value}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
