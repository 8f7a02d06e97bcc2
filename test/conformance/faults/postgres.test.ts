import pg from "pg";
import { describe, it } from "vitest";
import { postgres as dialect } from "../../../shared/sql/postgres/dialect.ts";
import { runId } from "../../support/engines/engine.ts";
import { postgres, postgresUrl } from "../../support/engines/postgres.ts";
import { faultSuite } from "./fault-suite.ts";

const user = `${runId}_reader`;
const server = new URL(postgresUrl);
const admin = new pg.Client({ connectionString: postgresUrl });
const mine = `FROM pg_stat_activity WHERE usename = '${user}'`;

const count = async (sql: string) => Number((await admin.query<{ n: string }>(sql)).rows[0]?.n);
const absence = await postgres.absence();

if (absence !== undefined && process.env.REQUIRE_SERVICES !== "1") {
  describe("postgres faults", () => it.skip(`skipped: ${absence}`, () => {}));
} else {
  faultSuite({
    name: "postgres",
    host: server.hostname,
    port: Number(server.port) || 5432,
    password: "first secret",
    // A role that may not log in.
    refusal: "28000",
    connect(port, { timeoutMs, password = "first secret" } = {}) {
      const url = new URL(postgresUrl);
      url.hostname = "127.0.0.1";
      url.port = String(port);
      url.username = user;
      url.password = password;
      return dialect.connect(url.href, { department: "Works", schemas: [], ...(timeoutMs ? { timeoutMs } : {}) });
    },
    rows: (rows) => `SELECT n, repeat('x', 200) FROM generate_series(1, ${rows}) n`,
    slow: "SELECT pg_sleep(60)",
    write: `CREATE TABLE ${user}_written (n int)`,
    running: () => count(`SELECT count(*) AS n ${mine} AND state = 'active' AND query LIKE '%pg_sleep%'`),
    sessions: () => count(`SELECT count(*) AS n ${mine}`),
    async endSessions() {
      await admin.query(`SELECT pg_terminate_backend(pid, 5000) ${mine}`);
    },
    async changePassword(password) {
      // A server that trusts whoever is local asks for no password.
      const login = password === "first secret" ? "LOGIN" : "NOLOGIN";
      await admin.query(`ALTER ROLE ${user} ${login} PASSWORD '${password}'`);
    },
    async setReadOnly(on) {
      await admin.query(`ALTER ROLE ${user} ${on ? "SET default_transaction_read_only = on" : "RESET ALL"}`);
    },
    async prepare() {
      await admin.connect();
      await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD 'first secret'`);
      await admin.query(`GRANT CREATE ON SCHEMA public TO ${user}`);
    },
    async finish() {
      await admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
      await admin.end();
    },
  });
}
