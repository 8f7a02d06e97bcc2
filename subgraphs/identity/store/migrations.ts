import type { Knex } from "knex";

/**
 * Brings the crosswalk's tables to the version that this program knows, in one transaction. Several processes may
 * do so at once: the first one in migrates, the others wait for it and find nothing left to do.
 * @throws Error when the tables were made by a newer program.
 */
export async function migrate(knex: Knex, engine: "sqlite" | "postgres"): Promise<void> {
  if (engine === "sqlite") await knex.raw(versionTable);
  await knex.transaction(async (transaction) => {
    if (engine === "postgres") {
      // `create table if not exists` is not safe against itself in PostgreSQL: one process at a time.
      await transaction.raw("select pg_advisory_xact_lock(?)", [advisoryLock]);
      await transaction.raw(versionTable);
    } else {
      // The first statement of a transaction decides in SQLite whether it waits for other writers: this one does.
      await transaction("schema_version").update({ version: transaction.ref("version") });
    }
    const applied = await transaction("schema_version").max("version as version").first<{ version: number | null }>();
    const from = applied?.version ?? 0;
    if (from > migrations.length) {
      throw new Error(
        `the identity store has version ${from}, this program knows ${migrations.length}: update Civigraph`,
      );
    }
    const text = engine === "postgres" ? 'text collate "C"' : "text";
    const clustered = engine === "postgres" ? "" : "without rowid";
    for (const [index, statements] of migrations.slice(from).entries()) {
      for (const statement of statements(text, clustered)) await transaction.raw(statement);
      await transaction("schema_version").insert({ version: from + index + 1, at: new Date().toISOString() });
    }
  });
}

const versionTable = "create table if not exists schema_version (version integer primary key, at text not null)";

/** Any constant that nothing else in the database locks. */
const advisoryLock = 7_204_611;

/**
 * The tables, version by version; a version that was released is never changed. `text` sorts by code units, so that
 * paging by it goes the same way in both engines; `clustered` keeps a table's rows in its primary key. Nothing here is personal data: see `../keys.ts` for how local keys
 * that are personal, and look-up tokens, are kept.
 */
const migrations: readonly ((text: string, clustered: string) => readonly string[])[] = [
  (text, clustered) => [
    // What is the same in all the changes that one run or one decision makes: who, when, by which model.
    `create table assertion (
      id integer primary key, at ${text} not null, actor ${text} not null, model_version ${text} not null,
      reason ${text})`,

    // A retired ref redirects to the citizen that took over its records; without one, its records were deleted.
    `create table citizen (
      ref ${text} primary key, redirect_to ${text}, retired_by integer, created_by integer not null)
      ${clustered}`,
    "create index citizen_redirect on citizen (redirect_to)",

    // lookup_key is the local key itself, or its keyed hash where the key is personal; sealed_key then holds it.
    `create table link (
      id integer primary key, department ${text} not null, lookup_key ${text} not null, sealed_key ${text},
      ref ${text} not null, status ${text} not null, method ${text} not null, rule ${text} not null,
      match_probability double precision, evidence ${text}, content_digest ${text} not null,
      assertion_id integer not null, unique (department, lookup_key))`,
    "create index link_ref on link (ref)",

    `create table token (token ${text} not null, link_id integer not null, primary key (token, link_id))
      ${clustered}`,
    "create index token_link on token (link_id)",

    `create table identity_event (
      id integer primary key, assertion_id integer not null, kind ${text} not null, ref ${text} not null,
      other_ref ${text}, department ${text}, lookup_key ${text})`,
    "create index identity_event_ref on identity_event (ref)",

    // Per department: what linking last saw, and from where it reads on.
    `create table watermark (
      department ${text} primary key, changed_since ${text}, record_count integer not null,
      assertion_id integer not null)`,

    `create table setting (name ${text} primary key, value ${text} not null)`,
  ],
  (text, clustered) => [
    // Pairs of two citizens that a steward is asked about; written anew by every run.
    `create table review (
      left_link integer not null, right_link integer not null, match_probability double precision not null,
      weight double precision not null, evidence ${text} not null, assertion_id integer not null,
      primary key (left_link, right_link)) ${clustered}`,
    "create index review_right on review (right_link)",

    // What stewards decided. Records of one side are one person (MERGE, CONFIRM) or the two sides are two (SPLIT, REJECT).
    `create table decision (
      id integer primary key, kind ${text} not null, assertion_id integer not null, undone_by integer)`,
    `create table decision_record (
      decision_id integer not null, department ${text} not null, lookup_key ${text} not null, side integer not null,
      primary key (decision_id, department, lookup_key)) ${clustered}`,
    "create index decision_record_place on decision_record (department, lookup_key)",

    // How common values are that several records share, by their keyed hash: what scoring one pair needs of all records.
    `create table frequency (token ${text} primary key, share double precision not null) ${clustered}`,
  ],
  () => [
    // Which records a ref stood for that has ended; records that move are few.
    `create index identity_event_left on identity_event (other_ref)
      where kind = 'LINKED' and other_ref is not null`,
  ],
  () => [
    // Which ref a record had when it went, for the day when it comes back.
    `create index identity_event_gone on identity_event (department, lookup_key)
      where kind = 'UNLINKED' and other_ref is null`,
  ],
];
