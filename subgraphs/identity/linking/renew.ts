import type { BulkStatement } from "../store/bulk.ts";
import { runBulk } from "../store/bulk.ts";
import { breathe } from "./engine.ts";
import type { Run } from "./link.ts";

const rowsAtOnce = 10_000;

/** Renews one column of a table, some thousand rows at a time; of these departments alone, where some are given. */
export async function renew(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  options: {
    readonly table: "link" | "identity_event" | "assertion";
    readonly column: string;
    readonly departments?: readonly string[];
    readonly renewed: (text: string, department: string) => string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { table, column, departments, renewed, signal } = options;
  const update: BulkStatement = {
    columns: [
      ["id", "integer"],
      ["renewed", "text"],
    ],
    text: (rows) =>
      `update ${table} set ${column} = rows.renewed from (select * from ${rows}) as rows where ${table}.id = rows.id`,
  };
  for (let after = 0; ; ) {
    const page: readonly { id: number; text: string; department?: string }[] = await transaction(table)
      .select("id", { text: column })
      .where("id", ">", after)
      .whereNotNull(column)
      .modify((query) => (departments ? query.select("department").whereIn("department", [...departments]) : query))
      .orderBy("id")
      .limit(rowsAtOnce);
    const last = page.at(-1);
    if (last === undefined) return;
    const rows = page.flatMap(({ id, text, department = "" }) => {
      const value = renewed(text, department);
      return value === text ? [] : [[id, value]];
    });
    await runBulk(transaction, engine, update, rows);
    after = last.id;
    await breathe(signal);
  }
}

/**
 * Renews the lookup keys that decisions and history name, whether or not there is such a link still. Those of decisions
 * are part of the table's key, which is what other tables are paged by: these few are read at once.
 */
export async function renewNamed(
  run: Pick<Run, "transaction" | "engine">,
  options: {
    readonly departments: readonly string[];
    readonly renewed: (lookupKey: string, department: string) => string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { departments, renewed } = options;
  const places: readonly { department: string; lookupKey: string }[] = await run
    .transaction("decision_record")
    .distinct("department", { lookupKey: "lookup_key" })
    .whereIn("department", [...departments]);
  const rows = places.map(({ department, lookupKey }) => [department, lookupKey, renewed(lookupKey, department)]);
  await runBulk(
    run.transaction,
    run.engine,
    updateDecided,
    rows.filter(([, before, after]) => before !== after),
  );
  await renew(run, { ...options, table: "identity_event", column: "lookup_key" });
}

const updateDecided: BulkStatement = {
  columns: [
    ["department", "text"],
    ["known", "text"],
    ["renewed", "text"],
  ],
  text: (rows) =>
    `update decision_record set lookup_key = rows.renewed from (select * from ${rows}) as rows
     where decision_record.department = rows.department and decision_record.lookup_key = rows.known`,
};
