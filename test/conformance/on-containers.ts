import { spawnSync } from "node:child_process";

/**
 * `npm run test:engines`: the conformance suite against the vendors' own engines. An engine whose URL is in the environment
 * (CIVIGRAPH_TEST_MSSQL_URL, ..._ORACLE_URL, ..._POSTGRES_URL, ..._MYSQL_URL: an administrator's) is used where it runs; the
 * others are started in containers, by the profile `engines` of docker-compose.yml, and taken down afterwards. The suite of
 * MySQL runs on MariaDB and, where containers are started for it, on MySQL too.
 */
const password = process.env.ENGINES_PASSWORD ?? "Civigraph-demo-1";
const port = (variable: string, otherwise: number) => process.env[variable] ?? otherwise;
const root = (place: number | string) => `mysql://root:${password}@127.0.0.1:${place}/civigraph`;

/** By the variable that says where it is: what runs it here otherwise. */
const engines: Readonly<Record<string, { readonly services: readonly string[]; readonly url: string }>> = {
  CIVIGRAPH_TEST_MSSQL_URL: {
    services: ["mssql"],
    url: `mssql://sa:${password}@127.0.0.1:${port("MSSQL_PORT", 14330)}/master`,
  },
  CIVIGRAPH_TEST_ORACLE_URL: {
    services: ["oracle"],
    url: `oracle://system:${password}@127.0.0.1:${port("ORACLE_PORT", 15210)}/FREEPDB1`,
  },
  CIVIGRAPH_TEST_POSTGRES_URL: {
    services: ["postgres"],
    url: `postgres://postgres:${password}@127.0.0.1:${port("POSTGRES_PORT", 15432)}/civigraph`,
  },
  CIVIGRAPH_TEST_MYSQL_URL: { services: ["mariadb", "mysql"], url: root(port("MARIADB_PORT", 13306)) },
};

const missing = Object.entries(engines).filter(([variable]) => !process.env[variable]);
const services = missing.flatMap(([, engine]) => engine.services);
const environment = {
  ...process.env,
  ...Object.fromEntries(missing.map(([variable, { url }]) => [variable, url])),
  REQUIRE_SERVICES: "1",
};

if (services.length > 0) requireDocker();
try {
  if (services.length > 0 && !compose("up", "--detach", "--wait", ...services)) {
    process.exitCode = 1;
    throw new Error(`Not all of ${services.join(", ")} became healthy.`);
  }
  suite(environment, "test/conformance");
  if (services.includes("mysql")) {
    const onMysql = { ...environment, CIVIGRAPH_TEST_MYSQL_URL: root(port("MYSQL_PORT", 13307)) };
    suite(onMysql, "test/conformance/mysql.test.ts", "test/conformance/faults/mysql.test.ts");
  }
} finally {
  if (services.length > 0 && process.exitCode !== undefined) compose("logs", "--tail", "100", ...services);
  if (services.length > 0) compose("rm", "--stop", "--force", "--volumes", ...services);
}

function suite(env: NodeJS.ProcessEnv, ...files: readonly string[]): void {
  const { status } = spawnSync("npx", ["vitest", "run", ...files, ...process.argv.slice(2)], { stdio: "inherit", env });
  if (status !== 0) process.exitCode = 1;
}

function requireDocker(): void {
  if (spawnSync("docker", ["compose", "version"]).status === 0 && spawnSync("docker", ["info"]).status === 0) return;
  const names = missing.map(([variable]) => variable).join(", ");
  console.error(
    `There is no Docker engine with Compose here to start ${services.join(", ")} in. Start Docker, or say in ${names} where such servers run: as URLs like ${missing[0]?.[1].url.replace(password, "password")}.`,
  );
  process.exit(1);
}

/** The file asks for secrets of services that are not started here. */
function compose(...command: readonly string[]): boolean {
  const env = { CIVIGRAPH_SUBGRAPH_SECRET: "unused", CIVIGRAPH_IDENTITY_SECRET: "unused", ...process.env };
  return spawnSync("docker", ["compose", "--profile", "engines", ...command], { stdio: "inherit", env }).status === 0;
}
