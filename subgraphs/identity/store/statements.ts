import { createHash } from "node:crypto";
import type { Knex } from "knex";
import { type PostgresConnection, sendTogether } from "./postgres-client.ts";
import { prepared, type Connection as SqliteConnection } from "./sqlite-client.ts";

type Value = string | number | null;
/** A list is one parameter in PostgreSQL. */
export type Binding = Value | readonly Value[];

/**
 * Runs one statement, its parameters as `?`, and gives the rows that it returns. Past knex, which takes several times as
 * long as most statements of the store do; a connection keeps each text prepared.
 */
export type Statements = <Row>(text: string, bindings: readonly Binding[]) => Promise<readonly Row[]>;

/** What is used of knex's clients. */
interface Client {
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<void>;
}

/** On any connection of the pool, each statement by itself. */
export function postgresStatements({ client }: Knex): Statements {
  const pool = client as Client;
  return async (text, bindings) => {
    const connection = await pool.acquireConnection();
    try {
      return await onPostgres(connection as PostgresConnection, text, bindings);
    } finally {
      await pool.releaseConnection(connection);
    }
  };
}

/** On one connection, which nothing else uses. */
export function sqliteStatements(connection: () => SqliteConnection): Statements {
  return async (text, bindings) => onSqlite(connection(), text, bindings);
}

/** Inside the transaction. */
export function statementsWithin(transaction: Knex.Transaction, engine: "sqlite" | "postgres"): Statements {
  const client = transaction.client as Client;
  return async (text, bindings) => {
    const connection = await client.acquireConnection();
    if (transaction.isCompleted()) throw new Error("the transaction has ended");
    return engine === "postgres"
      ? await onPostgres(connection as PostgresConnection, text, bindings)
      : onSqlite(connection as SqliteConnection, text, bindings);
  };
}

/** When what was asked for just now has left: what is computed then costs no time until the answers are there. */
export function onceSent(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function onSqlite<Row>(connection: SqliteConnection, text: string, bindings: readonly Binding[]): readonly Row[] {
  const statement = prepared(connection, text);
  if (statement.reader) return statement.all(bindings) as Row[];
  statement.run(bindings);
  return [];
}

async function onPostgres<Row>(
  connection: PostgresConnection,
  text: string,
  bindings: readonly Binding[],
): Promise<readonly Row[]> {
  sendTogether(connection);
  const { rows } = await connection.query({ ...named(text), values: [...bindings] });
  return rows as Row[];
}

/**
 * A text as PostgreSQL takes it, and the name under which it keeps it prepared, which saves planning it again. Behind a
 * pool of connections that several clients share, that pool must know prepared statements (PgBouncer 1.21).
 */
function named(text: string): Named {
  let statement = names.get(text);
  if (statement === undefined) {
    let parameters = 0;
    const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    statement = { name, text: text.replaceAll("?", () => `$${++parameters}`) };
    names.set(text, statement);
  }
  return statement;
}

interface Named {
  readonly name: string;
  readonly text: string;
}

/** The store has a few dozen texts. */
const names = new Map<string, Named>();
