import type { AddressInfo } from "node:net";
import mysql2 from "mysql2";
import { afterEach, describe, expect, it } from "vitest";
import type { CatalogueColumn } from "../../../shared/sql/dialect.ts";
import { mysql } from "../../../shared/sql/mysql/dialect.ts";

/** The driver's own server part: it greets as a version and takes down what is asked; it answers no SELECT. */
async function startGreeting(serverVersion: string) {
  const asked: string[] = [];
  // Its types know nothing of what a server does.
  const server = (mysql2 as unknown as { createServer(): Greeting }).createServer();
  server.on("connection", (client) => {
    client.serverHandshake({
      protocolVersion: 10,
      serverVersion,
      connectionId: 7,
      statusFlags: 2,
      characterSet: 45,
      capabilityFlags: 0xff_ff_ff & ~0x800,
    });
    client.on("query", (sql) => {
      asked.push(sql);
      client.sequenceId = 1;
      client.writeTextResult([{ version: serverVersion }], [{ ...textColumn, name: "version" }]);
    });
    client.on("stmt_prepare", (sql) => {
      asked.push(sql);
      client.sequenceId = 1;
      if (sql.startsWith("SET")) client.writeOk();
      else client.writeError({ message: "no such table", code: 1146 });
    });
    client.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server._server.address() as AddressInfo;
  return { asked, url: `mysql://portal:secret@127.0.0.1:${port}/works`, close: () => server._server.close() };
}

const textColumn = {
  ...{ catalog: "def", schema: "", table: "", orgTable: "", orgName: "" },
  ...{ characterSet: 45, columnLength: 100, columnType: 253, flags: 0, decimals: 0 },
};

interface Greeting {
  readonly _server: { address(): unknown; close(): void };
  on(event: "connection", listener: (client: GreetedClient) => void): void;
  listen(port: number, host: string, listening: () => void): void;
}

interface GreetedClient {
  sequenceId: number;
  on(event: string, listener: (sql: string) => void): void;
  serverHandshake(greeting: object): void;
  writeTextResult(rows: readonly object[], columns: readonly object[]): void;
  writeOk(): void;
  writeError(error: { message: string; code: number }): void;
}

describe("MySQL and MariaDB", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  const column: CatalogueColumn = { name: "N", type: "int", nullable: false, kind: "integer" };
  const askedOf = async (version: string): Promise<readonly string[]> => {
    const server = await startGreeting(version);
    const connection = mysql.connect(server.url, { department: "Works", schemas: [], timeoutMs: 2_500 });
    open.push(connection, server);
    const text = `SELECT ${mysql.quote("odd`name")} FROM t JOIN ${mysql.keyTable([column], 2)} k`;
    await expect(connection.select(text, [0, 1, 1, 2])).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
    return server.asked;
  };

  it("read only, for so long, in the words of MySQL 8", async () => {
    const asked = await askedOf("8.0.36");
    expect(asked).toContain("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY");
    expect(asked.join()).toContain("max_execution_time = 2500");
    expect(asked.join()).not.toContain("max_statement_time");
    expect(asked.at(-1)).toMatch(/VALUES ROW\(.+\), ROW\(/);
  });

  it("read only, for so long, in the words of MariaDB, whose rows of values have no word before them", async () => {
    const asked = await askedOf("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12");
    expect(asked).toContain("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY");
    expect(asked.join()).toContain("max_statement_time = 2.5");
    expect(asked.join()).not.toContain("max_execution_time");
    expect(asked.at(-1)).toMatch(/VALUES \(.+\), \(/);
    expect(asked.at(-1)).not.toContain("ROW(");
  });

  it("put names in backticks, whatever ANSI_QUOTES says, and drop the server's own modes", async () => {
    const asked = await askedOf("8.4.4");
    expect(asked.at(-1)).toContain("`odd``name`");
    expect(asked.join()).not.toContain('"');
    expect(asked.join()).toContain("sql_mode = ''");
  });
});
