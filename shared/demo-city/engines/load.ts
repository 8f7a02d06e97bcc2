import { fileURLToPath } from "node:url";
import { loadDepartments as readDepartments } from "../../department/load.ts";
import type { DepartmentModel } from "../../department/model.ts";
import { foundCity } from "../city.ts";
import { loadDepartments } from "./load-departments.ts";
import { connectMssql } from "./mssql.ts";
import { connectMysql } from "./mysql.ts";
import { connectOracle } from "./oracle.ts";
import { connectPostgres } from "./postgres.ts";
import type { LegacyServer } from "./server.ts";

/**
 * Loads the demo city into database servers, as docker-compose.yml does for its profile `engines`:
 *
 *   DEMO_POSTGRES_URL=postgres://admin:secret@host/database npx tsx shared/demo-city/engines/load.ts
 *
 * Each department goes to the server of its own engine, whose administrator's URL is in DEMO_MSSQL_URL, DEMO_ORACLE_URL,
 * DEMO_POSTGRES_URL or DEMO_MYSQL_URL; those without a URL are left out. CITY_SIZE, CITY_SEED and CITY_DATE are as
 * everywhere. It is for empty servers: it makes databases, schemas and users, and replaces none.
 */
const connectors: Readonly<Partial<Record<DepartmentModel["source"]["engine"], Connect>>> = {
  MSSQL: connectMssql,
  ORACLE: connectOracle,
  POSTGRES: connectPostgres,
  MYSQL: connectMysql,
};

type Connect = (url: string) => Promise<LegacyServer>;

const { env } = process;
const servers = new Map(
  (Object.entries(connectors) as [DepartmentModel["source"]["engine"], Connect][]).flatMap(([engine, connect]) => {
    const url = env[`DEMO_${engine}_URL`];
    return url ? [[engine, () => connect(url)] as const] : [];
  }),
);
await loadDepartments({
  city: foundCity({
    size: Number(env.CITY_SIZE || 5_000),
    seed: Number(env.CITY_SEED || 1),
    today: env.CITY_DATE || new Date().toISOString().slice(0, 10),
  }),
  departments: await readDepartments([fileURLToPath(new URL("../../../subgraphs/", import.meta.url))]),
  servers,
  write: (line) => console.info(line),
});
