import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { CivigraphError } from "../../shared/errors.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { identitySecret } from "../../subgraphs/identity/secret.ts";
import { type BackedUpSecret, backUp, restore, secretOfBackup } from "../../subgraphs/identity/store/backup.ts";
import { type IdentityStore, openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import { type Config, readConfig } from "../config.ts";
import { remark } from "./process.ts";

/** `civigraph identity backup|restore`: losing store or secret would change every citizen's id. */
export function identityCommand(): Command {
  return new Command("identity")
    .description("Keep identity's store, and the secret that it means nothing without, in one file.")
    .addCommand(
      new Command("backup")
        .description("Write store and secret into a file. Keep it as safe as the secret.")
        .argument("<file>", "a file that does not exist yet")
        .action(backupCommand),
    )
    .addCommand(
      new Command("restore")
        .description("Put store and secret back. Stop what uses the store before.")
        .argument("<file>", "what backup has written")
        .option("--replace", "also when the store holds links already")
        .option("--secret-out <file>", "where to write a secret that was set as CIVIGRAPH_IDENTITY_SECRET")
        .action(restoreCommand),
    );
}

async function backupCommand(file: string): Promise<void> {
  const config = readConfig();
  const secret = secretInUse(config);
  if (existsSync(file)) throw invalid("The file is there already. Name another one.");
  const links = await withStore(config, secret, (store) => backUp(store, secret, file));
  remark(`${links.toLocaleString("en")} links and the secret are in ${file}. Keep it as safe as the secret.`);
}

async function restoreCommand(
  file: string,
  options: { readonly replace?: boolean; readonly secretOut?: string },
): Promise<void> {
  const config = readConfig();
  const secret = await secretOfBackup(file);
  if (options.secretOut !== undefined) {
    writeFileSync(options.secretOut, `${secret.value}\n`, { mode: 0o600 });
    remark(`The secret is in ${options.secretOut}.`);
  }
  if (secret.kept === "ENVIRONMENT" && config.identitySecret !== secret.value) {
    throw invalid(
      "Set CIVIGRAPH_IDENTITY_SECRET to the one that the backup belongs to; --secret-out FILE writes it down.",
    );
  }
  if (secret.kept === "FILE" && config.identitySecret !== undefined) {
    throw invalid("The backup brings a secret of its own. Unset CIVIGRAPH_IDENTITY_SECRET.");
  }
  if (secret.kept === "FILE") putBack(config, secret);
  const links = await withStore(config, secret, async (store) => {
    if (!options.replace && (await store.filled())) {
      throw invalid("The store holds links already. --replace replaces them.");
    }
    return await restore(store, file);
  });
  remark(`${links.toLocaleString("en")} links are back; all citizens have the ids that they had.`);
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
