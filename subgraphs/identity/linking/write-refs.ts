import { bulkInsert, runBulk } from "../store/bulk.ts";
import type { RefAssignment } from "./assign-refs.ts";
import { breathe } from "./engine.ts";
import type { Run } from "./link.ts";

/** Creates, revives and retires refs; redirects always lead to a living ref in one step. */
export async function writeRefs(
  { transaction, engine, assertion }: Run,
  { created, revived, retired }: RefAssignment,
  signal?: AbortSignal,
): Promise<void> {
  await runBulk(
    transaction,
    engine,
    insertCitizens,
    [...created].sort().map((ref) => [ref, assertion]),
    () => breathe(signal),
  );
  await runBulk(
    transaction,
    engine,
    reviveCitizens,
    revived.map((ref) => [ref]),
    () => breathe(signal),
  );
  const ends = [...retired].map(([ref, heir]) => [ref, heir, assertion]);
  await runBulk(transaction, engine, retireCitizens, ends, () => breathe(signal));
  await runBulk(transaction, engine, redirectCitizens, ends, () => breathe(signal));
}

const insertCitizens = bulkInsert("citizen", [
  ["ref", "text"],
  ["created_by", "integer"],
]);

const reviveCitizens = {
  columns: [["ref", "text"]],
  text: (rows: string) =>
    `update citizen set redirect_to = null, retired_by = null where ref in (select ref from ${rows})`,
} as const;

const retirement = [
  ["ref", "text"],
  ["heir", "text"],
  ["assertion_id", "integer"],
] as const;

const retireCitizens = {
  columns: retirement,
  text: (rows: string) =>
    `update citizen set redirect_to = ended.heir, retired_by = ended.assertion_id
     from (select * from ${rows}) as ended where citizen.ref = ended.ref`,
};

/** What redirected to a ref that ends goes where it goes. */
const redirectCitizens = {
  columns: retirement,
  text: (rows: string) =>
    `update citizen set redirect_to = ended.heir from (select * from ${rows}) as ended where citizen.redirect_to = ended.ref`,
};
