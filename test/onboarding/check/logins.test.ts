import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDefaults, checkDepartments } from "../../../gateway/check/index.ts";
import { readConfig } from "../../../gateway/config.ts";
import { type LoadedTables, type RunningEngine, runId } from "../../support/engines/engine.ts";
import { mysql, mysqlUrl } from "../../support/engines/mysql.ts";
import { postgres, postgresUrl } from "../../support/engines/postgres.ts";
import { libraryRows, libraryTables, writeCheckedLibrary } from "./library.ts";

const user = `${runId}c`;

/** An account that may read all that the mapping names but the titles of loans. */
const servers = [
  {
    engine: postgres,
    make: (schema: string) => [
      `CREATE ROLE ${user} LOGIN PASSWORD 'reader'`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${user}`,
      `GRANT SELECT ON ${schema}."READER", ${schema}."BRANCH" TO ${user}`,
      `GRANT SELECT ("LOANNO", "CARDNO", "OUTDT", "SHLF", "BRANCH", "FINE") ON ${schema}."LOANS" TO ${user}`,
    ],
    drop: [`DROP OWNED BY ${user}`, `DROP ROLE ${user}`],
    async administer(statements: readonly string[]) {
      const client = new pg.Client({ connectionString: postgresUrl });
      await client.connect();
      try {
        for (const statement of statements) await client.query(statement);
      } finally {
        await client.end();
      }
    },
  },
  {
    engine: mysql,
    make: (database: string) => [
      `CREATE USER ${user}@'%' IDENTIFIED BY 'reader'`,
      `GRANT SELECT ON ${database}.READER TO ${user}@'%'`,
      `GRANT SELECT ON ${database}.BRANCH TO ${user}@'%'`,
      `GRANT SELECT (LOANNO, CARDNO, OUTDT, SHLF, BRANCH, FINE) ON ${database}.LOANS TO ${user}@'%'`,
    ],
    drop: [`DROP USER ${user}@'%'`],
    async administer(statements: readonly string[]) {
      const connection = await createConnection({ uri: mysqlUrl });
      try {
        for (const statement of statements) await connection.query(statement);
      } finally {
        await connection.end();
      }
    },
  },
];

for (const { engine, make, drop, administer } of servers) {
  const absence = await engine.absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`check on ${engine.name}${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let running: RunningEngine;
    let loaded: LoadedTables;
    let folder: string;

    beforeAll(async () => {
      running = await engine.start();
      loaded = await running.load("logins", libraryTables, libraryRows());
      await administer(make(loaded.tableName("dbo.LOANS").split(".")[0] ?? ""));
      folder = mkdtempSync(join(tmpdir(), "civigraph-logins-"));
    });
    afterAll(async () => {
      await running.stop();
      await administer(drop);
      rmSync(folder, { recursive: true, force: true });
    });

    it("tells a column that the login may not read from one that is not there, as far as the engine does", async () => {
      const url = new URL(loaded.url);
      url.username = user;
      url.password = "reader";
      writeCheckedLibrary(folder, {
        engine: engine.name,
        tableName: loaded.tableName,
        edit: (sdl) => sdl.replace('"FINE"', '"FEE"'),
      });
      const config = readConfig({ CIVIGRAPH_DATA: folder, LIBRARY_DATABASE_URL: url.href }, folder);
      const { departments } = await checkDepartments(config, [folder], checkDefaults);
      const [{ database, faults } = { database: "", faults: [] }] = departments;
      expect(database).toBe("compared");
      expect(faults[0]).toMatchObject({
        code: "NOT_READABLE_BY_LOGIN",
        subject: `${loaded.tableName("dbo.LOANS")}.TTL`,
        next: expect.stringContaining("have its administrator run what `civigraph grants library` prints"),
      });
      // MySQL and MariaDB refuse to say whether there is a column that the login may not read.
      expect(faults[1]).toMatchObject(
        engine.name === "mysql"
          ? { code: "NOT_READABLE_BY_LOGIN", found: expect.stringContaining("does not say whether there is") }
          : { code: "TABLE_OR_COLUMN_MISSING", found: "`FEE`" },
      );
      expect(faults).toHaveLength(2);
    });
  });
}
