import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireServer } from "../../support/wire/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";
import { errorOf, type OracleConnection, oracledb, oracleLogin } from "./drivers.ts";
import { permits } from "./tables.ts";

describe("the Oracle double, under the unmodified thin driver", () => {
  let server: WireServer;
  let connection: OracleConnection;
  const query = async (sql: string, binds: unknown = [], options: object = {}) =>
    (await connection.execute(sql, binds, { outFormat: oracledb.OUT_FORMAT_OBJECT, ...options })).rows;

  beforeAll(async () => {
    server = await startTnsServer({ users: { PORTAL: "secret" }, database: { name: "PERMITS", tables: permits } });
    connection = await oracledb.getConnection(oracleLogin(server));
  });
  afterAll(async () => {
    await connection?.close();
    await server?.close();
  });

  it("refuses a wrong password and an unknown user with ORA-01017, and an unknown service with ORA-12514", async () => {
    expect((await errorOf(oracledb.getConnection(oracleLogin(server, "wrong")))).number).toBe(1017);
    expect((await errorOf(oracledb.getConnection({ ...oracleLogin(server), user: "NOBODY" }))).number).toBe(1017);
    const elsewhere = { ...oracleLogin(server), connectString: `127.0.0.1:${server.port}/ELSEWHERE` };
    expect((await errorOf(oracledb.getConnection(elsewhere))).message).toContain("ELSEWHERE");
  });

  it("gives every type back as the engine would, and NULL for every type", async () => {
    const rows = await query("SELECT * FROM PRMT_MSTR ORDER BY PRMT_NO", [], {
      fetchTypeHandler: ({ dbTypeName }: { dbTypeName: string }) =>
        dbTypeName === "NUMBER" || dbTypeName === "CLOB" ? { type: oracledb.STRING } : undefined,
    });
    expect(rows[0]).toEqual({
      PRMT_NO: "1",
      ST: "A  ",
      APPL_NM: "Õispuu, Jüri 😀",
      REMARK: null,
      NATL: "𝔘nicode",
      FEE: "1234567890.5",
      BIG: "9007199254740993",
      ANY_NO: "-.000000123456789012345",
      ISSUED: new Date(2024, 1, 29, 8, 30, 15),
      CHANGED: new Date(2024, 11, 31, 23, 59, 59, 999),
      SEEN: new Date("2024-06-01T08:00:00.500Z"),
      RATIO: -1.5,
      SIGNED: Buffer.from("00ff10", "hex"),
      BODY: "ä".repeat(40_000),
    });
    expect(new Set(Object.values(rows[1] ?? {}).slice(2))).toEqual(new Set([null]));
    expect(rows[2]).toMatchObject({ FEE: "-.05", BIG: "-99999999999999999999999999999999999999", ANY_NO: "0" });
  });

  it("describes columns by their declared types", async () => {
    const { metaData } = await connection.execute(
      "SELECT prmt_no, st, natl, issued, changed, count(*) over () n FROM prmt_mstr",
    );
    expect(metaData.map(({ name, dbTypeName, nullable }) => [name, dbTypeName, nullable])).toEqual([
      ["PRMT_NO", "NUMBER", false],
      ["ST", "CHAR", true],
      ["NATL", "NVARCHAR2", true],
      ["ISSUED", "DATE", true],
      ["CHANGED", "TIMESTAMP", true],
      ["N", "NUMBER", true],
    ]);
  });

  it("reads a CLOB as a LOB too", async () => {
    const [row] = await query("SELECT BODY FROM PRMT_MSTR WHERE PRMT_NO = 1");
    expect(await (row?.BODY as { getData(): Promise<string> }).getData()).toBe("ä".repeat(40_000));
  });

  it("takes binds by position and by name, one value for every occurrence of a name", async () => {
    expect(await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE PRMT_NO > :1 AND PRMT_NO < :2", [1, 3])).toEqual([
      { PRMT_NO: 2 },
    ]);
    expect(
      await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE PRMT_NO = :n OR PRMT_NO = :m + :n", { n: 1, m: 2 }),
    ).toEqual([{ PRMT_NO: 1 }, { PRMT_NO: 3 }]);
    const issued = new Date(2024, 1, 29, 8, 30, 15);
    expect(await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE ISSUED = :d", { d: issued })).toEqual([{ PRMT_NO: 1 }]);
    const big = { val: "9007199254740993", type: oracledb.STRING };
    expect(await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE BIG = TO_NUMBER(:b)", { b: big })).toEqual([
      { PRMT_NO: 1 },
    ]);
    expect(await query("SELECT :t AS T FROM DUAL", { t: "x".repeat(3000) })).toEqual([{ T: "x".repeat(3000) }]);
  });

  it("runs a cached cursor again with other binds", async () => {
    for (const number of [1, 2, 3, 1]) {
      expect(await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE PRMT_NO = :n", [number])).toEqual([{ PRMT_NO: number }]);
    }
  });

  it("fetches 10,000 rows in order", async () => {
    const rows = await query("SELECT LINE_NO, TXT FROM FEE_LINE ORDER BY LINE_NO");
    expect(rows.length).toBe(10_000);
    expect(rows.every((row, at) => row.LINE_NO === at + 1 && row.TXT === `line ${at + 1}`)).toBe(true);
  });

  it("pads literals but not binds when it compares CHAR", async () => {
    const sql = "SELECT COUNT(*) N FROM PRMT_MSTR WHERE ST";
    expect(await query(`${sql} = 'A'`)).toEqual([{ N: 2 }]);
    expect(await query(`${sql} = :s`, ["A"])).toEqual([{ N: 0 }]);
    expect(await query(`${sql} IN (:s, :t)`, ["A", "C"])).toEqual([{ N: 0 }]);
    expect(await query(`${sql} = :s`, ["A  "])).toEqual([{ N: 2 }]);
    expect(await query(`${sql} = :s`, { s: { val: "A", type: oracledb.DB_TYPE_CHAR } })).toEqual([{ N: 2 }]);
  });

  it("treats the empty text as NULL, stored, bound and written", async () => {
    expect(await query("SELECT COUNT(*) N FROM PRMT_MSTR WHERE REMARK = '' OR REMARK = :e", [""])).toEqual([{ N: 0 }]);
    expect(await query("SELECT 'a' || NULL || 'b' AB, NVL('', 'none') V, TRIM('  ') T FROM DUAL")).toEqual([
      { AB: "ab", V: "none", T: null },
    ]);
  });

  it("joins a batch of 1,000 keys that are written as SELECTs from DUAL", async () => {
    const keys = Array.from({ length: 1000 }, (_, at) => `SELECT :${at * 2 + 1} p, :${at * 2 + 2} k0 FROM DUAL`);
    const binds = Array.from({ length: 1000 }, (_, at) => [at, at * 3 + 1]).flat();
    const sql = `SELECT k.p, t."TXT" FROM (${keys.join(" UNION ALL ")}) k JOIN "PERMITS"."FEE_LINE" t ON t."LINE_NO" = k.k0 ORDER BY k.p`;
    const rows = await query(sql, binds);
    expect(rows).toHaveLength(1000);
    expect(rows[999]).toEqual({ P: 999, TXT: "line 2998" });
  });

  it("does not pad what a key table holds, nor VARCHAR2 columns, beside CHAR", async () => {
    const joined = (key: unknown) =>
      query(
        "SELECT COUNT(*) N FROM (SELECT 1 p, :1 k0 FROM DUAL UNION ALL SELECT 2, :2 FROM DUAL) k JOIN PRMT_MSTR t ON t.ST = k.k0",
        [key, key],
      );
    expect(await joined("A")).toEqual([{ N: 0 }]);
    expect(await joined("A  ")).toEqual([{ N: 4 }]);
    expect(await joined({ val: "A", type: oracledb.DB_TYPE_CHAR })).toEqual([{ N: 4 }]);
    expect(await query("SELECT COUNT(*) N FROM PRMT_MSTR WHERE (ST = TRIM(ST) OR ST NOT IN (:1))", ["A  "])).toEqual([
      { N: 1 },
    ]);
  });

  it("limits rows the old way and the new", async () => {
    const inner = "SELECT LINE_NO FROM FEE_LINE ORDER BY LINE_NO DESC";
    expect(await query(`SELECT * FROM (${inner}) WHERE ROWNUM <= :n`, [2])).toEqual([
      { LINE_NO: 10_000 },
      { LINE_NO: 9999 },
    ]);
    expect(await query(`${inner} OFFSET :o ROWS FETCH NEXT :n ROWS ONLY`, [1, 1])).toEqual([{ LINE_NO: 9999 }]);
    const paged = `SELECT * FROM (SELECT row_.*, ROWNUM "ROWNUM_" FROM (${inner}) row_ WHERE ROWNUM <= :1) WHERE "ROWNUM_" > :2`;
    expect(await query(paged, [2, 1])).toEqual([{ LINE_NO: 9999, ROWNUM_: 2 }]);
    const ranked = "SELECT LINE_NO, ROW_NUMBER() OVER (PARTITION BY PRMT_NO ORDER BY LINE_NO) R FROM FEE_LINE";
    expect(await query(`SELECT LINE_NO FROM (${ranked}) WHERE R = 1 ORDER BY LINE_NO`)).toEqual([
      { LINE_NO: 1 },
      { LINE_NO: 2 },
      { LINE_NO: 3 },
    ]);
  });

  it("sorts NULL as the greatest value", async () => {
    const numbers = async (order: string) =>
      (await query(`SELECT PRMT_NO FROM PRMT_MSTR ORDER BY ${order}`)).map((row) => row.PRMT_NO);
    expect(await numbers("FEE, PRMT_NO")).toEqual([3, 1, 2]);
    expect(await numbers("FEE DESC, PRMT_NO")).toEqual([2, 1, 3]);
    expect(await numbers("FEE NULLS FIRST, PRMT_NO")).toEqual([2, 3, 1]);
    expect(await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE ROWNUM = 1 AND FEE IS NULL")).toEqual([{ PRMT_NO: 2 }]);
  });

  it("converts with TO_CHAR, TO_DATE and CAST", async () => {
    const sql = `SELECT TO_CHAR(ISSUED, 'YYYY-MM-DD"T"HH24:MI:SS') D, TO_CHAR(FEE, 'TM9') F, TO_CHAR(ISSUED) NLS,
      CAST(PRMT_NO AS VARCHAR2(10)) P, TRUNC(ISSUED) T FROM PRMT_MSTR WHERE ISSUED >= TO_DATE(:1, 'YYYYMMDD') AND ISSUED < DATE '2025-01-01'`;
    expect(await query(sql, ["20240101"])).toEqual([
      { D: "2024-02-29T08:30:15", F: "1234567890.5", NLS: "29-FEB-24", P: "1", T: new Date(2024, 1, 29) },
    ]);
  });

  it("converts a text beside a DATE by NLS_DATE_FORMAT, so that ISO text fails", async () => {
    const sql = "SELECT PRMT_NO FROM PRMT_MSTR WHERE ISSUED >= :1";
    expect((await errorOf(query(sql, ["2024-01-01"]))).number).toBe(1861);
    expect(await query(sql, ["01-JAN-24"])).toEqual([{ PRMT_NO: 1 }]);
    expect(
      await query("SELECT PRMT_NO FROM PRMT_MSTR WHERE (ISSUED BETWEEN '01-JAN-24' AND :1)", [new Date(2025, 0, 1)]),
    ).toEqual([{ PRMT_NO: 1 }]);
  });

  it("answers questions to the dictionary", async () => {
    const columns = await query(
      "SELECT COLUMN_NAME, DATA_TYPE, DATA_PRECISION, DATA_SCALE, CHAR_LENGTH, NULLABLE FROM ALL_TAB_COLUMNS WHERE OWNER = :1 AND TABLE_NAME = :2 ORDER BY COLUMN_ID",
      ["PERMITS", "PRMT_MSTR"],
    );
    expect(columns[0]).toMatchObject({
      COLUMN_NAME: "PRMT_NO",
      DATA_TYPE: "NUMBER",
      DATA_PRECISION: 10,
      NULLABLE: "N",
    });
    expect(columns[1]).toMatchObject({ COLUMN_NAME: "ST", DATA_TYPE: "CHAR", CHAR_LENGTH: 3 });
    expect(await query("SELECT COMMENTS FROM ALL_TAB_COMMENTS WHERE TABLE_NAME = 'PRMT_MSTR'")).toEqual([
      { COMMENTS: "Permits, one row each" },
    ]);
    expect(await query("SELECT BANNER FROM V$VERSION")).toHaveLength(1);
  });

  it.each([
    ["SELECT 1 FROM NOWHERE", 942],
    ["SELECT NOTHING FROM PRMT_MSTR", 904],
    ['SELECT "prmt_no" FROM PRMT_MSTR', 904],
    ["SELECT PRMT_NO FROM PRMT_MSTR AS P", 933],
    ["SELECT PRMT_NO FROM PRMT_MSTR LIMIT 1", 933],
    ["SELECT PRMT_NO FROM PRMT_MSTR WHERE APPL_NM ILIKE 'x'", 933],
    ["SELECT [PRMT_NO] FROM PRMT_MSTR", 911],
    ["SELECT PRMT_NO FROM PRMT_MSTR WHERE TRUE", 904],
    ["SELECT TO_DATE('2024-13-01', 'YYYY-MM-DD') FROM DUAL", 1843],
    ["SELECT TO_NUMBER('x') FROM DUAL", 1722],
    ["SELECT 1", 923],
    ["SELECT IFNULL(ST, 'x') FROM PRMT_MSTR", 904],
    ["SELECT * FROM (VALUES (1))", 928],
    ["SELECT ST, COUNT(*) FROM PRMT_MSTR", 937],
    ["SELECT ST, APPL_NM, COUNT(*) FROM PRMT_MSTR GROUP BY ST", 979],
    ["INSERT INTO PRMT_MSTR (PRMT_NO) VALUES (9)", 1031],
    ["UPDATE PRMT_MSTR SET ST = 'X'", 1031],
    ["DROP TABLE PRMT_MSTR", 1031],
    ["SELECT * FROM PRMT_MSTR FOR UPDATE", 1031],
  ])("refuses %s as Oracle does", async (sql, number) => {
    expect((await errorOf(query(sql))).number).toBe(number);
  });

  it("accepts 1,000 list items and refuses 1,001", async () => {
    const list = Array.from({ length: 1001 }, (_, at) => at).join(", ");
    expect((await errorOf(query(`SELECT 1 FROM DUAL WHERE 1 IN (${list})`))).number).toBe(1795);
    const marks = Array.from({ length: 1000 }, (_, at) => `:${at + 1}`).join(", ");
    const keys = Array.from({ length: 1000 }, (_, at) => at + 1);
    expect(await query(`SELECT COUNT(*) N FROM FEE_LINE WHERE LINE_NO IN (${marks})`, keys)).toEqual([{ N: 1000 }]);
  });

  it("keeps a read-only transaction until it ends, and refuses writes in it by name", async () => {
    await connection.execute("SET TRANSACTION READ ONLY");
    expect((await errorOf(query("DELETE FROM FEE_LINE"))).number).toBe(1456);
    expect((await errorOf(connection.execute("SET TRANSACTION READ ONLY"))).number).toBe(1453);
    await connection.commit();
    await connection.execute("SET TRANSACTION READ ONLY");
    await connection.rollback();
    expect(server.events.filter((event) => event === "commit" || event === "rollback")).toEqual(["commit", "rollback"]);
    await connection.ping();
  });

  it("serves a pool of four at once, each connection its own answers", async () => {
    const pool = await oracledb.createPool({ ...oracleLogin(server), poolMin: 0, poolMax: 4, poolIncrement: 1 });
    const one = async (number: number) => {
      const pooled = await pool.getConnection();
      try {
        const { rows } = await pooled.execute("SELECT TXT FROM FEE_LINE WHERE LINE_NO = :n", [number]);
        return rows[0] as unknown;
      } finally {
        await pooled.close();
      }
    };
    const numbers = Array.from({ length: 200 }, (_, at) => at + 1);
    expect(await Promise.all(numbers.map(one))).toEqual(numbers.map((number) => [`line ${number}`]));
    await pool.close(0);
  });
});
