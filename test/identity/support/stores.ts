import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type IdentityKeys, identityKeys } from "../../../subgraphs/identity/keys.ts";
import type { RecordPlace } from "../../../subgraphs/identity/store/crosswalk.ts";
import { type IdentityStore, openStore } from "../../../subgraphs/identity/store/index.ts";
import type { StoreLocation } from "../../../subgraphs/identity/store/open.ts";

/** Where the tests' PostgreSQL is; each test makes a schema of its own in it. */
const postgresUrl = process.env.CIVIGRAPH_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

export const testKeys: IdentityKeys = identityKeys(Buffer.alloc(32, 7));

/** All tables but the one that counts migrations. */
export const storeTables = [
  "assertion",
  "citizen",
  "link",
  "token",
  "identity_event",
  "watermark",
  "setting",
  "review",
  "decision",
  "decision_record",
  "frequency",
] as const;

export interface TestStore {
  readonly location: StoreLocation;
  readonly store: IdentityStore;
  /** Every value of every row of every table, as text. */
  dump(): Promise<string>;
  remove(): Promise<void>;
}

export interface StoreKind {
  readonly name: "SQLite" | "PostgreSQL";
  open(keys?: IdentityKeys): Promise<TestStore>;
}

/** The tokens of the links of records, in no order. */
export async function tokensAt(store: IdentityStore, records: readonly RecordPlace[]): Promise<readonly string[]> {
  const links = await store.placesAt(records);
  const ids = links.map(({ id }) => id);
  return await store.write((transaction) => transaction("token").whereIn("link_id", ids).pluck("token"));
}

/** SQLite always; PostgreSQL where it runs. Without it says so, and fails with `REQUIRE_SERVICES=1`. */
export async function storeKinds(): Promise<readonly StoreKind[]> {
  const sqlite: StoreKind = { name: "SQLite", open: openSqlite };
  try {
    await withPostgres(async () => {});
  } catch {
    const message = `no PostgreSQL at ${new URL(postgresUrl).host}`;
    if (process.env.REQUIRE_SERVICES === "1") throw new Error(message);
    console.warn(`skipped: ${message}`);
    return [sqlite];
  }
  return [sqlite, { name: "PostgreSQL", open: openPostgres }];
}

async function openSqlite(keys = testKeys): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "civigraph-identity-"));
  const location = { file: join(folder, "identity.sqlite") };
  return await testStore(location, keys, async () => rmSync(folder, { recursive: true, force: true }));
}

async function openPostgres(keys = testKeys): Promise<TestStore> {
  const schema = `identity_${randomBytes(6).toString("hex")}`;
  await withPostgres((client) => client.query(`create schema ${schema}`));
  const location = { postgresUrl: `${postgresUrl}?options=-c%20search_path%3D${schema}` };
  return await testStore(location, keys, async () => {
    await withPostgres((client) => client.query(`drop schema ${schema} cascade`));
  });
}

async function testStore(location: StoreLocation, keys: IdentityKeys, drop: () => Promise<void>): Promise<TestStore> {
  const store = await openStore(location, keys);
  return {
    location,
    store,
    async dump() {
      return await store.write(async (transaction) => {
        const texts: string[] = [];
        for (const table of storeTables) {
          const rows: readonly Record<string, unknown>[] = await transaction(table).select("*");
          for (const row of rows) texts.push(`${table} ${Object.values(row).join(" ")}`);
        }
        return texts.join("\n");
      });
    },
    async remove() {
      await store.close();
      await drop();
    },
  };
}

async function withPostgres(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
