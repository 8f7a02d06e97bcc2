import type { ConnectOptions, ReadConnection } from "../dialect.ts";
import {
  hasAny,
  invalid,
  isLocal,
  poolSize,
  readServerUrl,
  refuseIgnored,
  type ServerAddress,
  tlsFiles,
} from "../server-url.ts";
import { createPooledConnection } from "../session-pool.ts";
import { readCatalogue } from "./catalogue.ts";
import { openSession, type Target } from "./session.ts";

/**
 * `postgres://user:password@host:5432/database`, with libpq's parameters `sslmode`, `sslrootcert`, `sslcert`, `sslkey`,
 * `options` and, for a socket, `host`. Beyond the machine itself, and wherever a file of certificates is named,
 * TLS is `verify-full` unless `sslmode` says otherwise. As with libpq, `require` checks the authority that `sslrootcert`
 * names, and nothing where none is named.
 */
export function createConnection(url: string, options: ConnectOptions): ReadConnection {
  const { department, urlVariable: variable } = options;
  const parameters = ["host", "options", "sslmode", ...tlsParameters];
  const address = readServerUrl(url, department, { port: 5432, parameters, variable });
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

const tlsParameters = ["sslcert", "sslkey", "sslrootcert"];

/** How the driver is to log in. */
export function targetOf(address: ServerAddress, { department, timeoutMs = 10_000 }: ConnectOptions): Target {
  const { parameters, user, password, database, port } = address;
  const host = parameters.get("host") ?? address.host;
  const local = isLocal(host) && !hasAny(address, tlsParameters);
  const mode = parameters.get("sslmode") ?? (local ? "disable" : "verify-full");
  if (mode === "disable") refuseIgnored(address, tlsParameters, "sslmode=disable", department);
  const files = tlsFiles(address, { ca: "sslrootcert", cert: "sslcert", key: "sslkey" }, department);
  const common = { host, port, user, password, database, timeoutMs, options: parameters.get("options") };
  if (mode === "disable") return { ...common, ssl: false };
  if (mode === "verify-full") return { ...common, ssl: { ...files, rejectUnauthorized: true } };
  if (mode === "verify-ca" || (mode === "require" && files.ca !== undefined)) {
    return { ...common, ssl: { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined } };
  }
  if (mode === "require") return { ...common, ssl: { ...files, rejectUnauthorized: false } };
  throw invalid(department, "must give `sslmode` as disable, require, verify-ca or verify-full");
}
