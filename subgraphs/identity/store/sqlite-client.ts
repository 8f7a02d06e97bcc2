import { createRequire } from "node:module";
import type { Knex } from "knex";
import { LRUCache } from "lru-cache";
import Database from "../../../shared/sql/sqlite/driver.js";

interface Statement {
  readonly reader: boolean;
  all(bindings: readonly unknown[]): unknown[];
  run(bindings: readonly unknown[]): { lastInsertRowid: number; changes: number };
}
/** A connection of the driver. */
export interface Connection {
  prepare(sql: string): Statement;
  pragma(text: string): unknown;
  close(): void;
}
interface Query {
  sql: string;
  bindings?: readonly unknown[];
  response?: unknown;
  context?: unknown;
}

/** knex exports its clients by path only, without types; this is the part that is overridden. */
type SqliteClient = typeof Knex.Client;
const BetterSqlite3Client = createRequire(import.meta.url)("knex/lib/dialects/better-sqlite3/index.js") as SqliteClient;

/** Keeps prepared statements, because knex prepares again for every query, which costs five times the small query. */
export class CachingSqliteClient extends BetterSqlite3Client {
  _driver(): typeof Database {
    return Database;
  }

  async _query(connection: Connection, query: Query): Promise<Query> {
    const statement = prepared(connection, query.sql);
    if (statement.reader) {
      query.response = statement.all(query.bindings ?? []);
    } else {
      const result = statement.run(query.bindings ?? []);
      query.response = result;
      query.context = { lastID: result.lastInsertRowid, changes: result.changes };
    }
    return query;
  }
}

/** By connection and text; outside the class, because knex makes a transaction's client without constructing it. */
const kept = new WeakMap<Connection, LRUCache<string, Statement>>();

/** The store has a few dozen texts. */
const mostKept = 100;

export function openDatabase(file: string, readonly: boolean): Connection {
  return new Database(file, { readonly }) as Connection;
}

/** The statement of this text, prepared once for each connection. */
export function prepared(connection: Connection, sql: string): Statement {
  let statements = kept.get(connection);
  if (statements === undefined) {
    statements = new LRUCache({ max: mostKept });
    kept.set(connection, statements);
  }
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = connection.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}
