import { connectPostgres } from "../../../shared/demo-city/engines/postgres.ts";
import { postgres as dialect } from "../../../shared/sql/postgres/dialect.ts";
import { onServer } from "./on-server.ts";

/** A role that may create schemas and roles. */
export const postgresUrl = process.env.CIVIGRAPH_TEST_POSTGRES_URL ?? "postgres://root@127.0.0.1:5432/test";

export const postgres = onServer({
  name: "postgres",
  dialect,
  url: postgresUrl,
  absent: "no PostgreSQL at CIVIGRAPH_TEST_POSTGRES_URL",
  connect: connectPostgres,
});
