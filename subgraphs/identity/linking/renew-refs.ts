import { type BulkStatement, bulkInsert, runBulk } from "../store/bulk.ts";
import { breathe } from "./engine.ts";
import type { Run } from "./link.ts";
import { renew } from "./renew.ts";

const citizensAtOnce = 10_000;

/** Writes every ref that the store holds as it is held from now on. The last thing of a run: what it knows of refs is past. */
export async function renewRefs(
  run: Pick<Run, "transaction" | "engine">,
  renewed: (ref: string) => string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { table, column } of columns) await renew(run, { table, column, renewed, signal });
  await renewCitizens(run, renewed, signal);
}

const columns = [
  { table: "link", column: "ref" },
  { table: "identity_event", column: "ref" },
  { table: "identity_event", column: "other_ref" },
] as const;

interface Citizen {
  readonly ref: string;
  readonly redirect_to: string | null;
  readonly retired_by: number | null;
  readonly created_by: number;
}

/** Refs are the table's key, and rows would come twice while it changes: it is written anew as a whole. */
async function renewCitizens(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  renewed: (ref: string) => string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = citizenColumns.map(([name]) => name).join(", ");
  await transaction.raw(
    "create temporary table new_citizen (ref text, redirect_to text, retired_by integer, created_by integer)",
  );
  for (let after = ""; ; ) {
    const page: readonly Citizen[] = await transaction("citizen")
      .select("ref", "redirect_to", "retired_by", "created_by")
      .where("ref", ">", after)
      .orderBy("ref")
      .limit(citizensAtOnce);
    const last = page.at(-1);
    if (last === undefined) break;
    const rows = page.map(({ ref, redirect_to: heir, retired_by, created_by }) => [
      renewed(ref),
      heir === null ? null : renewed(heir),
      retired_by,
      created_by,
    ]);
    await runBulk(transaction, engine, insertNewCitizens, rows);
    after = last.ref;
    await breathe(signal);
  }
  // PostgreSQL writes into a new file; SQLite's pages are overwritten when the store is compacted.
  await transaction.raw(engine === "postgres" ? "truncate citizen" : "delete from citizen");
  await transaction.raw(`insert into citizen (${names}) select ${names} from new_citizen order by ref`);
  await transaction.raw("drop table new_citizen");
}

const citizenColumns: BulkStatement["columns"] = [
  ["ref", "text"],
  ["redirect_to", "text"],
  ["retired_by", "integer"],
  ["created_by", "integer"],
];
const insertNewCitizens = bulkInsert("new_citizen", citizenColumns);
