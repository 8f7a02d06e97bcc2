import type { ConnectOptions, ReadConnection } from "../dialect.ts";
import { invalid, isLocal, poolSize, readServerUrl, type ServerAddress, tlsFiles } from "../server-url.ts";
import { createPooledConnection } from "../session-pool.ts";
import { readCatalogue } from "./catalogue.ts";
import { openSession, type Target } from "./session.ts";

/**
 * `postgres://user:password@host:5432/database`, with libpq's parameters `sslmode`, `sslrootcert`, `sslcert`, `sslkey`,
 * `options` and, for a socket, `host`. Beyond the machine itself TLS is `verify-full` unless `sslmode` says otherwise.
 */
export function createConnection(url: string, options: ConnectOptions): ReadConnection {
  const { department } = options;
  const parameters = ["host", "options", "sslcert", "sslkey", "sslmode", "sslrootcert"];
  const address = readServerUrl(url, department, { port: 5432, parameters });
  const target = targetOf(address, options);
  return createPooledConnection(
    {
      open: () => openSession(target),
      ping: "SELECT 1",
      catalogue: readCatalogue,
      most: poolSize(address, department),
    },
    options,
  );
}

function targetOf(address: ServerAddress, { department, timeoutMs = 10_000 }: ConnectOptions): Target {
  const { parameters, user, password, database, port } = address;
  const host = parameters.get("host") ?? address.host;
  const mode = parameters.get("sslmode") ?? (isLocal(host) ? "disable" : "verify-full");
  const files = tlsFiles(address, { ca: "sslrootcert", cert: "sslcert", key: "sslkey" }, department);
  const common = { host, port, user, password, database, timeoutMs, options: parameters.get("options") };
  if (mode === "disable") return { ...common, ssl: false };
  if (mode === "verify-full") return { ...common, ssl: { ...files, rejectUnauthorized: true } };
  if (mode === "verify-ca") {
    return { ...common, ssl: { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined } };
  }
  if (mode === "require") return { ...common, ssl: { ...files, rejectUnauthorized: false } };
  throw invalid(department, "must give `sslmode` as disable, require, verify-ca or verify-full");
}
