import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReadConnection } from "../../../shared/sql/dialect.ts";
import { failureReason } from "../../../shared/sql/failure-reason.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** What an engine brings to the suite of faults. */
export interface FaultyEngine {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Opens the department's database over the proxy. */
  connect(port: number, options?: { readonly timeoutMs?: number; readonly password?: string }): ReadConnection;
  /** A statement that answers so many rows of some hundred bytes each. */
  rows(count: number): string;
  /** A statement that runs for a minute unless it is cancelled. */
  readonly slow: string;
  /** A statement that writes. */
  readonly write: string;
  /** Statements of this suite's user that run now, as the server's administrator sees them. */
  running(): Promise<number>;
  /** Log-ins of this suite's user. */
  sessions(): Promise<number>;
  /** The server ends every session of this suite's user, as when it is restarted. */
  endSessions(): Promise<void>;
  /** From now on nobody logs in with another one. */
  changePassword(password: string): Promise<void>;
  setReadOnly(on: boolean): Promise<void>;
  /** What the log says of a log-in that was refused. */
  readonly refusal: string;
  /** The user's password at first. */
  readonly password: string;
  prepare(): Promise<void>;
  finish(): Promise<void>;
}

/** How long a server may take to notice, on a machine with other things to do. */
const patience = { timeout: 10_000 };

/** Each fault: a clear error of the catalogue, no connection left behind, and the next question answered. */
export function faultSuite(engine: FaultyEngine): void {
  describe(`${engine.name} faults`, () => {
    let proxy: TcpProxy;
    let connection: ReadConnection;

    beforeAll(() => engine.prepare());
    afterAll(() => engine.finish());
    beforeEach(async () => {
      proxy = await startTcpProxy(engine.host, engine.port);
      connection = engine.connect(proxy.port);
    });
    afterEach(async () => {
      await connection.close();
      await expect.poll(() => proxy.connections, patience).toBe(0);
      await proxy.close();
      await expect.poll(() => engine.sessions(), patience).toBe(0);
    });

    const unavailable = {
      code: "DEPARTMENT_UNAVAILABLE",
      message: "The records of Works cannot be read at the moment.",
    };
    const answers = async () => expect(await connection.select(engine.rows(3), [])).toHaveLength(3);

    it("opens nothing before the first question, and one session for it", async () => {
      expect(proxy.taken).toBe(0);
      await answers();
      expect(proxy.taken).toBe(1);
      await answers();
      expect(proxy.taken).toBe(1);
    });

    it("says that the records cannot be read while the server refuses connections, and reads them when it is back", async () => {
      proxy.down();
      await expect(connection.select(engine.rows(3), [])).rejects.toMatchObject(unavailable);
      const many = await Promise.allSettled(Array.from({ length: 30 }, () => connection.select(engine.rows(3), [])));
      expect(many.every(({ status }) => status === "rejected")).toBe(true);
      proxy.up();
      await answers();
    });

    it("asks again on a new session when the pool's sessions died while they lay idle", async () => {
      await Promise.all(Array.from({ length: 5 }, () => connection.select(engine.rows(3), [])));
      await engine.endSessions();
      await Promise.all(Array.from({ length: 5 }, answers));
      proxy.breakAll();
      await answers();
    });

    it("asks again on new sessions when the database failed over to another server, a statement in flight", async () => {
      await Promise.all(Array.from({ length: 5 }, answers));
      const successor = await startTcpProxy(engine.host, engine.port);
      try {
        proxy.delay(100);
        const inFlight = answers();
        proxy.moveTo(successor.port);
        proxy.heal();
        proxy.breakAll();
        await inFlight;
        await answers();
        expect(successor.taken).toBeGreaterThan(0);
        await connection.close();
      } finally {
        await successor.close();
      }
    });

    it("gives no half answer when the connection drops in the middle of a row", async () => {
      await answers();
      proxy.breakAfter(70_001);
      await expect(connection.select(engine.rows(5_000), [])).rejects.toMatchObject(unavailable);
      proxy.heal();
      expect(await connection.select(engine.rows(5_000), [])).toHaveLength(5_000);
    });

    it("does not wait for the other half of a packet beyond the statement's time", async () => {
      await answers();
      proxy.stallAfter(4);
      const since = performance.now();
      await expect(connection.select(engine.rows(3), [], { timeoutMs: 300 })).rejects.toMatchObject(unavailable);
      expect(performance.now() - since).toBeLessThan(1_500);
      proxy.heal();
      await answers();
    });

    it("waits for answers that are late", async () => {
      await answers();
      proxy.delay(60);
      await answers();
    });

    it("stops the statement on the server when the caller gives up", async () => {
      const abort = new AbortController();
      const asked = connection.select(engine.slow, [], { signal: abort.signal });
      await expect.poll(() => engine.running(), patience).toBe(1);
      abort.abort();
      await expect(asked).rejects.toMatchObject(unavailable);
      await expect.poll(() => engine.running(), patience).toBe(0);
      await answers();
    });

    it("stops the statement on the server when its time is over", async () => {
      await expect(connection.select(engine.slow, [], { timeoutMs: 200 })).rejects.toMatchObject(unavailable);
      await expect.poll(() => engine.running(), patience).toBe(0);
      await answers();
    });

    it("hands the pool's sessions out again after 40 statements were given up at once", async () => {
      const asked = Array.from({ length: 40 }, () => connection.select(engine.slow, [], { timeoutMs: 300 }));
      const settled = await Promise.allSettled(asked);
      expect(settled.every(({ status }) => status === "rejected")).toBe(true);
      await expect.poll(() => engine.running(), patience).toBe(0);
      await Promise.all(Array.from({ length: 20 }, answers));
    });

    it("stops what runs when it is closed", async () => {
      const asked = connection.select(engine.slow, []);
      const refused = expect(asked).rejects.toMatchObject(unavailable);
      await expect.poll(() => engine.running(), patience).toBe(1);
      await connection.close();
      await refused;
      await expect.poll(() => engine.running(), patience).toBe(0);
      await expect(connection.select(engine.rows(1), [])).rejects.toMatchObject(unavailable);
    });

    it("refuses to write, whatever the user may do", async () => {
      await expect(connection.select(engine.write, [])).rejects.toMatchObject(unavailable);
      await answers();
    });

    it("says that the records cannot be read once the password was changed, without saying the password", async () => {
      await answers();
      await engine.changePassword("another");
      await engine.endSessions();
      const refused = await connection.select(engine.rows(3), []).catch((error: unknown) => error);
      expect(refused).toMatchObject(unavailable);
      expect(String((refused as Error).message)).not.toContain(engine.password);
      expect(failureReason(refused)).toBe(engine.refusal);
      await engine.changePassword(engine.password);
      await answers();
    });

    it("opens anew when it is told to", async () => {
      await answers();
      await connection.reopen();
      await expect.poll(() => engine.sessions(), patience).toBe(0);
      await answers();
      expect(proxy.taken).toBe(2);
    });

    it("reads on while the database is set read-only", async () => {
      await answers();
      await engine.setReadOnly(true);
      try {
        await answers();
        await connection.reopen();
        await answers();
      } finally {
        await engine.setReadOnly(false);
      }
    });
  });
}
