import { createPool, type RowDataPacket } from "mysql2/promise";
import { describe, it } from "vitest";
import { mysql as dialect } from "../../../shared/sql/mysql/dialect.ts";
import { runId } from "../../support/engines/engine.ts";
import { mysql, mysqlUrl } from "../../support/engines/mysql.ts";
import { faultSuite } from "./fault-suite.ts";

const user = `${runId}r`;
const server = new URL(mysqlUrl);
const admin = createPool({ uri: mysqlUrl, connectionLimit: 1 });

const count = async (where: string) => {
  const sql = `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${user}'${where}`;
  return Number((await admin.query<RowDataPacket[]>(sql))[0][0]?.n);
};
const absence = await mysql.absence();

if (absence !== undefined && process.env.REQUIRE_SERVICES !== "1") {
  describe("mysql faults", () => it.skip(`skipped: ${absence}`, () => {}));
} else {
  faultSuite({
    name: "mysql",
    host: server.hostname,
    port: Number(server.port) || 3306,
    password: "first secret",
    refusal: "ER_ACCESS_DENIED_ERROR",
    connect(port, { timeoutMs, password = "first secret" } = {}) {
      const url = new URL(mysqlUrl);
      url.hostname = "127.0.0.1";
      url.port = String(port);
      url.username = user;
      url.password = password;
      return dialect.connect(url.href, { department: "Works", schemas: [], ...(timeoutMs ? { timeoutMs } : {}) });
    },
    rows: (rows) =>
      `WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100)
       SELECT a.n, REPEAT('x', 200) FROM s a, s b LIMIT ${rows}`,
    slow: "SELECT SLEEP(60)",
    write: `CREATE TABLE ${user}_written (n INT)`,
    running: () => count(" AND info LIKE '%SLEEP%'"),
    sessions: () => count(""),
    async endSessions() {
      const mine = `SELECT id FROM information_schema.processlist WHERE user = '${user}'`;
      // MariaDB alone can kill by user; one that is gone by now needs no killing.
      for (const { id } of (await admin.query<RowDataPacket[]>(mine))[0])
        await admin.query(`KILL ${id}`).catch(() => {});
    },
    async changePassword(password) {
      await admin.query(`ALTER USER ${user}@'%' IDENTIFIED BY '${password}'`);
    },
    async setReadOnly(on) {
      await admin.query(`SET GLOBAL read_only = ${on ? 1 : 0}`);
    },
    async prepare() {
      await admin.query(`CREATE USER ${user}@'%' IDENTIFIED BY 'first secret'`);
      await admin.query(`GRANT ALL ON ${server.pathname.slice(1) || "test"}.* TO ${user}@'%'`);
    },
    async finish() {
      await admin.query(`DROP USER ${user}@'%'`);
      await admin.end();
    },
  });
}
