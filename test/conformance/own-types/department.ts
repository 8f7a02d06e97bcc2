import { createConnection } from "mysql2/promise";
import pg from "pg";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { createWrapper, type Wrapper } from "../../../shared/department/wrapper.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";
import { mysql } from "../../../shared/sql/mysql/dialect.ts";
import { postgres } from "../../../shared/sql/postgres/dialect.ts";
import { runId } from "../../support/engines/engine.ts";
import { mysqlUrl } from "../../support/engines/mysql.ts";
import { postgresUrl } from "../../support/engines/postgres.ts";

/** A field over a column of a type that only this engine has, or has in its own way. */
export interface OwnField {
  readonly name: string;
  readonly type: string;
  readonly column: string;
  /** As the engine declares it. */
  readonly declared: string;
  readonly missing?: readonly string[];
  /** SQL of the value in row `n`. */
  readonly value: string;
}

export interface OwnTypes {
  readonly engine: "postgres" | "mysql";
  readonly fields: readonly OwnField[];
  /** The rest of `@table`, its bracket included, and what stands beside it. */
  readonly rules?: string;
  /** Before the table is made. */
  readonly before?: readonly string[];
}

export const rowCount = 300;
const room = `${runId}_own_types`;

/** Makes the table in a room of this run's own, and wraps it; every field can be sorted and filtered by. */
export async function openOwnTypes({ engine, fields, rules = ")", before = [] }: OwnTypes) {
  const { model, faults } = parseDepartment(sdlOf(fields, rules), "own-types.graphql");
  if (!model) throw new Error(JSON.stringify(faults, null, 2));
  const server = await (engine === "postgres" ? onPostgres() : onMysql());
  for (const statement of [...server.enter, ...before]) await server.run(statement);
  const columns = fields.map(({ column, declared }) => `${server.dialect.quote(column)} ${declared}`);
  await server.run(`CREATE TABLE thing (n INTEGER NOT NULL PRIMARY KEY, ${columns.join(", ")})${server.options}`);
  const values = fields.map(({ value }) => value);
  await server.run(
    `INSERT INTO thing WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rowCount}) SELECT n, ${values.join(", ")} FROM s`,
  );
  const grants = { grants: async (records: readonly string[]) => records.map(() => true) };
  const wrapper: Wrapper = createWrapper({ model, url: server.url, dialects: [server.dialect], grants });
  return {
    async ask(selection: string, variables: Readonly<Record<string, unknown>> = {}, declared = "") {
      const context = { requestId: "own-types", audience: "city" };
      const { data, errors } = await wrapper.execute({ query: `query ${declared} ${selection}`, variables, context });
      if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
      return (data as { things: Things }).things;
    },
    async close() {
      await wrapper.close();
      await server.run(server.leave);
      await server.close();
    },
  };
}

export interface Things {
  readonly totalCount: number;
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly pageInfo: {
    readonly startCursor: string;
    readonly endCursor: string;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

function sdlOf(fields: readonly OwnField[], rules: string): string {
  const columns = fields.map(({ name, type, column, missing }) => {
    return `${name}: ${type} @column(name: "${column}"${missing ? `, missing: ${JSON.stringify(missing)}` : ""})`;
  });
  const orders = fields.flatMap(({ name, column }) =>
    ["ASC", "DESC"].map(
      (direction) => `${name}_${direction} @order(by: [{ column: "${column}", direction: ${direction} }])`,
    ),
  );
  const filters = fields.flatMap(({ name, type }) => [
    `${name}In: [${type}!] @filter(field: "${name}", by: IN)`,
    ...(type === "String"
      ? [`${name}Prefix: String @filter(field: "${name}", by: PREFIX)`]
      : type === "Boolean"
        ? []
        : ["From", "To"].map((end) => `${name}${end}: ${type} @filter(field: "${name}", by: ${end.toUpperCase()})`)),
  ]);
  return `
extend schema
  @department(id: "own", name: "Own Types", jurisdiction: "northport", lawfulBasis: PUBLIC_TASK, purposes: ["tests"])
  @source(engine: POSTGRES, url: "OWN_DATABASE_URL", timeZone: "Europe/Berlin")
type Thing @key(fields: "id") @table(name: "thing", id: ["n"]${rules} {
  id: ID!
  n: Int @column(name: "n")
  ${columns.join("\n  ")}
}
enum ThingOrder { ${orders.join("\n")} }
type Query {
  things(first: Int = 20, after: String, last: Int, before: String, orderBy: ThingOrder, ${filters.join("\n")}): ThingConnection @rows
}`;
}

interface Server {
  readonly dialect: Dialect;
  readonly url: string;
  readonly enter: readonly string[];
  readonly leave: string;
  readonly options: string;
  run(statement: string): Promise<unknown>;
  close(): Promise<void>;
}

async function onPostgres(): Promise<Server> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  const url = new URL(postgresUrl);
  url.searchParams.set("options", `-c search_path=${room}`);
  return {
    dialect: postgres,
    url: url.href.replaceAll("+", "%20"),
    enter: [`CREATE SCHEMA ${room}`, `SET search_path = ${room}`],
    leave: `DROP SCHEMA ${room} CASCADE`,
    options: "",
    run: (statement) => client.query(statement),
    close: () => client.end(),
  };
}

async function onMysql(): Promise<Server> {
  const connection = await createConnection({ uri: mysqlUrl });
  const url = new URL(mysqlUrl);
  url.pathname = `/${room}`;
  return {
    dialect: mysql,
    url: url.href,
    enter: [`CREATE DATABASE ${room}`, `USE ${room}`, "SET sql_mode = ''"],
    leave: `DROP DATABASE ${room}`,
    options: " DEFAULT CHARSET = latin1 COLLATE latin1_german1_ci",
    run: (statement) => connection.query(statement),
    close: () => connection.end(),
  };
}
