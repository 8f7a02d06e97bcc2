import { connectOracle, oracleType } from "../../../shared/demo-city/engines/oracle.ts";
import { oracle as dialect } from "../../../shared/sql/oracle/dialect.ts";
import { nameOf } from "../../../shared/sql/oracle/names.ts";
import { startTnsServer } from "../wire/tns/server.ts";
import { onDoubles } from "./doubles.ts";
import { onServer } from "./on-server.ts";

const url = process.env.CIVIGRAPH_TEST_ORACLE_URL;

/** What the doubles were asked in this process: all of it is parsed by a parser that is not ours. */
export const oracleStatements = new Set<string>();

/** The vendor's server where a URL says where it is; otherwise TNS doubles, over the driver as it is published. */
export const oracle = url
  ? onServer({
      name: "oracle",
      dialect,
      url,
      absent: "no Oracle Database at CIVIGRAPH_TEST_ORACLE_URL",
      connect: connectOracle,
    })
  : onDoubles({
      name: "oracle",
      dialect,
      typeOf: oracleType,
      nameOf,
      statements: oracleStatements,
      start: (name, tables) => startTnsServer({ users: { PORTAL: "secret" }, database: { name, tables } }),
    });
