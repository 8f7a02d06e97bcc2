import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CivigraphError } from "../../shared/errors.ts";
import { ownStore } from "../../subgraphs/identity/earlier-secrets.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { identitySecret } from "../../subgraphs/identity/secret.ts";
import type { BackedUpSecret } from "../../subgraphs/identity/store/backup.ts";
import { type IdentityStore, openStore } from "../../subgraphs/identity/store/index.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import type { Config } from "../config.ts";

/** Where a secret is kept that is not set as CIVIGRAPH_IDENTITY_SECRET. */
export function keyFile({ dataDirectory }: Config): string {
  return join(dataDirectory, "identity.key");
}

/** @throws CivigraphError CONFIGURATION_INVALID where there is none. */
export function secretInUse(config: Config): BackedUpSecret {
  if (config.identitySecret !== undefined) return { kept: "ENVIRONMENT", value: config.identitySecret };
  const file = keyFile(config);
  if (existsSync(file)) return { kept: "FILE", value: readFileSync(file, "utf8").trim() };
  throw invalid("There is no secret: neither CIVIGRAPH_IDENTITY_SECRET, nor identity.key in the data folder.");
}

/** What all keys are derived from. */
export function secretBytes({ dataDirectory: dataFolder }: Config, { kept, value }: BackedUpSecret): Buffer {
  return identitySecret({ given: kept === "ENVIRONMENT" ? value : undefined, dataFolder, demo: true });
}

/** Opens identity's store for one piece of work, which is refused where the secret is replaced before it begins. */
export async function withStore<Result>(
  config: Config,
  secret: BackedUpSecret,
  work: (store: IdentityStore) => Promise<Result>,
): Promise<Result> {
  const keys = identityKeys(secretBytes(config, secret));
  const store = await openStore(storeLocation(config.dataDirectory, config.identityDatabaseUrl), keys);
  try {
    return await work(ownStore(store, keys));
  } finally {
    await store.close();
  }
}

export function invalid(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
