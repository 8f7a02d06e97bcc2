import type { Knex } from "knex";
import type { IdentityKeys } from "../keys.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { askForCompaction } from "./compaction.ts";
import { hashRecognition, notePersonal } from "./key-forms.ts";
import type { Run } from "./link.ts";
import { renew, renewNamed } from "./renew.ts";
import { rehashedKey } from "./roll.ts";
import { type KeyVersions, keyVersionsIn, scoringSettings, writeSetting } from "./scoring.ts";

/** Which keys are used from now on. */
export async function keyVersions(
  transaction: Knex.Transaction,
  reads: Crosswalk,
  next: boolean,
): Promise<KeyVersions> {
  const versions = keyVersionsIn(await reads.settings(scoringSettings));
  if (!next) return versions;
  const { tokenVersion, localKeyVersion } = versions;
  await writeSetting(transaction, "token version", String(tokenVersion + 1));
  await writeSetting(transaction, "local key version", String(localKeyVersion + 1));
  return { tokenVersion: tokenVersion + 1, localKeyVersion: localKeyVersion + 1 };
}

/**
 * Brings everything that is keyed under the run's versions of the keys: what is made of records goes, and the run makes
 * it anew; hashes of personal keys are hashed again, which needs no record, and keys in the clear stay; what is encrypted is encrypted again.
 * Refs stay as they are: ids are made of them.
 */
export async function rotate(run: Run, keys: IdentityKeys, signal?: AbortSignal): Promise<void> {
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
    isHash(lookupKey, department) ? rehashedKey(keys, run.localKeyVersion, lookupKey) : lookupKey;
  await renewNamed(run, { departments, renewed, signal });
  await renew(run, { table: "link", column: "lookup_key", departments, renewed, signal });
  for (const { table, column, use } of sealedColumns) {
    const renewed = (text: string) => keys.seal(keys.open(text, use), run.tokenVersion, use);
    await renew(run, { table, column, renewed, signal });
  }
}

const sealedColumns = [
  { table: "link", column: "sealed_key", use: "personal local keys" },
  { table: "assertion", column: "reason", use: "reasons" },
] as const;
