import type { Knex } from "knex";
import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import type { TokenOf } from "../keys.ts";
import { normalisationVersion } from "../matching/normalise/version.ts";
import { bulkInsert, runBulk } from "../store/bulk.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import { statementsWithin } from "../store/statements.ts";
import type { Run } from "./link.ts";
import type { RollEntry } from "./roll.ts";
import { writeSetting } from "./scoring.ts";
import { recordTokens } from "./tokens.ts";
import type { Traits } from "./traits.ts";

/** Those of the departments whose tokens were made when values were normalised otherwise: by others they are found by chance. */
export async function outdatedTokens(
  reads: Pick<Crosswalk, "settings">,
  departments: readonly string[],
): Promise<readonly string[]> {
  const known = await reads.settings(departments.map(versionSetting));
  return departments.filter((department) => known.get(versionSetting(department)) !== String(normalisationVersion));
}

const versionSetting = (department: string): string => `normalisation ${department}`;

/**
 * Has the run take all records of departments for changed whose tokens were made when values were normalised otherwise.
 * Their digests are those of the records alone, and so nobody who follows takes them for changed, one by one.
 */
export async function outdateTokens(
  { transaction }: Pick<Run, "transaction">,
  reads: Pick<Crosswalk, "settings">,
  departments: readonly string[],
): Promise<void> {
  const outdated = await outdatedTokens(reads, departments);
  if (outdated.length === 0) return;
  await transaction("link").whereIn("department", outdated).update({ content_digest: "" });
  for (const department of outdated)
    await writeSetting(transaction, versionSetting(department), String(normalisationVersion));
}

/** Makes the place where `renewTokens` gathers tokens until all records were read. */
export async function gatherNewTokens(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("create temporary table new_token (token text, link_id integer)");
}

/**
 * Takes over what was gathered, in an order that touches far fewer pages than any other: in SQLite that of the key, in
 * which the rows are. PostgreSQL answers who has a token from the index of the key alone; its rows are read to see what
 * tokens a link has, and so those of one link are kept together.
 */
export async function keepNewTokens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  first: boolean,
): Promise<void> {
  const postgres = engine === "postgres";
  // An index over millions of rows is made at once in a fraction of the time that one row after another takes. It locks
  // the table until the end of the run, and so later runs, while others search, go by the index that there is.
  if (first) await transaction.raw("drop index token_link");
  if (first && postgres) await transaction.raw("alter table token drop constraint token_pkey");
  const order = first && postgres ? "link_id, token" : "token, link_id";
  await transaction.raw(`insert into token (token, link_id) select token, link_id from new_token order by ${order}`);
  if (first && postgres)
    await transaction.raw("alter table token add constraint token_pkey primary key (token, link_id)");
  if (first) await transaction.raw("create index token_link on token (link_id)");
  await transaction.raw("drop table new_token");
}

/** Deletes the tokens of records that are changed, and gathers those of all that are new or changed. */
export async function renewTokens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  entries: readonly RollEntry[],
  { records, traits }: { readonly records: readonly PersonRecord[]; readonly traits: readonly Traits[] },
  tokenOf: TokenOf,
): Promise<void> {
  const changed = entries.filter(({ link, digest }) => link !== null && link.digest !== digest);
  await runBulk(
    transaction,
    engine,
    deleteTokens,
    changed.map(({ id }) => [id]),
  );
  const rows = entries.flatMap(({ id, link, digest }, index) =>
    link?.digest === digest
      ? []
      : recordTokens(records[index] as PersonRecord, traits[index] as Traits, tokenOf).map((token) => [token, id]),
  );
  await runBulk(transaction, engine, insertNewTokens, rows);
}

/** Gives a few records that are new or changed their tokens; those of them that their links have already are not touched. */
export async function replaceTokens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  entries: readonly { readonly id: number; readonly tokens: readonly string[] }[],
): Promise<void> {
  if (entries.length === 0) return;
  const run = statementsWithin(transaction, engine);
  const links = entries.map(({ id }) => id);
  const rows = entries.flatMap(({ id, tokens }) => tokens.map((token) => [token, id] as const));
  if (engine === "postgres") {
    await run(replaceInPostgres, [rows.map(([token]) => token), rows.map(([, id]) => id), links]);
  } else {
    const json = JSON.stringify(rows);
    // Both at once, so that nothing that is asked behind them comes in between.
    await Promise.all([run(deleteOthers, [JSON.stringify(links), json]), run(insertMissing, [json])]);
  }
}

/** By the places of rows: PostgreSQL could believe that it deletes more than it is worth to look into an index for. */
const replaceInPostgres = `with wanted as materialized
    (select token, link_id from unnest(?::text[], ?::integer[]) as rows(token, link_id)),
  own as materialized (select own.* from unnest(?::integer[]) as changed(id) cross join lateral
    (select ctid as place, token, link_id from token where token.link_id = changed.id offset 0) as own),
  gone as (delete from token where ctid = any(array(
    select place from own where (token, link_id) not in (select token, link_id from wanted))))
  insert into token (token, link_id)
    select token, link_id from wanted where (token, link_id) not in (select token, link_id from own)`;
const wantedInSqlite = "select value ->> 0, value ->> 1 from json_each(?)";
const deleteOthers = `delete from token where link_id in (select value from json_each(?))
  and (token, link_id) not in (${wantedInSqlite})`;
const insertMissing = `insert into token (token, link_id) ${wantedInSqlite} where true
  on conflict (token, link_id) do nothing`;

const tokenColumns = [
  ["token", "text"],
  ["link_id", "integer"],
] as const;
const insertNewTokens = bulkInsert("new_token", tokenColumns);

/** Of links that are gone or changed. */
export const deleteTokens = {
  columns: [["link_id", "integer"]],
  text: (rows: string) => `delete from token where link_id in (select link_id from ${rows})`,
} as const;
