import { connectMssql, mssqlType } from "../../../shared/demo-city/engines/mssql.ts";
import { mssql as dialect } from "../../../shared/sql/mssql/dialect.ts";
import { startTdsServer } from "../wire/tds/server.ts";
import { onDoubles } from "./doubles.ts";
import { onServer } from "./on-server.ts";

const url = process.env.CIVIGRAPH_TEST_MSSQL_URL;

/** What the doubles were asked in this process: all of it is parsed by a parser that is not ours. */
export const mssqlStatements = new Set<string>();

/** The vendor's server where a URL says where it is; otherwise TDS doubles, over the driver as it is published. */
export const mssql = url
  ? onServer({
      name: "mssql",
      dialect,
      url,
      absent: "no SQL Server at CIVIGRAPH_TEST_MSSQL_URL",
      connect: connectMssql,
    })
  : onDoubles({
      name: "mssql",
      dialect,
      typeOf: mssqlType,
      statements: mssqlStatements,
      start: (name, tables) => startTdsServer({ users: { portal: "secret" }, database: { name, tables } }),
    });
