import { isIP } from "node:net";
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
 * `mysql://user:password@host:3306/database`, or `mariadb:`, with the parameters `ssl-mode` (DISABLED, REQUIRED,
 * VERIFY_CA, VERIFY_IDENTITY), `ssl-ca`, `ssl-cert`, `ssl-key` and `socket`. Beyond the machine itself, and wherever
 * a file of certificates is named, TLS is VERIFY_IDENTITY unless `ssl-mode` says otherwise; it checks names of hosts, not
 * addresses. On a socket, where there is no name to check, VERIFY_CA takes its place. REQUIRED checks no certificate.
 */
export function createConnection(url: string, options: ConnectOptions): ReadConnection {
  const { department, urlVariable: variable } = options;
  const parameters = ["socket", "ssl-mode", ...tlsParameters];
  const address = readServerUrl(url, department, { port: 3306, parameters, variable });
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

const tlsParameters = ["ssl-ca", "ssl-cert", "ssl-key"];

/** How the driver is to log in. */
export function targetOf(address: ServerAddress, { department, timeoutMs = 10_000 }: ConnectOptions): Target {
  const { parameters, host, port, user, password, database } = address;
  const socketPath = parameters.get("socket");
  const local = (socketPath !== undefined || isLocal(host)) && !hasAny(address, tlsParameters);
  const verified = socketPath === undefined ? "VERIFY_IDENTITY" : "VERIFY_CA";
  const mode = (parameters.get("ssl-mode") ?? (local ? "DISABLED" : verified)).toUpperCase();
  if (mode === "DISABLED") refuseIgnored(address, tlsParameters, "ssl-mode=DISABLED", department);
  if (mode === "REQUIRED") refuseIgnored(address, ["ssl-ca"], "ssl-mode=REQUIRED", department);
  const files = tlsFiles(address, { ca: "ssl-ca", cert: "ssl-cert", key: "ssl-key" }, department);
  const place = socketPath === undefined ? { host, port } : { socketPath };
  const common = { ...place, user, password, database, timeoutMs };
  if (mode === "DISABLED") return common;
  if (mode === "REQUIRED") return { ...common, ssl: { ...files, rejectUnauthorized: false } };
  if (mode === "VERIFY_CA") return { ...common, ssl: { ...files, rejectUnauthorized: true, verifyIdentity: false } };
  if (mode === "VERIFY_IDENTITY") {
    // The driver takes an address for `localhost` when it compares it with the certificate.
    if (isIP(host)) throw invalid(department, "must name its host, not give an address, for VERIFY_IDENTITY to check");
    return { ...common, ssl: { ...files, rejectUnauthorized: true, verifyIdentity: true } };
  }
  throw invalid(department, "must give `ssl-mode` as DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
}
