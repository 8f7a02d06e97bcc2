import type { Knex } from "knex";
import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import type { TokenOf } from "../keys.ts";
import { bulkInsert, runBulk } from "../store/bulk.ts";
import type { Run } from "./link.ts";
import type { RollEntry } from "./roll.ts";
import { recordTokens } from "./tokens.ts";
import { type Traits, traitsOf } from "./traits.ts";

/** Makes the place where `renewTokens` gathers tokens until all records were read. */
export async function gatherNewTokens(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("create temporary table new_token (token text, link_id integer)");
}

/** Takes over what was gathered: in the order of the table's key, which touches far fewer pages than any other. */
export async function keepNewTokens(transaction: Knex.Transaction, first: boolean): Promise<void> {
  // An index over millions of rows is made at once in a fraction of the time that one row after another takes.
  if (first) await transaction.raw("drop index token_link");
  await transaction.raw(
    "insert into token (token, link_id) select token, link_id from new_token order by token, link_id",
  );
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

/** Gives a few records that are new or changed their tokens; those that they keep are not touched. */
export async function replaceTokens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  entries: readonly (RollEntry & { readonly record: PersonRecord })[],
  tokenOf: TokenOf,
): Promise<void> {
  const rows = entries.flatMap(({ id, record }) =>
    recordTokens(record, traitsOf(record), tokenOf).map((token) => [token, id]),
  );
  const found = new Set(rows.map(([, id]) => id));
  const emptied = entries.filter(({ id, link }) => link !== null && !found.has(id)).map(({ id }) => [id]);
  if (emptied.length > 0) await runBulk(transaction, engine, deleteTokens, emptied);
  if (entries.some(({ link }) => link !== null)) await runBulk(transaction, engine, deleteOtherTokens, rows);
  await runBulk(transaction, engine, addTokens, rows);
}

const tokenColumns = [
  ["token", "text"],
  ["link_id", "integer"],
] as const;
const insertNewTokens = bulkInsert("new_token", tokenColumns);
const addTokens = {
  columns: tokenColumns,
  // By the record, whose tokens lie together: each token lies elsewhere among those of others.
  text: (rows: string) => `with wanted as materialized (select token, link_id from ${rows}),
    old as materialized (select token, link_id from token where link_id in (select link_id from wanted))
    insert into token (token, link_id) select token, link_id from wanted
      where not exists (select 1 from old where old.token = wanted.token and old.link_id = wanted.link_id)`,
} as const;
const deleteOtherTokens = {
  columns: tokenColumns,
  text: (rows: string) => `with kept as materialized (select token, link_id from ${rows})
    delete from token where link_id in (select link_id from kept)
      and not exists (select 1 from kept where kept.token = token.token and kept.link_id = token.link_id)`,
} as const;

/** Of links that are gone or changed. */
export const deleteTokens = {
  columns: [["link_id", "integer"]],
  text: (rows: string) => `delete from token where link_id in (select link_id from ${rows})`,
} as const;
