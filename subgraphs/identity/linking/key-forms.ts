import type { Knex } from "knex";
import type { PersonFeedDescription } from "../../../shared/department/person-feed.ts";
import type { IdentityKeys } from "../keys.ts";
import { type BulkStatement, runBulk } from "../store/bulk.ts";
import { placeName } from "../store/crosswalk.ts";
import { askForCompaction } from "./compaction.ts";
import { breathe } from "./engine.ts";
import type { Run } from "./link.ts";
import { renewNamed } from "./renew.ts";
import { lookupKeyOf } from "./roll.ts";
import { writeSetting } from "./scoring.ts";

/** What is written under a version of the keys. */
type Keyed = Omit<Run, "assertion">;

/**
 * Brings the links, decisions and history of departments to the form that their local keys have by now, in the clear or
 * hashed: a department whose keys become personal, or cease to be, has the same records as before. Personal keys that
 * were in the clear are to be so nowhere: see `compactWhereAsked`.
 */
export async function adoptKeyForms(
  run: Keyed,
  departments: readonly Pick<PersonFeedDescription, "department" | "personalKey">[],
  keys: IdentityKeys,
  signal?: AbortSignal,
): Promise<void> {
  const { transaction } = run;
  const noted = await notedPersonal(transaction);
  const forms: readonly { department: string; sealed: boolean | number }[] = await transaction("link").distinct(
    "department",
    transaction.raw("sealed_key is not null as sealed"),
  );
  for (const each of departments) {
    const { department, personalKey } = each;
    const isOther = forms.some((form) => form.department === department && Boolean(form.sealed) !== personalKey);
    if (!isOther && (!personalKey || noted.includes(department))) continue;
    const isHash = await hashRecognition(transaction, [department]);
    const renewedKeys = await renewLinks(run, each, keys, signal);
    const hashOf = lookupKeyOf(keys, run.localKeyVersion, each);
    // Of records that are gone, too: in the clear, personal keys are nowhere. What a hash was made of is lost with them.
    let wasInClear = renewedKeys.size > 0;
    const hashed = (key: string): string => {
      if (isHash(key, department)) return key;
      wasInClear = true;
      return hashOf(key);
    };
    const renewed = personalKey ? hashed : (key: string) => renewedKeys.get(key) ?? key;
    await renewNamed(run, { departments: [department], renewed, signal });
    if (personalKey && wasInClear) await askForCompaction(transaction);
  }
  await notePersonal(
    transaction,
    departments.filter(({ personalKey }) => personalKey).map(({ department }) => department),
  );
}

/** Gives the new lookup keys by those that were of the other form. */
async function renewLinks(
  { transaction, engine, tokenVersion, localKeyVersion }: Keyed,
  department: Pick<PersonFeedDescription, "department" | "personalKey">,
  keys: IdentityKeys,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const hashOf = lookupKeyOf(keys, localKeyVersion, department);
  const renewedKeys = new Map<string, string>();
  for (let after = 0; ; ) {
    const page: readonly { id: number; lookupKey: string; sealedKey: string | null }[] = await transaction("link")
      .select("id", { lookupKey: "lookup_key", sealedKey: "sealed_key" })
      .where({ department: department.department })
      .where("id", ">", after)
      .modify((query) => (department.personalKey ? query.whereNull("sealed_key") : query.whereNotNull("sealed_key")))
      .orderBy("id")
      .limit(linksAtOnce);
    const last = page.at(-1);
    if (last === undefined) return renewedKeys;
    const rows = page.map(({ id, lookupKey, sealedKey }) => {
      const [renewed, sealed] =
        sealedKey === null ? [hashOf(lookupKey), keys.seal(lookupKey, tokenVersion)] : [keys.open(sealedKey), null];
      renewedKeys.set(lookupKey, renewed);
      return [id, department.department, renewed, sealed];
    });
    await runBulk(transaction, engine, updateLinks, rows);
    after = last.id;
    await breathe(signal);
  }
}

const linksAtOnce = 10_000;

/** A record that was linked by both forms, because a program ended in between, keeps both links until one is found gone. */
const updateLinks: BulkStatement = {
  columns: [
    ["id", "integer"],
    ["department", "text"],
    ["renewed", "text"],
    ["sealed", "text"],
  ],
  text: (rows) =>
    `update link set lookup_key = rows.renewed, sealed_key = rows.sealed from (select * from ${rows}) as rows
     where link.id = rows.id and not exists (select 1 from link as other
       where other.department = rows.department and other.lookup_key = rows.renewed)`,
};

/**
 * Tells hashes of personal local keys from keys in the clear, where a department has had both: nothing but their form
 * tells it of what decisions and history name, and that no link has such a key in the clear.
 */
export async function hashRecognition(
  transaction: Knex.Transaction,
  departments: readonly string[],
): Promise<(lookupKey: string, department: string) => boolean> {
  const noted = new Set(await notedPersonal(transaction));
  const inClear: readonly { department: string; lookupKey: string }[] = await transaction("link")
    .select("department", { lookupKey: "lookup_key" })
    .whereNull("sealed_key")
    .whereIn(
      "department",
      departments.filter((department) => noted.has(department)),
    );
  const clear = new Set(inClear.map(placeName));
  return (lookupKey, department) =>
    noted.has(department) && hashForm.test(lookupKey) && !clear.has(placeName({ department, lookupKey }));
}

/** See `IdentityKeys.token`. */
const hashForm = /^[\w-]{16}$/;

/**
 * Takes down which departments have personal keys: once they are gone, nothing tells it of what is left of them in
 * history and decisions. Gives all that ever had.
 */
export async function notePersonal(
  transaction: Knex.Transaction,
  departments: readonly string[],
): Promise<readonly string[]> {
  const known = await notedPersonal(transaction);
  const all = [...new Set([...known, ...departments])].sort();
  if (all.length > known.length) await writeSetting(transaction, personalSetting, JSON.stringify(all));
  return all;
}

async function notedPersonal(transaction: Knex.Transaction): Promise<readonly string[]> {
  const noted = await transaction("setting").where({ name: personalSetting }).first<{ value: string } | undefined>();
  return JSON.parse(noted?.value ?? "[]");
}

const personalSetting = "personal departments";
