import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { errorOf, type MssqlPool, mssql, mssqlLogin } from "./drivers.ts";
import { social } from "./tables.ts";

describe("the SQL Server double, under the unmodified mssql and tedious", () => {
  let server: WireServer;
  let pool: MssqlPool;
  const query = async (sql: string, inputs: readonly (readonly [string, unknown, unknown])[] = []) => {
    const request = pool.request();
    for (const [name, type, value] of inputs) request.input(name, type, value);
    return (await request.query(sql)).recordset;
  };

  beforeAll(async () => {
    server = await startTdsServer({ users: { portal: "secret" }, database: { name: "City", tables: social } });
    pool = await new mssql.ConnectionPool(mssqlLogin(server)).connect();
  });
  afterAll(async () => {
    await pool?.close();
    await server?.close();
  });

  it("refuses a wrong password and an unknown user as error 18456 reads, and an unknown database", async () => {
    const login = (options: object) =>
      errorOf(new mssql.ConnectionPool({ ...mssqlLogin(server), ...options }).connect());
    expect((await login({ password: "wrong" })).message).toBe("Login failed for user 'portal'.");
    expect((await login({ user: "nobody" })).message).toBe("Login failed for user 'nobody'.");
    expect((await login({ database: "Elsewhere" })).message).toContain("Login failed for user 'portal'.");
  });

  it("sees the client's read-only intent", async () => {
    const options = { encrypt: false, readOnlyIntent: true };
    const other = await new mssql.ConnectionPool({ ...mssqlLogin(server), options }).connect();
    await other.request().query("SELECT 1 AS one");
    await other.close();
    expect(server.events).toContain("login read-only");
  });

  it("gives every type back as the engine would, and NULL for every type", async () => {
    const rows = await query("SELECT * FROM dbo.tblClient ORDER BY ClientNo");
    expect(rows[0]).toMatchObject({
      ClientNo: 1,
      CltName: "DOE, JOHN".padEnd(30),
      Alias: "Müller – €",
      Native: "Õ 😀 中",
      Notes: "n".repeat(30_000),
      Letters: "old text",
      Big: "9007199254740993",
      Small: -32_768,
      Tiny: 255,
      Active: true,
      Balance: -1234.5678,
      Ratio: 0.1,
      Rate: 0.25,
      DOB: new Date("1970-01-02T00:00:00Z"),
      Since: new Date("2024-02-29T08:30:00.003Z"),
      Slot: new Date("2024-02-29T08:30:00Z"),
      Seen: new Date("2024-06-01T08:00:00.500Z"),
      OpensAt: new Date("1970-01-01T08:30:00Z"),
      Guid: "6F9619FF-8B86-D011-B42D-00C04FC964FF",
      Photo: Buffer.alloc(20_000, 7),
    });
    expect((rows[0]?.Changed as Date).getTime()).toBe(Date.parse("0001-01-01T00:00:00.123Z"));
    expect(new Set(Object.values(rows[1] ?? {}).slice(1))).toEqual(new Set([null]));
  });

  it("keeps decimals and money exact where they are cast to text", async () => {
    const sql = `SELECT CAST(Amount AS varchar(40)) AS amount, CAST(Balance AS varchar(20)) AS balance,
      CONVERT(varchar(20), Balance, 2) AS exact, CONVERT(varchar(10), DOB, 23) AS dob, CONVERT(varchar(33), Since, 126) AS since
      FROM dbo.tblClient WHERE ClientNo = 1`;
    expect(await query(sql)).toEqual([
      {
        amount: "123456789012.0123456789",
        balance: "-1234.57",
        exact: "-1234.5678",
        dob: "1970-01-02",
        since: "2024-02-29T08:30:00.003",
      },
    ]);
  });

  it("takes parameters of every type", async () => {
    const one = async (column: string, type: unknown, value: unknown) =>
      expect(await query(`SELECT ClientNo FROM dbo.tblClient WHERE ${column} = @v`, [["v", type, value]])).toEqual([
        { ClientNo: 1 },
      ]);
    await one("ClientNo", mssql.Int, 1);
    await one("Big", mssql.BigInt, "9007199254740993");
    await one("Alias", mssql.VarChar(40), "Müller – €");
    await one("Native", mssql.NVarChar(40), "Õ 😀 中");
    await one("Notes", mssql.NVarChar(mssql.MAX), "n".repeat(30_000));
    await one("Active", mssql.Bit, true);
    await one("Ratio", mssql.Float, 0.1);
    await one("Balance", mssql.Money, -1234.5678);
    await one("DOB", mssql.Date, new Date("1970-01-02T00:00:00Z"));
    await one("Since", mssql.DateTime2(3), new Date("2024-02-29T08:30:00.003Z"));
    await one("Seen", mssql.DateTimeOffset(3), new Date("2024-06-01T08:00:00.500Z"));
    await one("Guid", mssql.UniqueIdentifier, "6f9619ff-8b86-d011-b42d-00c04fc964ff");
    await one("Photo", mssql.VarBinary(mssql.MAX), Buffer.alloc(20_000, 7));
    expect(await query("SELECT @v AS v", [["v", mssql.Decimal(20, 3), 12.5]])).toEqual([{ v: 12.5 }]);
    expect(await query("SELECT @v AS v", [["v", mssql.NVarChar(10), null]])).toEqual([{ v: null }]);
  });

  it("compares without regard to case and trailing blanks, and knows LIKE's sets", async () => {
    const count = async (condition: string, value: string) =>
      (await query(`SELECT COUNT(*) AS n FROM dbo.tblClient WHERE ${condition}`, [["v", mssql.NVarChar(40), value]]))[0]
        ?.n;
    expect(await count("CltName = @v", "doe, john")).toBe(1);
    expect(await count("CltName = @v", "Doe, John    ")).toBe(1);
    expect(await count("CltName IN (@v, N'nobody')", "DOE, JANE ")).toBe(1);
    expect(await count("CltName LIKE @v", "doe%")).toBe(2);
    expect(await count("CltName LIKE @v", "DOE, J[a-m]%")).toBe(1);
    expect(await count("Alias LIKE @v ESCAPE '!'", "%!%")).toBe(1);
  });

  it("converts a text beside a date before it compares", async () => {
    const count = async (condition: string, value: string) =>
      (await query(`SELECT COUNT(*) AS n FROM dbo.tblClient WHERE ${condition}`, [["v", mssql.NVarChar(40), value]]))[0]
        ?.n;
    expect(await count("DOB = @v", "1970-01-02 00:00:00")).toBe(1);
    expect(await count("DOB IN (@v, '19700102')", "19990101")).toBe(1);
    expect(await count("Since > @v", "20240229")).toBe(1);
    expect(await count("Since NOT BETWEEN '20240101' AND @v", "2024-02-29T08:30:00")).toBe(1);
    expect(await count("Since = (SELECT MAX(Since) FROM dbo.tblClient) AND DOB < @v", "2000-01-01")).toBe(1);
    expect((await errorOf(count("DOB = @v", "soon"))).number).toBe(241);
    const keyed = "SELECT t.ClientNo FROM (VALUES (1, @v)) k(p, k0) JOIN dbo.tblClient t ON t.DOB = k.k0";
    expect(await query(keyed, [["v", mssql.NVarChar(40), "19700102"]])).toEqual([{ ClientNo: 1 }]);
  });

  it("keeps VARCHAR in its collation's code page, question marks for the rest", async () => {
    const sql = "SELECT CAST(@v AS varchar(20)) AS v";
    expect(await query(sql, [["v", mssql.NVarChar(20), "Žižek Kędziora"]])).toEqual([{ v: "Žižek K?dziora" }]);
    const utf8 = await startTdsServer({
      users: { portal: "secret" },
      database: { name: "City", tables: social, collation: "Latin1_General_100_CI_AS_SC_UTF8" },
    });
    const other = await new mssql.ConnectionPool(mssqlLogin(utf8)).connect();
    const kept = await other.request().input("v", mssql.VarChar(20), "Kędziora").query(sql);
    expect(kept.recordset).toEqual([{ v: "Kędziora" }]);
    await other.close();
    await utf8.close();
  });

  it("streams 10,000 rows in order", async () => {
    const rows = await query("SELECT AwardNo, PrgCd FROM dbo.tblAward ORDER BY AwardNo");
    expect(rows.length).toBe(10_000);
    expect(rows.every((row, at) => row.AwardNo === at + 1)).toBe(true);
  });

  it("runs pages, window functions, hints, common tables and several statements", async () => {
    const page =
      "SELECT AwardNo FROM dbo.tblAward WITH (NOLOCK) ORDER BY AwardNo DESC OFFSET @o ROWS FETCH NEXT 2 ROWS ONLY";
    expect(await query(page, [["o", mssql.Int, 1]])).toEqual([{ AwardNo: 9999 }, { AwardNo: 9998 }]);
    expect(
      await query("SELECT TOP (@n) [AwardNo] FROM [dbo].[tblAward] ORDER BY [AwardNo]", [["n", mssql.Int, 1]]),
    ).toEqual([{ AwardNo: 1 }]);
    const ranked = "SELECT AwardNo, ROW_NUMBER() OVER (PARTITION BY ClientNo ORDER BY AwardNo) AS rn FROM dbo.tblAward";
    expect(await query(`WITH r AS (${ranked}) SELECT AwardNo, rn FROM r WHERE rn <= 1 ORDER BY AwardNo`)).toEqual([
      { AwardNo: 1, rn: "1" },
      { AwardNo: 2, rn: "1" },
      { AwardNo: 3, rn: "1" },
    ]);
    expect(
      await query(
        "SET NOCOUNT ON SET LOCK_TIMEOUT 500; SELECT N'a' + 'b' AS ab, LEN('x  ') AS l, ISNULL(NULL, 5) AS five",
      ),
    ).toEqual([{ ab: "ab", l: 1, five: 5 }]);
    expect(server.statements.at(-1)).toMatch(/^SET NOCOUNT ON SET LOCK_TIMEOUT 500; SELECT/);
  });

  it("joins a batch of 1,000 keys that are written as VALUES, without regard to case and trailing blanks", async () => {
    const rows = Array.from({ length: 1000 }, (_, at) => `(@p${at * 2}, @p${at * 2 + 1})`);
    const inputs = Array.from(
      { length: 2000 },
      (_, at) => [`p${at}`, mssql.Int, at % 2 === 0 ? at / 2 : at + 1] as const,
    );
    const sql = `SELECT k.p, t.[AwardNo] AS c0 FROM (VALUES ${rows.join(", ")}) AS k(p, k0) INNER JOIN [dbo].[tblAward] t ON t.[AwardNo] = k.k0 ORDER BY k.p`;
    const found = await query(sql, inputs);
    expect(found).toHaveLength(1000);
    expect(found[999]).toEqual({ p: 999, c0: 2000 });
    const named = "SELECT t.ClientNo FROM (VALUES (1, @k)) v(p, k0) JOIN dbo.tblClient t ON t.CltName = v.k0";
    expect(await query(named, [["k", mssql.NVarChar(40), "doe, john  "]])).toEqual([{ ClientNo: 1 }]);
  });

  it("prepares, executes and unprepares", async () => {
    const statement = new mssql.PreparedStatement(pool).input("n", mssql.Int);
    await statement.prepare("SELECT AwardNo FROM dbo.tblAward WHERE AwardNo = @n");
    expect((await statement.execute({ n: 7 })).recordset).toEqual([{ AwardNo: 7 }]);
    expect((await statement.execute({ n: 8 })).recordset).toEqual([{ AwardNo: 8 }]);
    await statement.unprepare();
  });

  it("answers questions to the catalogue", async () => {
    const columns = await query(
      "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'tblClient' ORDER BY ORDINAL_POSITION",
    );
    expect(columns[0]).toEqual({
      COLUMN_NAME: "ClientNo",
      DATA_TYPE: "int",
      CHARACTER_MAXIMUM_LENGTH: null,
      IS_NULLABLE: "NO",
    });
    expect(columns[1]).toEqual({
      COLUMN_NAME: "CltName",
      DATA_TYPE: "char",
      CHARACTER_MAXIMUM_LENGTH: 30,
      IS_NULLABLE: "YES",
    });
    const named =
      "SELECT SCHEMA_NAME(schema_id) AS s, OBJECT_ID('dbo.tblAward') AS id, object_id AS same FROM sys.tables WHERE name = 'tblAward'";
    const [award] = await query(named);
    expect(award).toEqual({ s: "dbo", id: award?.same, same: award?.same });
    const foreign = `SELECT p.name AS child, r.name AS parent FROM sys.foreign_keys k
      JOIN sys.tables p ON p.object_id = k.parent_object_id JOIN sys.tables r ON r.object_id = k.referenced_object_id`;
    expect(await query(foreign)).toEqual([{ child: "tblAward", parent: "tblClient" }]);
    expect(await query("SELECT CAST(value AS nvarchar(200)) AS text FROM sys.extended_properties")).toEqual([
      { text: "Date of birth" },
    ]);
  });

  it.each([
    ["SELECT 1 FROM dbo.nowhere", 208],
    ["SELECT nothing FROM dbo.tblClient", 207],
    ["SELECT ClientNo FROM dbo.tblClient LIMIT 1", 102],
    ["SELECT ClientNo FROM dbo.tblClient WHERE (ClientNo, Big) IN ((1, 2))", 4145],
    ["SELECT * FROM (SELECT ClientNo FROM dbo.tblClient ORDER BY ClientNo) t", 1033],
    ["SELECT ClientNo FROM dbo.tblClient WHERE ClientNo = @missing", 137],
    ["SELECT ClientNo FROM dbo.tblClient a JOIN dbo.tblAward b ON a.ClientNo = b.ClientNo", 209],
    ["SELECT CAST('x' AS int) AS n", 245],
    ["SELECT CAST('2024-13-01' AS date) AS d", 241],
    ["SELECT NOFUNCTION(1) AS n", 195],
    ["SELECT SUBSTR(Alias, 1) AS a FROM dbo.tblClient", 195],
    ["SELECT ClientNo FROM dbo.tblClient ORDER BY Alias NULLS LAST", 102],
    ["SELECT ClientNo FROM dbo.tblClient WHERE Alias IS NOT DISTINCT FROM 'x'", 102],
    ["SELECT * FROM (VALUES (1)) v", 8155],
    ["WITH k(a) AS (VALUES (1)) SELECT a FROM k", 156],
    ["SELECT PrgCd, COUNT(*) AS n FROM dbo.tblAward", 8120],
    ["SELECT * FROM (SELECT COUNT(*) FROM dbo.tblAward) t", 8155],
    ["SELECT * FROM (SELECT AwardNo, AwardNo FROM dbo.tblAward) t", 8156],
    ["SELECT * FROM (SELECT AwardNo FROM dbo.tblAward)", 102],
    ["SELECT ClientNo FROM dbo.tblClient WHERE Active = TRUE", 207],
    ["INSERT INTO dbo.tblClient (ClientNo) VALUES (9)", 229],
    ["UPDATE dbo.tblClient SET Alias = 'x'", 229],
    ["DELETE FROM dbo.tblClient", 229],
    ["SELECT * INTO dbo.copy FROM dbo.tblClient", 262],
    ["DROP TABLE dbo.tblClient", 3701],
    ["EXEC sp_who", 2812],
  ])("refuses %s as SQL Server does", async (sql, number) => {
    expect((await errorOf(query(sql))).number).toBe(number);
  });

  it("refuses OFFSET without ORDER BY in the two messages of the engine", async () => {
    const failed = await errorOf(query("SELECT ClientNo FROM dbo.tblClient OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY"));
    expect(failed.message).toContain("Invalid usage of the option NEXT in the FETCH statement.");
  });

  it("takes 2,098 parameters and refuses one more with error 8003", async () => {
    const inputs = (count: number) => Array.from({ length: count }, (_, at) => [`p${at}`, mssql.Int, at + 1] as const);
    const sql = (count: number) =>
      `SELECT COUNT(*) AS n FROM dbo.tblAward WHERE AwardNo IN (${inputs(count)
        .map(([name]) => `@${name}`)
        .join(", ")})`;
    expect(await query(sql(2098), inputs(2098))).toEqual([{ n: 2098 }]);
    expect((await errorOf(query(sql(2099), inputs(2099)))).number).toBe(8003);
  });

  it("begins, commits and rolls back transactions", async () => {
    const before = server.events.length;
    const committed = pool.transaction();
    await committed.begin();
    expect((await committed.request().query("SELECT @@TRANCOUNT AS open_transactions")).recordset).toEqual([
      { open_transactions: 1 },
    ]);
    await committed.commit();
    const rolledBack = pool.transaction();
    await rolledBack.begin();
    await rolledBack.rollback();
    const events = server.events.slice(before).filter((event) => ["begin", "commit", "rollback"].includes(event));
    expect(events).toEqual(["begin", "commit", "begin", "rollback"]);
  });

  it("serves a pool of four at once, each connection its own answers", async () => {
    const numbers = Array.from({ length: 200 }, (_, at) => at + 1);
    const one = (number: number) =>
      query("SELECT AwardNo FROM dbo.tblAward WHERE AwardNo = @n", [["n", mssql.Int, number]]);
    expect(await Promise.all(numbers.map(one))).toEqual(numbers.map((AwardNo) => [{ AwardNo }]));
    expect(server.connections).toBeLessThanOrEqual(4);
  });
});
