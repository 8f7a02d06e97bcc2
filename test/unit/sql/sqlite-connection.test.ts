import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReadConnection } from "../../../shared/sql/dialect.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";

let folder: string;
let opened: ReadConnection[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-sqlite-"));
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((connection) => connection.close()));
  rmSync(folder, { recursive: true });
});

function make(name: string, sql: string): string {
  const path = join(folder, name);
  const database = new Database(path);
  database.exec(sql);
  database.close();
  return path;
}

/** Patient, because the machine may be busy. */
function connect(path: string, schemas: string[] = [], timeoutMs = 60_000): ReadConnection {
  const connection = sqlite.connect(`sqlite:${path}`, {
    department: "Works",
    schemas,
    timeoutMs,
  });
  opened.push(connection);
  return connection;
}

/** About a second of one single step; no thread can be stopped within it. */
const slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000000) SELECT max(i) FROM n";

describe("a SQLite connection", () => {
  it("finds legacy names under the schemas that the mapping uses", async () => {
    const path = make("a.sqlite", "CREATE TABLE tblClient (ClientNo INTEGER); INSERT INTO tblClient VALUES (7)");
    const connection = connect(path, ["dbo", "Archive Old"]);
    expect(await connection.select('SELECT ClientNo FROM "dbo"."tblClient"', [])).toEqual([[7]]);
    expect(await connection.select('SELECT ClientNo FROM "Archive Old"."tblClient"', [])).toEqual([[7]]);
  });

  it.each([
    "INSERT INTO t VALUES (1)",
    "DELETE FROM t",
    "DROP TABLE t",
    "ATTACH 'x.sqlite' AS y",
    "PRAGMA user_version = 3",
  ])("refuses to write: %s", async (statement) => {
    const path = make("a.sqlite", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5)");
    const connection = connect(path, ["dbo"]);
    await expect(connection.select(statement, [])).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
    expect(await connection.select("SELECT a FROM dbo.t", [])).toEqual([[5]]);
    expect(new Database(path).pragma("user_version", { simple: true })).toBe(0);
  });

  it("keeps whole numbers beyond 2^53 exact, and others numbers", async () => {
    const path = make("a.sqlite", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (9007199254740993)");
    const connection = connect(path);
    expect(await connection.select("SELECT a FROM t ORDER BY a", [])).toEqual([[1], [9007199254740993n]]);
    expect(await connection.select("SELECT a FROM t WHERE a = ?", [9007199254740993n])).toEqual([[9007199254740993n]]);
  });

  it("hands over fractions, infinity, bytes, empty answers and any text as they are stored", async () => {
    const path = make("a.sqlite", "CREATE TABLE t (a, b)");
    const connection = connect(path);
    const cells = [
      0.1 + 0.2,
      1e300,
      Number.POSITIVE_INFINITY,
      -5e-324,
      2 ** 53 - 1,
      10n ** 18n,
      'a\u0000"\\é\u{1F600}\n',
      null,
      "[1.5,2]",
      "1234567890123456",
      Buffer.from([0, 128, 255]),
    ];
    const database = new Database(path);
    for (const cell of cells) database.prepare("INSERT INTO t VALUES (?, ?)").run(cell, cell);
    database.close();
    for (const [index, cell] of cells.entries()) {
      const [row] = await connection.select(`SELECT a, b FROM t WHERE rowid = ${index + 1}`, []);
      expect(row).toEqual([cell, cell]);
    }
    expect(await connection.select("SELECT a FROM t WHERE rowid < 0", [])).toEqual([]);
    const rows = await connection.select("SELECT a FROM t ORDER BY rowid DESC", []);
    expect(rows.map(([cell]) => cell)).toEqual([...cells].reverse());
    const same = await connection.select("SELECT ?, ?", [Number.NEGATIVE_INFINITY, Buffer.from([200])]);
    expect(same).toEqual([[Number.NEGATIVE_INFINITY, Buffer.from([200])]]);
  });

  it("compares a bound whole number with text as its digits", async () => {
    const path = make("a.sqlite", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('42')");
    expect(await connect(path).select("SELECT a FROM t WHERE a = ?", [42])).toEqual([["42"]]);
  });

  it("reads what a generated column takes from JSON as the text that it is", async () => {
    const path = make(
      "a.sqlite",
      `CREATE TABLE t (a TEXT, g AS (a -> '$.b')); INSERT INTO t (a) VALUES ('{"b":{"c":1}}'), ('{"b":"text"}')`,
    );
    expect(await connect(path).select("SELECT g FROM t", [])).toEqual([['{"c":1}'], ['"text"']]);
  });

  it.each([
    ["a view", "select 0 AS p, t.j AS c0 from v t"],
    ["a view, below a numbering", "select p, c0 from (select 0 AS p, t.j AS c0, ROW_NUMBER() OVER () AS n from v t) r"],
    ["a generated column", "select 0 AS p, t.g AS c0 from a t"],
    ["a table-valued function", "select 0 AS p, t.value AS c0 from json_each('[{\"c\":1}]') t"],
    ["an expression", "select 0 AS p, json_object('c', 1) AS c0"],
  ])("reads JSON of %s as the text that it is", async (_, statement) => {
    const path = make(
      "a.sqlite",
      `CREATE TABLE a (a TEXT, g AS (json(a))); INSERT INTO a (a) VALUES ('{"c":1}'); CREATE VIEW v AS SELECT json(a) AS j FROM a`,
    );
    expect(await connect(path).select(statement, [])).toEqual([[0, '{"c":1}']]);
  });

  it("reads stored text that is JSON as the text that it is, in the order asked for", async () => {
    const path = make(
      "a.sqlite",
      `CREATE TABLE a (a TEXT, b INT); INSERT INTO a VALUES ('[1]', 1), ('"x"', 3), ('2', 2)`,
    );
    const statement = "select 0 AS p, t.a AS c0 from main.a t order by t.b desc";
    expect(await connect(path).select(statement, [])).toEqual([
      [0, '"x"'],
      [0, "2"],
      [0, "[1]"],
    ]);
  });

  it("answers when a missing file appears, and when garbage is replaced", async () => {
    const path = join(folder, "late.sqlite");
    const connection = connect(path, ["dbo"]);
    await expect(connection.ping()).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
    writeFileSync(path, "this is no database ".repeat(500));
    await expect(connection.ping()).rejects.toMatchObject({
      message: "The records of Works cannot be read at the moment.",
    });
    rmSync(path);
    make("late.sqlite", "CREATE TABLE t (a)");
    await connection.reopen();
    await expect(connection.ping()).resolves.toBeUndefined();
  });

  it("notices after reopening that its file was replaced by garbage", async () => {
    const path = make("a.sqlite", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5)");
    const connection = connect(path);
    await connection.ping();
    rmSync(path);
    writeFileSync(path, "garbage ".repeat(2000));
    await connection.reopen();
    await expect(connection.select("SELECT a FROM t", [])).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });

  it("lets other databases and timers run while a statement is slow", async () => {
    const connections = [
      connect(make("a.sqlite", "CREATE TABLE t (a)")),
      connect(make("b.sqlite", "CREATE TABLE t (a)")),
    ];
    const finished: string[] = [];
    await Promise.all(connections.map((connection) => connection.ping()));
    const late = connections[0]?.select(slow, []).then(() => finished.push("slow"));
    const early = connections[1]?.select("SELECT count(*) FROM t", []).then(() => finished.push("fast"));
    await Promise.all([late, early]);
    expect(finished).toEqual(["fast", "slow"]);
  });

  it("lets other databases wait for a slow one once only", async () => {
    const [busy, other] = [
      connect(make("a.sqlite", "CREATE TABLE t (a)")),
      connect(make("b.sqlite", "CREATE TABLE t (a)")),
    ];
    await Promise.all([busy.ping(), other.ping()]);
    await Promise.all([busy.select(slow, []), other.ping()]);
    let isSlow = true;
    const again = busy.select(slow, []).finally(() => (isSlow = false));
    for (let asked = 0; asked < 20; asked += 1) await other.select("SELECT count(*) FROM t", []);
    expect(isSlow).toBe(true);
    await again;
  });

  it("ends a statement that takes too long, and runs those that waited behind it", async () => {
    const connection = connect(make("a.sqlite", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5)"), [], 300);
    const answers = await Promise.allSettled([connection.select(slow, []), connection.select("SELECT a FROM t", [])]);
    expect(answers[0]).toMatchObject({ status: "rejected", reason: { code: "DEPARTMENT_UNAVAILABLE" } });
    expect(answers[1]).toEqual({ status: "fulfilled", value: [[5]] });
  });

  it("gives up an aborted statement at once, and the next one does not wait for it", async () => {
    const connection = connect(make("a.sqlite", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5)"));
    await connection.ping();
    const finished: string[] = [];
    const abort = new AbortController();
    const aborted = connection.select(slow, [], { signal: abort.signal }).catch(() => finished.push("aborted"));
    const next = connection.select("SELECT a FROM t", []).then(() => finished.push("next"));
    const other = connect(make("b.sqlite", "CREATE TABLE t (a)"));
    const whole = other.select(slow, []).then(() => finished.push("whole"));
    setImmediate(() => abort.abort());
    await Promise.all([aborted, next, whole]);
    expect(finished).toEqual(["aborted", "next", "whole"]);
  });

  it("listens to a signal once, gives up all of its statements with it, and none of another's", async () => {
    const [one, two] = [
      connect(make("a.sqlite", "CREATE TABLE t (a)")),
      connect(make("b.sqlite", "CREATE TABLE t (a)")),
    ];
    await Promise.all([one.ping(), two.ping()]);
    const abort = new AbortController();
    const { signal } = abort;
    const asked = [one, two, one, two].map((connection) => connection.select(slow, [], { signal }));
    const other = two.select("SELECT 5", [], { signal: new AbortController().signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    abort.abort();
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
    expect(await other).toEqual([[5]]);
    await expect(one.select("SELECT 1", [], { signal })).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });

  it("refuses statements already aborted and those after closing", async () => {
    const connection = connect(make("a.sqlite", "CREATE TABLE t (a)"));
    await expect(connection.select("SELECT 1", [], { signal: AbortSignal.abort() })).rejects.toThrow();
    await connection.close();
    await expect(connection.ping()).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });

  it("keeps a process up while it asks and closes, and no longer", () => {
    const path = make("a.sqlite", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5)");
    const dialect = new URL("../../../shared/sql/sqlite/dialect.ts", import.meta.url).href;
    const program = `
      import { sqlite } from ${JSON.stringify(dialect)};
      const connection = sqlite.connect(${JSON.stringify(`sqlite:${path}`)}, { department: "Works", schemas: [] });
      const [[value]] = await connection.select("SELECT a FROM t", []);
      await connection.reopen();
      const [[again]] = await connection.select("SELECT a FROM t", []);
      await connection.close();
      console.log(value + again);`;
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 0, stdout: "10\n" });
  });

  it("describes tables by the mapping's names, with padded lengths, keys and indexes", async () => {
    const path = make(
      "a.sqlite",
      "CREATE TABLE BILL (YR INTEGER NOT NULL, ACCT CHAR(8) NOT NULL, AMT NUMERIC, PRIMARY KEY (ACCT, YR)); CREATE INDEX BYAMT ON BILL (AMT)",
    );
    const connection = connect(path, ["rev"]);
    const [table] = await connection.catalogue(["rev.BILL", "rev.NONE"]);
    expect(table).toMatchObject({ name: "rev.BILL", kind: "table", primaryKey: ["ACCT", "YR"] });
    expect(table?.columns).toContainEqual({ name: "ACCT", type: "CHAR(8)", nullable: false, padded: 8 });
    expect(table?.indexes).toContainEqual({ columns: ["AMT"], unique: false });
    expect((await connection.catalogue()).map(({ name }) => name)).toEqual(["rev.BILL"]);
  });
});
