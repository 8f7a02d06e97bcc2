import knex, { type Knex } from "knex";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";
import { mssqlLogin, oracleLogin } from "./drivers.ts";
import { permits, social } from "./tables.ts";

describe("knex through the Oracle double", () => {
  let server: WireServer;
  let db: Knex;

  beforeAll(async () => {
    server = await startTnsServer({ users: { PORTAL: "secret" }, database: { name: "PERMITS", tables: permits } });
    db = knex({ client: "oracledb", connection: oracleLogin(server), pool: { min: 0, max: 4 } });
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.close();
  });

  it("selects with conditions, limit and offset", async () => {
    const rows = await db("FEE_LINE")
      .withSchema("PERMITS")
      .select("LINE_NO")
      .where("PRMT_NO", 1)
      .orderBy("LINE_NO")
      .limit(2)
      .offset(1);
    expect(rows).toEqual([
      { LINE_NO: 4, ROWNUM_: 2 },
      { LINE_NO: 7, ROWNUM_: 3 },
    ]);
    expect(await db("PRMT_MSTR").first("PRMT_NO").orderBy("PRMT_NO")).toEqual({ PRMT_NO: 1 });
    expect(await db("FEE_LINE").count({ n: "*" }).whereIn("PRMT_NO", [1, 2])).toEqual([{ n: 6667 }]);
  });

  it("fetches 10,000 rows page by page, and joins", async () => {
    expect(await db("FEE_LINE").select("LINE_NO")).toHaveLength(10_000);
    const joined = await db("PRMT_MSTR as p")
      .join("FEE_LINE as f", "f.PRMT_NO", "p.PRMT_NO")
      .where("f.LINE_NO", 2)
      .select("p.PRMT_NO as permit");
    expect(joined).toEqual([{ permit: 2 }]);
  });

  it("commits and rolls back a transaction", async () => {
    await db.transaction(async (transaction) => {
      expect(await transaction("PRMT_MSTR").select("PRMT_NO").where("PRMT_NO", 3)).toEqual([{ PRMT_NO: 3 }]);
    });
    await expect(db.transaction(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(server.events).toContain("rollback");
  });

  it("refuses what the builder writes in lower case", async () => {
    await expect(db("prmt_mstr").select("PRMT_NO")).rejects.toThrow("ORA-00942");
  });
});

describe("knex through the SQL Server double", () => {
  let server: WireServer;
  let db: Knex;

  beforeAll(async () => {
    server = await startTdsServer({ users: { portal: "secret" }, database: { name: "City", tables: social } });
    db = knex({ client: "mssql", connection: mssqlLogin(server), pool: { min: 0, max: 4 } });
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.close();
  });

  it("selects with conditions, limit and offset", async () => {
    const rows = await db("tblAward")
      .withSchema("dbo")
      .select("AwardNo")
      .where("ClientNo", 1)
      .orderBy("AwardNo")
      .limit(2)
      .offset(1);
    expect(rows).toEqual([{ AwardNo: 4 }, { AwardNo: 7 }]);
    expect(await db("dbo.tblClient").first("ClientNo").orderBy("ClientNo")).toEqual({ ClientNo: 1 });
    expect(await db("tblAward").count({ n: "*" }).whereIn("ClientNo", [1, 2])).toEqual([{ n: 6667 }]);
  });

  it("runs a pool of four at once", async () => {
    const numbers = Array.from({ length: 100 }, (_, at) => at + 1);
    const answers = await Promise.all(
      numbers.map((number) => db("tblAward").select("AwardNo").where("AwardNo", number)),
    );
    expect(answers).toEqual(numbers.map((AwardNo) => [{ AwardNo }]));
  });

  it("commits and rolls back a transaction with a savepoint in it", async () => {
    await db.transaction(async (outer) => {
      await expect(outer.transaction(() => Promise.reject(new Error("inner")))).rejects.toThrow("inner");
      expect(await outer("tblClient").select("ClientNo").where("ClientNo", 3)).toEqual([{ ClientNo: 3 }]);
    });
    expect(server.events.filter((event) => event !== "login")).toEqual(["begin", "rollback", "commit"]);
  });

  it("gets the engine's refusal of tuples in IN", async () => {
    await expect(
      db("tblAward")
        .select("AwardNo")
        .whereIn(["AwardNo", "ClientNo"], [[1, 1]]),
    ).rejects.toThrow("non-boolean type");
  });
});
