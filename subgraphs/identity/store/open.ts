import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
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
    await migrate(connection.knex, connection.engine);
  } catch (error) {
    await connection.knex.destroy();
    throw error;
  }
  return connection;
}

/** Where the URL says (`postgres:` or `sqlite:`), else `identity.sqlite` in the data folder. */
export function storeLocation(dataFolder: string, url?: string): StoreLocation {
  if (url === undefined) return { file: join(dataFolder, "identity.sqlite") };
  return url.startsWith("sqlite:") ? { file: url.replace(/^sqlite:(\/\/(?=\/))?/, "") } : { postgresUrl: url };
}

function sqlite(file: string): StoreConnection {
  mkdirSync(dirname(file), { recursive: true });
  const knex = knexFactory({
    client: CachingSqliteClient,
    connection: { filename: file },
    useNullAsDefault: true,
    // Several connections, so that readers do not wait for the one that links.
    pool: {
      min: 0,
      max: 4,
      afterCreate: (database: { pragma(text: string): unknown }, done: (error: Error | null) => void) => {
        // Half a minute, because another process may be linking; 64 MB of pages.
        for (const pragma of [
          "busy_timeout = 30000",
          "journal_mode = WAL",
          "synchronous = NORMAL",
          "cache_size = -65536",
        ]) {
          database.pragma(pragma);
        }
        done(null);
      },
    },
  });
  return { knex, engine: "sqlite" };
}

function postgres(url: string): StoreConnection {
  const knex = knexFactory({
    client: "pg",
    connection: { connectionString: url, connectionTimeoutMillis: 10_000 },
    pool: { min: 0, max: 8 },
  });
  return { knex, engine: "postgres" };
}
