import { describe, expect, it } from "vitest";
import { foundCity } from "../../../shared/demo-city/city.ts";
import { demo as civilRegistry } from "../../../subgraphs/civil-registry/demo.ts";
import { demo as permits } from "../../../subgraphs/permits/demo.ts";
import { demo as revenue } from "../../../subgraphs/revenue/demo.ts";
import { demo as socialServices } from "../../../subgraphs/social-services/demo.ts";
import { demoTables } from "../../support/wire/demo-tables.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";
import { mssql, mssqlLogin, oracledb, oracleLogin } from "./drivers.ts";

/** The city's names are Polish, Turkish, Estonian ...: no code page holds them all. */
const collation = "Latin1_General_100_CI_AS_SC_UTF8";
const city = foundCity({ size: 200, seed: 1, today: "2026-01-31" });

/** What a driver gave, as the text that the city wrote: local times without their zone, blanks and all. */
function written(value: unknown, at: (date: Date) => string): string | null {
  if (value === null || value === "") return null;
  return value instanceof Date
    ? at(value)
        .replace("T", " ")
        .replace(/ 00:00:00$/, "")
    : String(value).trimEnd();
}

/** The driver reads DATE into the local time of the process. */
function local(date: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function sorted(rows: readonly (readonly unknown[])[], at: (date: Date) => string): string[] {
  return rows.map((row) => JSON.stringify(row.map((value) => written(value, at)))).sort();
}

const midnightless = (value: unknown) => (typeof value === "string" ? value.replace(/ 00:00:00$/, "") : value);

describe("the demo city in the doubles", () => {
  it.each([
    ["permits", permits],
    ["civil-registry", civilRegistry],
  ])("gives every row of %s back through the Oracle driver", async (_, demo) => {
    const tables = demoTables(demo, city);
    const server = await startTnsServer({ users: { PORTAL: "secret" }, database: { name: "CITY", tables } });
    const connection = await oracledb.getConnection(oracleLogin(server));
    for (const table of tables) {
      const { rows } = await connection.execute(`SELECT * FROM ${table.name}`);
      const expected = (table.rows ?? []).map((row) => (row as readonly unknown[]).map(midnightless));
      expect(sorted(rows as unknown as unknown[][], local), table.name).toEqual(sorted(expected, local));
    }
    await connection.close();
    await server.close();
  });

  it.each([
    ["social-services", socialServices],
    ["revenue", revenue],
  ])("gives every row of %s back through the SQL Server driver", async (_, demo) => {
    const tables = demoTables(demo, city);
    const server = await startTdsServer({ users: { portal: "secret" }, database: { name: "City", tables, collation } });
    const pool = await new mssql.ConnectionPool(mssqlLogin(server)).connect();
    const utc = (date: Date) => date.toISOString().slice(0, 19);
    for (const table of tables) {
      const { recordset } = await pool.request().query(`SELECT * FROM ${table.name}`);
      const expected = (table.rows ?? []).map((row) => (row as readonly unknown[]).map(midnightless));
      expect(sorted(recordset.map(Object.values), utc), table.name).toEqual(sorted(expected, utc));
    }
    await pool.close();
    await server.close();
  });
});
