import { createRequire } from "node:module";
import type { Writable } from "node:stream";
import type { Knex } from "knex";

/** A connection of `pg`, as far as it is used; knex does not declare its own. */
export interface PostgresConnection {
  query(query: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
  readonly connection: { readonly stream: Writable };
}

/** knex exports its clients by path only, without types; these are the parts that are overridden. */
type PostgresClient = typeof Knex.Client;
type Transaction = new (...of: unknown[]) => Knex.Transaction & { begin(on: PostgresConnection): Promise<unknown> };
const require = createRequire(import.meta.url);
const KnexPostgresClient = require("knex/lib/dialects/postgres/index.js") as PostgresClient;
const KnexTransaction = require("knex/lib/dialects/postgres/execution/pg-transaction.js") as Transaction;

/** Begins transactions together with their first statements. */
export class PipeliningPostgresClient extends KnexPostgresClient {
  override transaction(...of: unknown[]): Knex.Transaction {
    return new PipelinedTransaction(this, ...of);
  }
}

class PipelinedTransaction extends KnexTransaction {
  /** When it fails, the transaction is rejected before it has written anything: what it sends first only reads. */
  override async begin(connection: PostgresConnection): Promise<void> {
    sendTogether(connection);
    void super.begin(connection);
  }
}

/** What is sent until the program waits for something leaves in one packet: each by itself costs more than most of them take. */
export function sendTogether({ connection: { stream } }: PostgresConnection): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}
