import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import knexFactory, { type Knex } from "knex";
import { makeFolder } from "../../../shared/make-folder.ts";
import { migrate } from "./migrations.ts";
import { PipeliningPostgresClient } from "./postgres-client.ts";
import { CachingSqliteClient, type Connection, openDatabase } from "./sqlite-client.ts";
import { postgresStatements, type Statements, sqliteStatements } from "./statements.ts";

/** Where the crosswalk is kept. */
export type StoreLocation = { readonly file: string } | { readonly postgresUrl: string };

export interface StoreConnection {
  readonly knex: Knex;
  readonly engine: "sqlite" | "postgres";
  /** Outside of transactions. */
  readonly statements: Statements;
  close(): Promise<void>;
}

/** Opens the crosswalk's database and brings its tables up to date. */
export async function openConnection(location: StoreLocation): Promise<StoreConnection> {
  const connection = "file" in location ? sqlite(location.file) : postgres(location.postgresUrl);
  try {
    await retryingBusy(() => migrate(connection.knex, connection.engine));
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

/**
 * Opens the crosswalk's database as it is, for reading alone: its tables are neither made nor changed. Undefined where
 * there is none yet.
 */
export async function openReadOnly(location: StoreLocation): Promise<StoreConnection | undefined> {
  if ("file" in location && !existsSync(location.file)) return undefined;
  const connection = "file" in location ? sqlite(location.file, true) : postgres(location.postgresUrl, true);
  if (await connection.knex.schema.hasTable("watermark")) return connection;
  await connection.close();
  return undefined;
}

/** While another writer, here or in another process, holds SQLite's lock: linking a large city takes minutes. */
const longestWaitMs = 10 * 60_000;

/** Tries again while the database is locked, so that meanwhile the process does other things. */
export async function retryingBusy<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const since = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isBusy = (error as { code?: unknown }).code === "SQLITE_BUSY";
      if (!isBusy || performance.now() - since > longestWaitMs) throw error;
      await setTimeout(100);
    }
  }
}

/** Where the URL says (`postgres:` or `sqlite:`), else `identity.sqlite` in the data folder. */
export function storeLocation(dataFolder: string, url?: string): StoreLocation {
  if (url === undefined) return { file: join(dataFolder, "identity.sqlite") };
  return url.startsWith("sqlite:") ? { file: url.replace(/^sqlite:(\/\/(?=\/))?/, "") } : { postgresUrl: url };
}

function sqlite(file: string, readonly = false): StoreConnection {
  if (!readonly) makeFolder(dirname(file));
  const knex = knexFactory({
    client: CachingSqliteClient,
    connection: { filename: file, options: { readonly } },
    useNullAsDefault: true,
    // Several connections, so that readers do not wait for the one that links.
    pool: {
      min: 0,
      max: 4,
      afterCreate: (database: Connection, done: (error: unknown) => void) => {
        try {
          for (const pragma of readonly ? readingPragmas : writingPragmas) database.pragma(pragma);
          done(null);
        } catch (error) {
          // knex forgets a connection that it could not set up, and leaves it open.
          database.close();
          done(error);
        }
      },
    },
  });
  const reader = lazyReader(file, readonly);
  return {
    knex,
    engine: "sqlite",
    statements: sqliteStatements(reader.connection),
    async close() {
      await knex.destroy();
      reader.close();
    },
  };
}

/** The connection of all that is read outside of transactions: SQLite answers before anything else can ask. */
function lazyReader(file: string, readonly: boolean): { connection(): Connection; close(): void } {
  let connection: Connection | undefined;
  return {
    connection() {
      if (connection === undefined) {
        const opened = openDatabase(file, readonly);
        try {
          for (const pragma of [...readingPragmas, "query_only = on"]) opened.pragma(pragma);
        } catch (error) {
          opened.close();
          throw error;
        }
        connection = opened;
      }
      return connection;
    },
    close: () => connection?.close(),
  };
}

/**
 * It waits for locks briefly, because the whole process waits with SQLite (see `retryingBusy`). 64 MB of pages are kept;
 * the file itself is mapped into memory as far as SQLite can, which saves a copy of each page that is read.
 */
const readingPragmas = ["busy_timeout = 50", "cache_size = -65536", "mmap_size = 2147418112"];
/**
 * NORMAL: after a power failure the last changes may be gone, never a part of one, unless the log was read back after
 * them, as the store does where they cannot be made again. Pages go from the log to their places by 64 MB: every thousand of them, as is
 * the default, is every sixtieth change, which then waits for the disk. After a run over everything the log is cut back.
 */
const writingPragmas = [
  ...readingPragmas,
  "journal_mode = WAL",
  "synchronous = NORMAL",
  "wal_autocheckpoint = 16384",
  "journal_size_limit = 67108864",
];

function postgres(url: string, readonly = false): StoreConnection {
  const knex = knexFactory({
    client: PipeliningPostgresClient,
    // Statements that do not wait for each other's answers go out together.
    connection: { connectionString: url, connectionTimeoutMillis: 10_000, pipeline: true } as Knex.PgConnectionConfig,
    pool: {
      min: 0,
      max: 8,
      afterCreate: (client: PostgresClient, done: (error: Error | null, client: unknown) => void) => {
        client.query(readonly ? `${sessionSettings}; ${readOnly}` : sessionSettings, (error) => done(error, client));
      },
    },
  });
  return { knex, engine: "postgres", statements: postgresStatements(knex), close: () => knex.destroy() };
}

interface PostgresClient {
  query(text: string, done: (error: Error | null) => void): void;
}

/** Statements of a millisecond are not worth compiling, which takes a hundred; PostgreSQL goes by its estimates alone. */
const sessionSettings = "set jit = off";
const readOnly = "set session characteristics as transaction read only";
