import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkColumns, tablesOf } from "../../../shared/department/check-columns.ts";
import { mappedColumns } from "../../../shared/department/mapped-columns.ts";
import { grantScript } from "../../../shared/sql/grants.ts";
import { type RunningEngine, runId } from "../../support/engines/engine.ts";
import { mysql, mysqlUrl } from "../../support/engines/mysql.ts";
import { postgres, postgresUrl } from "../../support/engines/postgres.ts";
import { sqlite } from "../../support/engines/sqlite.ts";
import {
  cityDepartments,
  type TestDepartment,
  type Wrapped,
  wrapLoaded,
  wrapOn,
} from "../../support/engines/wrapped.ts";
import { questionsAbout } from "../questions.ts";

const departments = await cityDepartments(60);
const user = `${runId}g`;

/** An engine's administrator, and how the account logs in. */
const servers = [
  {
    engine: postgres,
    name: "POSTGRES" as const,
    async administer(statements: readonly string[]) {
      const client = new pg.Client({ connectionString: postgresUrl });
      await client.connect();
      try {
        for (const statement of statements) await client.query(statement);
      } finally {
        await client.end();
      }
    },
    /** As the account, without the read-only session that wrappers open. */
    async login(url: string, statement: string) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query("SET default_transaction_read_only = off");
        await client.query(statement);
      } finally {
        await client.end();
      }
    },
    drop: [`DROP OWNED BY ${user}`, `DROP ROLE ${user}`],
  },
  {
    engine: mysql,
    name: "MYSQL" as const,
    async administer(statements: readonly string[]) {
      const connection = await createConnection({ uri: mysqlUrl });
      try {
        for (const statement of statements) await connection.query(statement);
      } finally {
        await connection.end();
      }
    },
    async login(url: string, statement: string) {
      const connection = await createConnection({ uri: url });
      try {
        await connection.query(statement);
      } finally {
        await connection.end();
      }
    },
    drop: [`DROP USER ${user}@'%'`],
  },
];

for (const { engine, name, administer, login, drop } of servers) {
  const absence = await engine.absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`${engine.name} grants${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let running: RunningEngine;
    let reference: RunningEngine;
    const served = new Map<string, { granted: Wrapped; known: Wrapped }>();

    beforeAll(async () => {
      running = await engine.start();
      reference = await sqlite.start();
      let made = false;
      for (const department of departments) {
        const known = await wrapOn(reference, department);
        const { granted, script } = await behindGrants(department);
        await administer(made ? script.filter((line) => !/^(?:CREATE|ALTER) /.test(line)) : script);
        made = true;
        served.set(department.demo.id, { granted, known });
      }
    });
    afterAll(async () => {
      for (const { granted, known } of served.values())
        await Promise.all([granted.wrapper.close(), known.wrapper.close()]);
      await running.stop();
      await administer(drop);
      await reference.stop();
    });

    /** The department, read by an account that has only what the script gives it. */
    async function behindGrants(department: TestDepartment) {
      const loaded = await running.load(department.demo.id, department.demo.tables, department.rows());
      const url = new URL(loaded.url);
      url.username = user;
      url.password = "granted";
      const granted = wrapLoaded(running, department, { ...loaded, url: url.href });
      const place = loaded.tableName("x.y").split(".")[0] ?? "";
      const qualified = mappedColumns(granted.model).map(({ table, columns }) => ({
        table: table.includes(".") ? table : `${place}.${table}`,
        columns,
      }));
      const script = grantScript({ engine: name, user, tables: qualified })
        .replace("<a long random password>", "granted")
        .split("\n");
      return { granted, script };
    }

    it.each(
      departments.map(({ demo }) => demo.id),
    )("serves the whole of %s with exactly what the script grants", async (id) => {
      const { granted, known } = served.get(id) as { granted: Wrapped; known: Wrapped };
      const tables = await granted.wrapper.connection.catalogue(tablesOf(granted.model));
      expect(checkColumns(granted.model, tables)).toEqual([]);
      const columns = new Set(
        mappedColumns(granted.model).flatMap((each) => each.columns.map((column) => `${each.table}.${column}`)),
      );
      expect(new Set(tables.flatMap((each) => each.columns.map((column) => `${each.name}.${column.name}`)))).toEqual(
        columns,
      );
      const questions = (await questionsAbout(known)).filter((_, index) => index % 5 === 0);
      for (const { query, variables } of questions) {
        const [mine, theirs] = await Promise.all([granted, known].map(({ run }) => run(query, variables)));
        expect(JSON.stringify(mine)).toBe(JSON.stringify(theirs));
      }
      expect(await granted.wrapper.feed.count()).toBe(await known.wrapper.feed.count());
    });

    it("lets the account neither write nor read another column", async () => {
      const { granted } = served.get("revenue") as { granted: Wrapped };
      const [table] = mappedColumns(granted.model);
      if (!table) throw new Error("the mapping reads no table");
      const { quote } = running.dialect;
      const place = table.table.split(".").map(quote).join(".");
      const others = departments
        .find(({ demo }) => demo.id === "revenue")
        ?.demo.tables.find((each) => table.table.endsWith(each.name.split(".").at(-1) ?? ""))
        ?.columns.filter((column) => !table.columns.includes(column.name));
      expect(others?.length).toBeGreaterThan(0);
      const refused = async (sql: string) => {
        const error = await granted.wrapper.connection.select(sql, []).catch((each: unknown) => each);
        return String((error as { cause?: unknown }).cause);
      };
      expect(await refused(`SELECT ${quote(others?.[0]?.name ?? "")} FROM ${place}`)).toMatch(/denied/);
      expect(await refused(`SELECT * FROM ${place}`)).toMatch(/denied/);
      const column = quote(table.columns[0] ?? "");
      expect(await refused(`UPDATE ${place} SET ${column} = ${column}`)).toMatch(/denied|read.only/i);
      for (const statement of [`UPDATE ${place} SET ${column} = ${column}`, `DELETE FROM ${place}`]) {
        await expect(login(granted.loaded.url, statement)).rejects.toThrow(/denied/);
      }
    });
  });
}
