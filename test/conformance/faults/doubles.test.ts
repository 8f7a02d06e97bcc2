import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReadConnection } from "../../../shared/sql/dialect.ts";
import { failureReason } from "../../../shared/sql/failure-reason.ts";
import { mssql } from "../../../shared/sql/mssql/dialect.ts";
import { oracle } from "../../../shared/sql/oracle/dialect.ts";
import type { WireTable } from "../../support/wire/backend/declared-schema.ts";
import { EngineError, oracleError } from "../../support/wire/backend/engine-error.ts";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";

const rows = Array.from({ length: 5_000 }, (_, at) => [at + 1, `text ${at + 1} `.padEnd(60, "x")]);
const tables = (number: string): WireTable[] => [
  { name: "WORKS.LINE", columns: { N: `${number} NOT NULL`, TXT: "VARCHAR(60)" }, primaryKey: ["N"], rows },
];

const engines = [
  {
    name: "mssql",
    dialect: mssql,
    user: "portal",
    refusal: "ELOGIN",
    deadlock: () => new EngineError(1205, "Transaction was deadlocked.", { severity: 13 }),
    start: () =>
      startTdsServer({ users: { portal: "first secret" }, database: { name: "Works", tables: tables("INT") } }),
  },
  {
    name: "oracle",
    dialect: oracle,
    user: "PORTAL",
    refusal: "ORA-01017",
    deadlock: () => oracleError(1555, "snapshot too old"),
    start: () =>
      startTnsServer({ users: { PORTAL: "first secret" }, database: { name: "WORKS", tables: tables("NUMBER(9)") } }),
  },
] as const;

const unavailable = { code: "DEPARTMENT_UNAVAILABLE", message: "The records of Works cannot be read at the moment." };

/** Each fault of the doubles: a clear error, no connection left behind, and the next question answered. */
describe.each(engines)("$name faults", ({ dialect, user, refusal, deadlock, start }) => {
  const few = "SELECT N, TXT FROM WORKS.LINE WHERE N <= 3";
  const many = "SELECT N, TXT FROM WORKS.LINE";
  let server: WireServer;
  let connection: ReadConnection;

  beforeEach(async () => {
    server = await start();
    connection = dialect.connect(server.url, { department: "Works", schemas: [] });
  });
  afterEach(async () => {
    server.faults.clear();
    await connection.close();
    await expect.poll(() => server.connections, { timeout: 5_000 }).toBe(0);
    await server.close();
  });

  const answers = async () => expect(await connection.select(few, [])).toHaveLength(3);
  const fails = (sql = few, options = {}) =>
    expect(connection.select(sql, [], options)).rejects.toMatchObject(unavailable);
  const logins = () => server.events.filter((event) => event === "login").length;
  const held = () => expect.poll(() => server.faults.holding, { timeout: 5_000 }).toBeGreaterThan(0);

  it("opens nothing before the first question, and one session for it", async () => {
    expect(server.connections).toBe(0);
    await answers();
    await answers();
    expect(logins()).toBe(1);
  });

  it("says that the records cannot be read while connections are refused, and reads them afterwards", async () => {
    server.faults.refuseConnections = true;
    await fails();
    await Promise.all(Array.from({ length: 20 }, () => fails()));
    server.faults.clear();
    await answers();
  });

  it("does not wait for a host that swallows packets beyond the statement's time", async () => {
    server.faults.ignoreConnections = true;
    await fails(few, { timeoutMs: 200 });
    server.faults.clear();
    server.dropConnections();
    const found = () =>
      connection.select(few, []).then(
        ({ length }) => length,
        () => 0,
      );
    await expect.poll(found, { timeout: 5_000 }).toBe(3);
  });

  it("gives no half answer when the connection drops in the middle of a row", async () => {
    await answers();
    server.faults.dropAfterRows = 100;
    await fails(many);
    server.faults.clear();
    expect(await connection.select(many, [])).toHaveLength(5_000);
  });

  it("does not wait for the other half of a packet beyond the statement's time", async () => {
    await answers();
    server.faults.stallMidPacket = true;
    const since = performance.now();
    await fails(few, { timeoutMs: 200 });
    expect(performance.now() - since).toBeLessThan(1_500);
    server.faults.clear();
    await answers();
  });

  it("waits for answers that are late", async () => {
    await answers();
    server.faults.replyDelay = 50;
    await answers();
  });

  it("stops the statement on the server when the caller gives up", async () => {
    await answers();
    server.faults.holdReplies = true;
    const abort = new AbortController();
    const asked = fails(few, { signal: abort.signal });
    await held();
    abort.abort();
    await asked;
    await expect.poll(() => server.events, { timeout: 5_000 }).toContain("cancel");
    await expect.poll(() => server.faults.holding, { timeout: 5_000 }).toBe(0);
    server.faults.clear();
    await answers();
  });

  it("hands the pool's sessions out again after 30 statements were given up at once", async () => {
    await answers();
    server.faults.holdReplies = true;
    await Promise.all(Array.from({ length: 30 }, () => fails(few, { timeoutMs: 200 })));
    server.faults.clear();
    await Promise.all(Array.from({ length: 20 }, answers));
  });

  it("asks again on a new session when the database moved to another host", async () => {
    await Promise.all(Array.from({ length: 5 }, answers));
    server.failOver();
    await Promise.all(Array.from({ length: 5 }, answers));
  });

  it("asks again on a new session when the pool's sessions died while they lay idle", async () => {
    await Promise.all(Array.from({ length: 5 }, answers));
    server.dropConnections();
    await Promise.all(Array.from({ length: 5 }, answers));
  });

  it("says that the records cannot be read once the password was changed, without saying the password", async () => {
    await answers();
    server.changePassword(user, "another");
    server.dropConnections();
    const refused = await connection.select(few, []).catch((error: unknown) => error);
    expect(refused).toMatchObject(unavailable);
    expect(String(refused)).not.toContain("first secret");
    expect(failureReason(refused)).toBe(refusal);
    server.changePassword(user, "first secret");
    await answers();
  });

  it("passes on that a statement failed, and keeps its session", async () => {
    await answers();
    server.faults.failWith = deadlock();
    await fails();
    server.faults.clear();
    await answers();
    expect(logins()).toBe(1);
  });

  it("reads on while the database is set read-only, and writes in no case", async () => {
    await answers();
    server.faults.readOnly = true;
    await answers();
    await fails("DELETE FROM WORKS.LINE");
    server.faults.clear();
    await fails("DELETE FROM WORKS.LINE");
    expect(await connection.select(many, [])).toHaveLength(5_000);
  });

  it("opens anew when it is told to", async () => {
    await answers();
    await connection.reopen();
    await answers();
    expect(logins()).toBe(2);
  });

  it("stops what runs when it is closed", async () => {
    await answers();
    server.faults.holdReplies = true;
    const asked = fails();
    await held();
    await connection.close();
    await asked;
    server.faults.clear();
    await fails();
  });
});
