import type { Knex } from "knex";
import { z } from "zod";
import { CivigraphError } from "../../shared/errors.ts";
import { type EarlierSecret, type IdentityKeys, identityKeys } from "./keys.ts";
import { writeSetting } from "./linking/scoring.ts";
import type { Crosswalk } from "./store/crosswalk.ts";
import type { IdentityStore } from "./store/index.ts";

/** The keys of the secret, and of those that it has replaced in this store, which keeps them encrypted under it. */
export async function keysOfStore(store: Pick<Crosswalk, "settings">, secret: Buffer): Promise<IdentityKeys> {
  const keys = identityKeys(secret);
  const settings = await store.settings(["secret", setting]);
  if (settings.get("secret") !== keys.fingerprint) throw secretReplaced();
  const sealed = settings.get(setting);
  return sealed === undefined ? keys : identityKeys(secret, opened(keys, sealed));
}

/** Has the store keep the secrets that were replaced, encrypted under this version of the present one's key. */
export async function keepEarlierSecrets(
  transaction: Knex.Transaction,
  keys: IdentityKeys,
  version: number,
): Promise<void> {
  if (keys.earlier.length === 0) return;
  const kept = keys.earlier.map(({ secret, ...rest }) => ({ ...rest, secret: secret.toString("base64url") }));
  await writeSetting(transaction, setting, keys.seal(JSON.stringify(kept), version, "earlier secrets"));
}

/** Who has replaced the secret of the store, when and why, the first time first. */
export async function replacements(
  store: IdentityStore,
  secret: Buffer,
): Promise<readonly { readonly at: string; readonly actor: string; readonly reason: string }[]> {
  const keys = await keysOfStore(store, secret);
  const ids = keys.earlier.map(({ assertion }) => assertion);
  const told: readonly { at: string; actor: string; reason: string }[] = await store.write((transaction) =>
    transaction("assertion").select("at", "actor", "reason").whereIn("id", ids).orderBy("id"),
  );
  return told.map((one) => ({ ...one, reason: keys.open(one.reason, "reasons") }));
}

/** The store, for those who have opened it under these keys. */
export interface OwnStore extends IdentityStore {
  /** False once its secret was replaced, a second later at most: what is read then is read under keys that do not fit. */
  belongs(): Promise<boolean>;
}

/** The store as long as it belongs to these keys: nothing is written under a secret that was replaced. */
export function ownStore(store: IdentityStore, keys: IdentityKeys): OwnStore {
  const isOurs = async (reads: Pick<Crosswalk, "setting">) => (await reads.setting("secret")) === keys.fingerprint;
  let last: { readonly at: number; readonly answer: Promise<boolean> } | undefined;
  return {
    ...store,
    belongs() {
      if (last === undefined || performance.now() - last.at > knownForMs) {
        // Who cannot ask cannot read either.
        last = { at: performance.now(), answer: isOurs(store).catch(() => true) };
      }
      return last.answer;
    },
    write: (work, options) =>
      store.write(async (transaction, reads) => {
        const check = async () => {
          if (!(await isOurs(reads))) throw secretReplaced();
        };
        // SQLite has answered at once. PostgreSQL answers while the work is done, and undoes it.
        if (store.engine === "sqlite") await check();
        else return (await Promise.all([work(transaction, reads), check()]))[0];
        return await work(transaction, reads);
      }, options),
  };
}

const knownForMs = 1_000;

function secretReplaced(): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", {
    detail:
      "The secret of the identity store was replaced. Set CIVIGRAPH_IDENTITY_SECRET to the new one and start this again.",
  });
}

const setting = "earlier secrets";
const form = z.array(z.strictObject({ secret: z.string(), until: z.number().int(), assertion: z.number().int() }));

function opened(keys: IdentityKeys, sealed: string): readonly EarlierSecret[] {
  const kept = form.parse(JSON.parse(keys.open(sealed, "earlier secrets")));
  return kept.map(({ secret, ...rest }) => ({ ...rest, secret: Buffer.from(secret, "base64url") }));
}
