import type { Knex } from "knex";
import type { IdentityKeys } from "../keys.ts";
import { runBulk } from "../store/bulk.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { breathe } from "./engine.ts";
import type { Run } from "./link.ts";
import { rehashedKey } from "./roll.ts";
import { localKeyVersionIn, scoringSettings, tokenVersionIn, writeSetting } from "./scoring.ts";

/** Which keys are used from now on. */
export async function keyVersions(
  transaction: Knex.Transaction,
  reads: Crosswalk,
  next: boolean,
): Promise<Pick<Run, "tokenVersion" | "localKeyVersion">> {
  const settings = await reads.settings(scoringSettings);
  const [tokenVersion, localKeyVersion] = [tokenVersionIn(settings), localKeyVersionIn(settings)];
  if (!next) return { tokenVersion, localKeyVersion };
  await writeSetting(transaction, "token version", String(tokenVersion + 1));
  await writeSetting(transaction, "local key version", String(localKeyVersion + 1));
  return { tokenVersion: tokenVersion + 1, localKeyVersion: localKeyVersion + 1 };
}

/**
 * Brings everything that is keyed under the run's versions of the keys: what is made of records goes, and the run makes
 * it anew; hashes of personal keys are hashed again, which needs no record; what is encrypted is encrypted again.
 * Refs stay as they are: ids are made of them.
 */
export async function rotate(run: Run, keys: IdentityKeys, signal?: AbortSignal): Promise<void> {
  const { transaction } = run;
  await transaction("token").delete();
  await transaction("frequency").delete();
  // Every link whose record is read gets the digest of that; the others are those of departments that are retired.
  await transaction("link").update({ content_digest: "" });
  const sealed: readonly { department: string }[] = await transaction("link")
    .distinct("department")
    .whereNotNull("sealed_key");
  const personal = await notePersonal(
    transaction,
    sealed.map(({ department }) => department),
  );
  const rehashed = (hash: string) => rehashedKey(keys, run.localKeyVersion, hash);
  await rehashDecided(run, personal, rehashed);
  for (const table of ["link", "identity_event"]) {
    await renew(run, { table, column: "lookup_key", departments: personal, renewed: rehashed, signal });
  }
  for (const { table, column, use } of sealedColumns) {
    const renewed = (text: string) => keys.seal(keys.open(text, use), run.tokenVersion, use);
    await renew(run, { table, column, renewed, signal });
  }
}

const sealedColumns = [
  { table: "link", column: "sealed_key", use: "personal local keys" },
  { table: "assertion", column: "reason", use: "reasons" },
] as const;

/**
 * Takes down which departments have personal keys: once they are gone, nothing tells it of what is left of them in
 * history and decisions. Gives all that ever had.
 */
export async function notePersonal(
  transaction: Knex.Transaction,
  departments: readonly string[],
): Promise<readonly string[]> {
  const noted = await transaction("setting").where({ name: personalSetting }).first<{ value: string } | undefined>();
  const known: readonly string[] = JSON.parse(noted?.value ?? "[]");
  const all = [...new Set([...known, ...departments])].sort();
  if (all.length > known.length) await writeSetting(transaction, personalSetting, JSON.stringify(all));
  return all;
}

const personalSetting = "personal departments";

const rowsAtOnce = 10_000;

/** Renews one column of a table, some thousand rows at a time; of these departments alone, where some are given. */
async function renew(
  { transaction, engine }: Run,
  options: {
    readonly table: string;
    readonly column: string;
    readonly departments?: readonly string[];
    readonly renewed: (text: string) => string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { table, column, departments, renewed, signal } = options;
  const update = {
    columns: [
      ["id", "integer"],
      ["renewed", "text"],
    ],
    text: (rows: string) =>
      `update ${table} set ${column} = rows.renewed from (select * from ${rows}) as rows where ${table}.id = rows.id`,
  } as const;
  for (let after = 0; ; ) {
    const page: readonly { id: number; text: string }[] = await transaction(table)
      .select("id", { text: column })
      .where("id", ">", after)
      .whereNotNull(column)
      .modify((query) => (departments ? query.whereIn("department", [...departments]) : query))
      .orderBy("id")
      .limit(rowsAtOnce);
    const last = page.at(-1);
    if (last === undefined) return;
    await runBulk(
      transaction,
      engine,
      update,
      page.map(({ id, text }) => [id, renewed(text)]),
    );
    after = last.id;
    await breathe(signal);
  }
}

/** The hashes are part of the table's key, which is what the others are paged by: these few are read at once. */
async function rehashDecided(
  { transaction, engine }: Run,
  departments: readonly string[],
  rehashed: (hash: string) => string,
): Promise<void> {
  const places: readonly { department: string; hash: string }[] = await transaction("decision_record")
    .distinct("department", { hash: "lookup_key" })
    .whereIn("department", [...departments]);
  await runBulk(
    transaction,
    engine,
    updateDecided,
    places.map(({ department, hash }) => [department, hash, rehashed(hash)]),
  );
}

const updateDecided = {
  columns: [
    ["department", "text"],
    ["hash", "text"],
    ["renewed", "text"],
  ],
  text: (rows: string) =>
    `update decision_record set lookup_key = rows.renewed from (select * from ${rows}) as rows
     where decision_record.department = rows.department and decision_record.lookup_key = rows.hash`,
} as const;
