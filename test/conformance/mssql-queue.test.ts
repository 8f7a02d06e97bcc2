import knex, { type Knex } from "knex";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReadConnection } from "../../shared/sql/dialect.ts";
import { mssql } from "../../shared/sql/mssql/dialect.ts";
import type { WireServer } from "../support/wire/server.ts";
import { startTdsServer } from "../support/wire/tds/server.ts";

const departments = ["registry", "permits", "revenue", "social", "water", "contact"];
const requests = 1_000;
const text = "SELECT t.Name AS c0 FROM dbo.Who t";

/**
 * knex's client for SQL Server keeps one queue for all its instances, and takes the youngest statement from it: with two
 * statements in flight in a transaction, another department's connection runs one of them.
 */
describe("six departments on SQL Server, asked at once", () => {
  const servers: WireServer[] = [];
  const stock: Knex[] = [];
  const own: ReadConnection[] = [];

  beforeAll(async () => {
    for (const department of departments) {
      const server = await startTdsServer({
        users: { portal: "secret" },
        database: {
          name: department,
          tables: [{ name: "dbo.Who", columns: { Name: "VARCHAR(20)" }, rows: [[department]] }],
        },
      });
      servers.push(server);
      const login = {
        server: "127.0.0.1",
        port: server.port,
        user: "portal",
        password: "secret",
        database: department,
      };
      const connection = { ...login, options: { encrypt: false } };
      stock.push(knex({ client: "mssql", connection, pool: { min: 0, max: 4 } }));
      own.push(mssql.connect(server.url, { department, schemas: [] }));
    }
  });
  afterAll(async () => {
    await Promise.all(own.map((connection) => connection.close()));
    await Promise.all(stock.map((each) => each.destroy()));
    await Promise.all(servers.map((server) => server.close()));
  });

  /** Two statements in flight in a transaction: the departments whose rows came. */
  const inTransaction = (at: number) =>
    (stock[at] as Knex).transaction(async (transaction) => {
      const both = await Promise.all([1, 2].map(() => transaction.raw<{ c0: string }[]>(text)));
      return both.flat().map(({ c0 }) => c0);
    });

  const wrongOf = (answers: readonly PromiseSettledResult<readonly string[]>[]) =>
    answers.filter((answer, index) => {
      const department = departments[index % departments.length];
      return answer.status === "fulfilled" && answer.value.some((name) => name !== department);
    }).length;

  it("get each other's rows from knex's own client", async () => {
    const asked = Array.from({ length: 60 }, (_, index) => inTransaction(index % departments.length));
    const wrong = wrongOf(await Promise.allSettled(asked));
    console.info(`mssql: ${wrong} wrong-database answers in ${asked.length} transactions of the stock client`);
    expect(wrong).toBeGreaterThan(0);
  });

  it(`get 0 answers of a wrong database in ${requests} requests, transactions of the stock client in flight`, async () => {
    const ask = async (at: number) =>
      (await (own[at] as ReadConnection).select(text, [])).map(([name]) => String(name));
    const asked = Array.from({ length: requests }, (_, index) => ask(index % departments.length));
    const others = Array.from({ length: 60 }, (_, index) => inTransaction(index % departments.length));
    const [answers] = await Promise.all([Promise.allSettled(asked), Promise.allSettled(others)]);
    console.info(`mssql: ${wrongOf(answers)} wrong-database answers in ${requests} requests of ours`);
    expect(answers.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(wrongOf(answers)).toBe(0);
  });
});
