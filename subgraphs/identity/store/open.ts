import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import knexFactory, { type Knex } from "knex";
import { migrate } from "./migrations.ts";
import { CachingSqliteClient } from "./sqlite-client.ts";

/** Where the crosswalk is kept. */
export type StoreLocation = { readonly file: string } | { readonly postgresUrl: string };

export interface StoreConnection {
  readonly knex: Knex;
  readonly engine: "sqlite" | "postgres";
}

/** Opens the crosswalk's database and brings its tables up to date. */
export async function openConnection(location: StoreLocation): Promise<StoreConnection> {
  const connection = "file" in location ? sqlite(location.file) : postgres(location.postgresUrl);
  try {
    await retryingBusy(() => migrate(connection.knex, connection.engine));
  } catch (error) {
    await connection.knex.destroy();
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
  await connection.knex.destroy();
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
  if (!readonly) mkdirSync(dirname(file), { recursive: true });
  const knex = knexFactory({
    client: CachingSqliteClient,
    connection: { filename: file, options: { readonly } },
    useNullAsDefault: true,
    // Several connections, so that readers do not wait for the one that links.
    pool: {
      min: 0,
      max: 4,
      afterCreate: (database: Database, done: (error: unknown) => void) => {
        try {
          // Briefly, because the whole process waits with SQLite (see `retryingBusy`); 64 MB of pages.
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
  return { knex, engine: "sqlite" };
}

interface Database {
  pragma(text: string): unknown;
  close(): void;
}

const readingPragmas = ["busy_timeout = 50", "cache_size = -65536"];
const writingPragmas = [...readingPragmas, "journal_mode = WAL", "synchronous = NORMAL"];

function postgres(url: string, readonly = false): StoreConnection {
  const knex = knexFactory({
    client: "pg",
    connection: { connectionString: url, connectionTimeoutMillis: 10_000 },
    pool: {
      min: 0,
      max: 8,
      ...(readonly ? { afterCreate: setReadOnly } : {}),
    },
  });
  return { knex, engine: "postgres" };
}

function setReadOnly(
  client: { query(text: string, done: (error: Error | null) => void): void },
  done: (error: Error | null, client: unknown) => void,
): void {
  client.query("set session characteristics as transaction read only", (error) => done(error, client));
}
