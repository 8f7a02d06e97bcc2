import type { Knex } from "knex";
import { type Binding, statementsWithin } from "./statements.ts";

type Value = string | number | null;
type ColumnType = "text" | "integer" | "double precision";

export interface BulkStatement {
  readonly columns: readonly (readonly [name: string, type: ColumnType])[];
  /** The statement around the rows, which it finds as `rows` with these columns. */
  readonly text: (rows: string) => string;
}

/** Inserts into a table; one statement for thousands of rows. */
export function bulkInsert(table: string, columns: BulkStatement["columns"]): BulkStatement {
  const names = columns.map(([name]) => name).join(", ");
  return { columns, text: (rows) => `insert into ${table} (${names}) select ${names} from ${rows}` };
}

/**
 * Runs the statement for all rows, some thousand at a time: as one JSON parameter in SQLite, as arrays in PostgreSQL.
 * There a small one is only sent: what comes behind it finds it done, up to the end of the transaction, or fails with it.
 */
export async function runBulk(
  transaction: Knex.Transaction,
  engine: "sqlite" | "postgres",
  statement: BulkStatement,
  rows: readonly (readonly Value[])[],
  onChunk: (rows: number) => Promise<void> | void = () => {},
): Promise<void> {
  if (rows.length === 0) return;
  const run = statementsWithin(transaction, engine);
  const text = statement.text(engine === "sqlite" ? sqliteRows(statement) : postgresRows(statement));
  for (let start = 0; start < rows.length; start += chunkSize) {
    const chunk = rows.slice(start, start + chunkSize);
    const bindings: readonly Binding[] =
      engine === "sqlite"
        ? [JSON.stringify(chunk)]
        : statement.columns.map((_, column) => chunk.map((row) => row[column] ?? null));
    const running = run(text, bindings);
    if (engine === "postgres" && rows.length <= chunkSize) await sent(transaction, running);
    else await running;
    await onChunk(chunk.length);
  }
}

const chunkSize = 4_000;

/** Statements of transactions that were sent, and whose answers nothing has waited for. */
const unanswered = new WeakMap<Knex.Transaction, Promise<unknown>[]>();
const mostUnanswered = 16;

async function sent(transaction: Knex.Transaction, running: Promise<unknown>): Promise<void> {
  // Whoever waits is told of a failure; it must not end the program before.
  running.catch(() => {});
  const others = unanswered.get(transaction) ?? [];
  unanswered.set(transaction, [...others, running]);
  if (others.length >= mostUnanswered) await allAnswered(transaction);
}

/** Waits for what `runBulk` has only sent. @throws what the first of them has failed with. */
export async function allAnswered(transaction: Knex.Transaction): Promise<void> {
  const running = unanswered.get(transaction) ?? [];
  unanswered.delete(transaction);
  await Promise.all(running);
}

function sqliteRows({ columns }: BulkStatement): string {
  // `where true` keeps SQLite from reading a following `on` as part of a join.
  const values = columns.map(([name], index) => `value ->> ${index} as ${name}`);
  return `(select ${values.join(", ")} from json_each(?)) as rows where true`;
}

function postgresRows({ columns }: BulkStatement): string {
  return `unnest(${columns.map(([, type]) => `?::${type}[]`).join(", ")}) as rows(${columns.map(([name]) => name).join(", ")}) where true`;
}
