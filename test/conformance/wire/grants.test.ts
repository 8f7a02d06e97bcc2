import { describe, expect, it } from "vitest";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";
import { errorOf, mssql, mssqlLogin, oracledb, oracleLogin } from "./drivers.ts";
import { permits, social } from "./tables.ts";

describe("grants in the doubles", () => {
  it("lets a SQL Server user read the granted tables and columns only", async () => {
    const server = await startTdsServer({
      users: { portal: "secret" },
      database: { name: "City", tables: social, grants: ["dbo.tblClient(ClientNo, CltName)"] },
    });
    const pool = await new mssql.ConnectionPool(mssqlLogin(server)).connect();
    const number = async (sql: string) => (await errorOf(pool.request().query(sql))).number;
    expect(
      await number("SELECT c.ClientNo, CltName AS name FROM dbo.tblClient c WHERE c.ClientNo > 0"),
    ).toBeUndefined();
    expect(await number("SELECT AwardNo FROM dbo.tblAward")).toBe(229);
    expect(await number("SELECT ClientNo FROM dbo.tblClient WHERE DOB > '20000101'")).toBe(230);
    expect(await number("SELECT (SELECT MAX(c.[Alias])) AS a FROM dbo.tblClient c")).toBe(230);
    expect(await number("SELECT * FROM dbo.tblClient")).toBe(230);
    expect(await number("SELECT COUNT(*) AS n FROM sys.tables")).toBeUndefined();
    await close(server, pool);
  });

  it("hides from an Oracle user the tables that were not granted", async () => {
    const server = await startTnsServer({
      users: { PORTAL: "secret" },
      database: { name: "PERMITS", tables: permits, grants: ["PERMITS.PRMT_MSTR"] },
    });
    const connection = await oracledb.getConnection(oracleLogin(server));
    expect((await errorOf(connection.execute("SELECT PRMT_NO FROM PRMT_MSTR"))).number).toBeUndefined();
    expect((await errorOf(connection.execute("SELECT LINE_NO FROM FEE_LINE"))).number).toBe(942);
    await close(server, connection);
  });
});

async function close(server: WireServer, client: { close(): Promise<void> }): Promise<void> {
  await client.close();
  await server.close();
}
