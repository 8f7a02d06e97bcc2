import type { Knex } from "knex";
import { CivigraphError } from "../../../shared/errors.ts";
import type { IdentityKeys } from "../keys.ts";
import { allAnswered } from "./bulk.ts";
import { type Crosswalk, crosswalk } from "./crosswalk.ts";
import { type Crowded, crowdedTokens, seenCrowded } from "./neighbours.ts";
import { openConnection, openReadOnly, retryingBusy, type StoreLocation } from "./open.ts";
import { statementsWithin } from "./statements.ts";

/** The crosswalk: which records of which departments are which citizen. Holds no personal data in the clear. */
export interface IdentityStore extends Crosswalk {
  readonly engine: "sqlite" | "postgres";
  /** Reads as `crosswalk` does where these departments are shown. */
  showing(departments: readonly string[]): Crosswalk;
  /**
   * Does the work in one transaction, alone: other writers, in this process and in others, wait. What it throws undoes
   * everything. When it answers, all of it is on the disk; only what is `replayable` may be lost as a whole in a power
   * failure, until something else is written.
   */
  write<Result>(
    work: (transaction: Knex.Transaction, reads: Crosswalk) => Promise<Result>,
    options?: { readonly replayable?: boolean },
  ): Promise<Result>;
  /**
   * What PostgreSQL's own housekeeping would do some minutes after a run over everything, or never where nobody lets it:
   * look-ups plan by its statistics, and read no row that an index knows.
   */
  vacuum(): Promise<void>;
  /** Rewrites the database's files, so that nothing is left in them of what was deleted or overwritten. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store and brings it up to date.
 * @throws CivigraphError CONFIGURATION_INVALID when it was filled under another secret.
 */
export async function openStore(location: StoreLocation, keys: IdentityKeys): Promise<IdentityStore> {
  const connection = await openConnection(location);
  const { knex, engine, statements } = connection;
  let lastWrite: Promise<unknown> = Promise.resolve();
  const crowded = crowdedTokens();

  const store: IdentityStore = {
    ...crosswalk(engine, statements),
    engine,
    showing: (departments) => crosswalk(engine, statements, { shown: departments }),
    write(work, { replayable = false } = {}) {
      const turn = lastWrite.then(async () => {
        let sent = async () => {};
        const seen = seenCrowded(crowded);
        const result = await knex.transaction((transaction) => {
          sent = () => allAnswered(transaction);
          return withinLock(transaction, { engine, replayable, crowded: seen }, work);
        });
        // What has failed has undone everything, although its end was sent.
        await sent();
        if (replayable) seen.keep();
        else crowded.clear();
        // SQLite's log reaches the disk for certain when its pages go to their places; readers hold nothing up.
        if (engine === "sqlite" && !replayable) await knex.raw("pragma wal_checkpoint(passive)");
        return result;
      });
      lastWrite = turn.catch(() => {});
      return turn;
    },
    async vacuum() {
      if (engine === "postgres") await knex.raw(`vacuum (analyze) ${lookedUpTables.join(", ")}`);
    },
    async compact() {
      await lastWrite;
      if (engine === "postgres") {
        await knex.raw(`vacuum (full) ${keyedTables.join(", ")}`);
        return await store.vacuum();
      }
      await retryingBusy(() => knex.raw("vacuum"));
      await knex.raw("pragma wal_checkpoint(truncate)");
    },
    async close() {
      await lastWrite;
      await connection.close();
    },
  };
  try {
    await claim(store, keys);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Opens the store as it is, for reading alone; undefined where there is none yet. */
export async function openStoreReadOnly(location: StoreLocation): Promise<IdentityStore | undefined> {
  const connection = await openReadOnly(location);
  return (
    connection && {
      ...crosswalk(connection.engine, connection.statements),
      engine: connection.engine,
      showing: (departments) => crosswalk(connection.engine, connection.statements, { shown: departments }),
      write: () => Promise.reject(new Error("the identity store was opened for reading alone")),
      vacuum: () => Promise.reject(new Error("the identity store was opened for reading alone")),
      compact: () => Promise.reject(new Error("the identity store was opened for reading alone")),
      close: connection.close,
    }
  );
}

/**
 * PostgreSQL does statements in the order in which they came, and none behind one that has failed, nor the end of the
 * transaction: so nothing waits for the lock, and the end is sent together with what `runBulk` has sent last.
 */
async function withinLock<Result>(
  transaction: Knex.Transaction,
  { engine, replayable, crowded }: { engine: "sqlite" | "postgres"; replayable: boolean; crowded: Crowded },
  work: (transaction: Knex.Transaction, reads: Crosswalk) => Promise<Result>,
): Promise<Result> {
  const doWork = () => work(transaction, crosswalk(engine, statementsWithin(transaction, engine), { crowded }));
  const locked = lock(transaction, engine, replayable);
  if (engine === "sqlite") {
    await locked;
    return await doWork();
  }
  try {
    return (await Promise.all([doWork(), locked]))[0];
  } catch (error) {
    // What failed first says why; all that came behind it only says that something had.
    await allAnswered(transaction);
    throw error;
  }
}

/** What a change or a search of one record looks up. */
const lookedUpTables = ["link", "token", "citizen", "frequency", "review", "decision", "decision_record"];

/** What a rotation of keys or another secret writes anew. */
const keyedTables = [
  "assertion",
  "citizen",
  "link",
  "token",
  "identity_event",
  "decision_record",
  "frequency",
  "setting",
];

/** The first statement of a writer, so that it waits for other processes before it has read anything. */
async function lock(transaction: Knex.Transaction, engine: "sqlite" | "postgres", replayable: boolean): Promise<void> {
  const run = statementsWithin(transaction, engine);
  if (engine === "sqlite") await retryingBusy(() => run("update setting set value = value where name = 'secret'", []));
  else await run(replayable ? lockReplayable : lockDurable, [writersLock]);
}

const lockDurable = "select pg_advisory_xact_lock(?)";
/**
 * The transaction does not wait until the disk has it; those that do are on the disk after all before them. Its statements
 * have one way to be done, whatever is in their lists: they are not planned again for each of them.
 */
const lockReplayable = `select pg_advisory_xact_lock(?), set_config('synchronous_commit', 'off', true),
  set_config('plan_cache_mode', 'force_generic_plan', true)`;

/** Any constant that nothing else in the database locks. */
const writersLock = 7_204_612;

/** Under another secret, tokens and ids would not fit: better no start than links that nobody finds. */
async function claim(store: IdentityStore, keys: IdentityKeys): Promise<void> {
  let found = await store.setting("secret");
  if (found === null) {
    await store.write((transaction) =>
      transaction("setting").insert({ name: "secret", value: keys.fingerprint }).onConflict("name").ignore(),
    );
    found = await store.setting("secret");
  }
  if (found === keys.fingerprint) return;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail:
      "The identity store was filled under another secret. Set CIVIGRAPH_IDENTITY_SECRET (or restore identity.key) to the one that belongs to it; to put another one in its place, run `civigraph identity rekey`.",
  });
}
