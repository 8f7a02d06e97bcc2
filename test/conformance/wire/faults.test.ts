import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EngineError, oracleError } from "../../support/wire/backend/engine-error.ts";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";
import {
  errorOf,
  type MssqlPool,
  mssql,
  mssqlLogin,
  type OracleConnection,
  type OraclePool,
  oracledb,
  oracleLogin,
} from "./drivers.ts";
import { permits, social } from "./tables.ts";

const held = (server: WireServer) => vi.waitFor(() => expect(server.faults.holding).toBeGreaterThan(0));

describe("faults of the Oracle double", () => {
  const sql = "SELECT LINE_NO FROM FEE_LINE WHERE LINE_NO <= 50 ORDER BY LINE_NO";
  let server: WireServer;
  let pool: OraclePool;
  const withConnection = async <T>(work: (connection: OracleConnection) => Promise<T>): Promise<T> => {
    const connection = await pool.getConnection();
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };
  const count = () => withConnection(async (connection) => (await connection.execute(sql)).rows.length);

  beforeEach(async () => {
    server = await startTnsServer({ users: { PORTAL: "secret" }, database: { name: "PERMITS", tables: permits } });
    pool = await oracledb.createPool({ ...oracleLogin(server), poolMin: 0, poolMax: 4 });
  });
  afterEach(async () => {
    await pool.close(0);
    await server.close();
  });

  it("refuses connections until told otherwise", async () => {
    server.faults.refuseConnections = true;
    expect((await errorOf(oracledb.getConnection(oracleLogin(server)))).message).toMatch(/12528|refused/);
    server.faults.clear();
    expect(await count()).toBe(50);
  });

  it("breaks in the middle of a row, and a new connection works", async () => {
    server.faults.dropAfterRows = 1;
    expect((await errorOf(count())).message).toMatch(/NJS-50[01]/);
    server.faults.clear();
    expect(await count()).toBe(50);
  });

  it("stalls in half a packet until the client gives up", async () => {
    server.faults.stallMidPacket = true;
    const stalled = withConnection((connection) => {
      connection.callTimeout = 100;
      return connection.execute(sql);
    });
    const settled = stalled.then(
      () => "answered",
      () => "failed",
    );
    await vi.waitFor(() => expect(server.statements).toHaveLength(1));
    server.dropConnections();
    expect(await settled).toBe("failed");
    server.faults.clear();
    expect(await count()).toBe(50);
  });

  it("holds an answer until connection.break(), and the connection lives on", async () => {
    await withConnection(async (connection) => {
      server.faults.holdReplies = true;
      const failed = errorOf(connection.execute(sql));
      await held(server);
      await connection.break();
      expect((await failed).number).toBe(1013);
      server.faults.clear();
      expect((await connection.execute(sql)).rows).toHaveLength(50);
    });
    expect(server.events).toContain("cancel");
  });

  it("answers late, and callTimeout ends the wait", async () => {
    await withConnection(async (connection) => {
      server.faults.replyDelay = 60_000;
      connection.callTimeout = 50;
      expect((await errorOf(connection.execute(sql))).message).toContain("NJS-123");
      server.faults.clear();
      connection.callTimeout = 0;
      expect((await connection.execute(sql)).rows).toHaveLength(50);
    });
  });

  it("fails over: the session ends with the engine's error and the pool recovers", async () => {
    await count();
    server.failOver();
    const failed = await errorOf(count());
    expect(failed.message).toMatch(/ORA-01089|NJS-500/);
    expect(await count()).toBe(50);
  });

  it("survives that every idle connection is cut", async () => {
    await count();
    server.dropConnections();
    await vi.waitFor(() => expect(server.connections).toBe(0));
    await vi.waitFor(async () => expect(await count()).toBe(50));
  });

  it("takes the new password only, once it was changed", async () => {
    server.changePassword("PORTAL", "renewed");
    expect((await errorOf(oracledb.getConnection(oracleLogin(server)))).number).toBe(1017);
    await (await oracledb.getConnection(oracleLogin(server, "renewed"))).close();
  });

  it("takes a connection and never answers, until connect_timeout ends the wait", async () => {
    server.faults.ignoreConnections = true;
    const login = oracleLogin(server);
    const failed = await errorOf(
      oracledb.getConnection({ ...login, connectString: `${login.connectString}?connect_timeout=1` }),
    );
    expect(failed.message).toContain("NJS-510");
  });

  it("fails statements with the error that a test asks for", async () => {
    server.faults.failWith = oracleError(1555, "snapshot too old: rollback segment number 9 with name too small");
    expect((await errorOf(count())).number).toBe(1555);
    server.faults.clear();
    expect(await count()).toBe(50);
  });

  it("words a write to a read-only database otherwise", async () => {
    server.faults.readOnly = true;
    const write = withConnection((connection) => connection.execute("DELETE FROM FEE_LINE"));
    expect((await errorOf(write)).number).toBe(16_000);
  });
});

describe("faults of the SQL Server double", () => {
  const sql = "SELECT AwardNo FROM dbo.tblAward ORDER BY AwardNo";
  let server: WireServer;
  let pool: MssqlPool;
  const count = async () => (await pool.request().query(sql)).recordset.length;

  beforeEach(async () => {
    server = await startTdsServer({ users: { portal: "secret" }, database: { name: "City", tables: social } });
    pool = await new mssql.ConnectionPool({ ...mssqlLogin(server), requestTimeout: 60_000 }).connect();
    pool.on("error", () => {});
  });
  afterEach(async () => {
    await pool.close();
    await server.close();
  });

  it("refuses connections until told otherwise", async () => {
    server.faults.refuseConnections = true;
    const refused = await errorOf(new mssql.ConnectionPool(mssqlLogin(server)).connect());
    expect(refused.message).toContain("SQL Server service has been paused");
    server.faults.clear();
    expect(await count()).toBe(10_000);
  });

  it("breaks in the middle of a row, and a new connection works", async () => {
    await count();
    server.faults.dropAfterRows = 3;
    expect((await errorOf(count())).message).toMatch(/socket|connection|closed/i);
    server.faults.clear();
    expect(await count()).toBe(10_000);
  });

  it("stalls in half a packet until the client gives up", async () => {
    await count();
    server.faults.stallMidPacket = true;
    const seen = server.statements.length;
    const stalled = errorOf(count());
    // The pool tests a connection with a statement of its own first.
    await vi.waitFor(() => expect(server.statements.length).toBeGreaterThan(seen));
    server.faults.clear();
    server.dropConnections();
    await stalled;
    expect(await count()).toBe(10_000);
  });

  it("cancels before the first row with two replies, and the connection lives on", async () => {
    await count();
    const { connections } = server;
    const request = pool.request();
    server.faults.holdReplies = true;
    const failed = errorOf(request.query(sql));
    await held(server);
    // What is held now may be the pool's own test of the connection.
    if (server.statements.at(-1) !== sql) {
      server.faults.release();
      server.faults.holdReplies = true;
      await vi.waitFor(() => expect(server.statements.at(-1)).toBe(sql));
      await held(server);
    }
    request.cancel();
    expect((await failed).message).toMatch(/cancel/i);
    server.faults.clear();
    expect(await count()).toBe(10_000);
    expect(server.connections).toBe(connections);
    expect(server.events).toContain("cancel");
  });

  it("cancels between rows, and the connection lives on", async () => {
    const request = pool.request() as ReturnType<MssqlPool["request"]> & {
      stream: boolean;
      on(event: string, listener: () => void): void;
    };
    request.stream = true;
    const ended = new Promise<void>((resolve) => {
      request.on("done", resolve);
      request.on("error", () => resolve());
    });
    let rows = 0;
    request.on("row", () => {
      rows++;
      if (rows === 10) request.cancel();
    });
    void request.query(sql);
    await ended;
    expect(rows).toBeLessThan(10_000);
    expect(await count()).toBe(10_000);
  });

  it("answers late, and requestTimeout ends the wait", async () => {
    const hasty = await new mssql.ConnectionPool({ ...mssqlLogin(server), requestTimeout: 1000 }).connect();
    const transaction = hasty.transaction();
    await transaction.begin();
    server.faults.replyDelay = 60_000;
    expect((await errorOf(transaction.request().query(sql))).message).toMatch(/timeout/i);
    server.faults.clear();
    expect((await transaction.request().query("SELECT 1 AS one")).recordset).toEqual([{ one: 1 }]);
    await transaction.commit();
    await hasty.close();
  });

  it("fails over: the session ends with the engine's error and the pool recovers", async () => {
    const transaction = pool.transaction();
    await transaction.begin();
    server.failOver();
    expect((await errorOf(transaction.request().query(sql))).number).toBe(983);
    await errorOf(transaction.rollback());
    expect(await count()).toBe(10_000);
  });

  it("survives that every idle connection is cut", async () => {
    await count();
    server.dropConnections();
    await vi.waitFor(() => expect(server.connections).toBe(0));
    expect(await count()).toBe(10_000);
  });

  it("takes the new password only, once it was changed", async () => {
    server.changePassword("portal", "renewed");
    const failed = await errorOf(new mssql.ConnectionPool(mssqlLogin(server)).connect());
    expect(failed.message).toBe("Login failed for user 'portal'.");
    await (await new mssql.ConnectionPool(mssqlLogin(server, "renewed")).connect()).close();
  });

  it("takes a connection and never answers, until connectionTimeout ends the wait", async () => {
    server.faults.ignoreConnections = true;
    const failed = await errorOf(new mssql.ConnectionPool({ ...mssqlLogin(server), connectionTimeout: 200 }).connect());
    expect(failed.message).toContain("Failed to connect");
  });

  it("fails statements with the error that a test asks for", async () => {
    const transaction = pool.transaction();
    await transaction.begin();
    server.faults.failWith = new EngineError(1222, "Lock request time out period exceeded.", { state: 51 });
    expect((await errorOf(transaction.request().query(sql))).number).toBe(1222);
    server.faults.clear();
    await transaction.rollback();
  });

  it("words a write to a read-only database otherwise", async () => {
    server.faults.readOnly = true;
    expect((await errorOf(pool.request().query("DELETE FROM dbo.tblAward"))).number).toBe(3906);
  });
});
