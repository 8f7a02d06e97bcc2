import type { Knex } from "knex";
import { CivigraphError } from "../../../shared/errors.ts";
import { keepEarlierSecrets } from "../earlier-secrets.ts";
import { type IdentityKeys, identityKeys } from "../keys.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { askForCompaction } from "./compaction.ts";
import { hashRecognition, notePersonal } from "./key-forms.ts";
import { beginRun, type LinkOptions, type Run } from "./link.ts";
import { renew, renewNamed } from "./renew.ts";
import { rehashedKey } from "./roll.ts";
import { type KeyVersions, keyVersionsIn, scoringSettings, writeSetting } from "./scoring.ts";

/** Begins a run, and first of all brings the store under new keys where that is asked for. Gives the keys of the run. */
export async function beginUnderKeys(
  transaction: Knex.Transaction,
  reads: Crosswalk,
  options: Pick<LinkOptions, "store" | "keys" | "rotateKeys" | "newSecret" | "actor" | "signal">,
  modelVersion: string,
): Promise<{ readonly run: Run; readonly keys: IdentityKeys }> {
  const { newSecret, actor = "civigraph link", signal } = options;
  const { engine } = options.store;
  const from = keyVersionsIn(await reads.settings(scoringSettings));
  if (!options.rotateKeys && !newSecret) {
    return { run: await beginRun(transaction, engine, { modelVersion, actor, ...from }), keys: options.keys };
  }
  const by = { modelVersion, actor, ...(await nextKeyVersions(transaction, from)) };
  const keys = newSecret
    ? await replaceSecret(transaction, engine, { keys: options.keys, newSecret, by })
    : options.keys;
  const run = await beginRun(transaction, engine, by);
  await rotate(run, keys, { from, signal });
  return { run, keys };
}

/** Has new keys used from now on: the same version of both, so that a secret has its keys from one version on. */
async function nextKeyVersions(transaction: Knex.Transaction, from: KeyVersions): Promise<KeyVersions> {
  const version = Math.max(from.tokenVersion, from.localKeyVersion) + 1;
  await writeSetting(transaction, "token version", String(version));
  await writeSetting(transaction, "local key version", String(version));
  return { tokenVersion: version, localKeyVersion: version };
}

/** Has the store belong to another secret, and notes who says so and why. Gives its keys, in use from this version on. */
async function replaceSecret(
  transaction: Knex.Transaction,
  engine: Run["engine"],
  options: {
    readonly keys: IdentityKeys;
    readonly newSecret: NonNullable<LinkOptions["newSecret"]>;
    readonly by: Parameters<typeof beginRun>[2];
  },
): Promise<IdentityKeys> {
  const { by, newSecret } = options;
  const { secret } = newSecret;
  if (options.keys.earlier.some((before) => before.secret.equals(secret))) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: "This secret was replaced before: who knew it knows it still. Make another one. Nothing was changed.",
    });
  }
  const reason = identityKeys(secret).seal(newSecret.reason, by.tokenVersion, "reasons");
  const { assertion } = await beginRun(transaction, engine, { ...by, reason });
  const keys = options.keys.replacedBy(secret, { until: by.tokenVersion - 1, assertion });
  await writeSetting(transaction, "secret", keys.fingerprint);
  return keys;
}

/**
 * Brings everything that is keyed under the run's versions of the keys: what is made of records goes, and the run makes
 * it anew; hashes of personal keys are hashed again, which needs no record, and keys in the clear stay; what is encrypted is encrypted again.
 * Refs stay as they are, as long as the secret does: ids are made of them.
 */
async function rotate(
  run: Run,
  keys: IdentityKeys,
  { from, signal }: { readonly from: KeyVersions; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { transaction } = run;
  await askForCompaction(transaction);
  await transaction("token").delete();
  await transaction("frequency").delete();
  // Every link whose record is read gets the digest of that; the others are those of departments that are retired.
  await transaction("link").update({ content_digest: "" });
  const sealed: readonly { department: string }[] = await transaction("link")
    .distinct("department")
    .whereNotNull("sealed_key");
  const departments = await notePersonal(
    transaction,
    sealed.map(({ department }) => department),
  );
  const isHash = await hashRecognition(transaction, departments);
  const renewed = (lookupKey: string, department: string) =>
    isHash(lookupKey, department) ? rehashedKey(keys, lookupKey, from.localKeyVersion, run.localKeyVersion) : lookupKey;
  await renewNamed(run, { departments, renewed, signal });
  await renew(run, { table: "link", column: "lookup_key", departments, renewed, signal });
  for (const { table, column, use } of sealedColumns) {
    const renewed = (text: string) => keys.seal(keys.open(text, use), run.tokenVersion, use);
    await renew(run, { table, column, renewed, signal });
  }
  await keepEarlierSecrets(transaction, keys, run.tokenVersion);
}

const sealedColumns = [
  { table: "link", column: "sealed_key", use: "personal local keys" },
  { table: "assertion", column: "reason", use: "reasons" },
] as const;
