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

const tlsParameters = ["ca", "cert", "hostNameInCertificate", "key"];
const names = [
  "ApplicationIntent",
  "domain",
  "encrypt",
  "instance",
  "multiSubnetFailover",
  "trustServerCertificate",
  ...tlsParameters,
];

/**
 * `mssql://user:password@host:1433/database`, or `sqlserver:`, with the parameters `encrypt` (true, false, strict),
 * `trustServerCertificate`, `hostNameInCertificate`, `ca`, `cert`, `key`, `ApplicationIntent=ReadOnly`,
 * `multiSubnetFailover`, `instance` (its port is asked for from the SQL Server Browser) and `domain` (NTLM). Beyond the
 * machine itself, and wherever `ca`, `cert`, `key` or `hostNameInCertificate` is given, the connection is encrypted and the
 * certificate checked, unless the URL says otherwise.
 */
export function createConnection(url: string, options: ConnectOptions): ReadConnection {
  const { department, urlVariable: variable } = options;
  const address = readServerUrl(url, department, { port: 1433, parameters: names, variable });
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

/** How the driver is to log in. */
export function targetOf(address: ServerAddress, { department }: ConnectOptions): Target {
  const { parameters, host, port, user, password, database } = address;
  const flag = (name: string, otherwise: boolean) => {
    const text = (parameters.get(name) ?? String(otherwise)).toLowerCase();
    if (text === "true" || text === "false") return text === "true";
    throw invalid(department, `must give \`${name}\` as true or false`);
  };
  const intent = (parameters.get("ApplicationIntent") ?? "ReadWrite").toLowerCase();
  if (intent !== "readonly" && intent !== "readwrite") {
    throw invalid(department, "must give `ApplicationIntent` as ReadOnly or ReadWrite");
  }
  const strict = parameters.get("encrypt")?.toLowerCase() === "strict";
  const encrypt = strict || flag("encrypt", !isLocal(host) || hasAny(address, tlsParameters));
  if (!encrypt) refuseIgnored(address, tlsParameters, "encrypt=false", department);
  const trusting = flag("trustServerCertificate", false);
  if (trusting) refuseIgnored(address, ["ca", "hostNameInCertificate"], "trustServerCertificate=true", department);
  const instance = parameters.get("instance");
  const serverName = parameters.get("hostNameInCertificate");
  const domain = parameters.get("domain");
  return {
    server: host,
    login: domain === undefined ? { user, password } : { user, password, domain },
    options: {
      ...(instance === undefined ? { port } : { instanceName: instance }),
      ...(serverName === undefined ? {} : { serverName }),
      ...(database === "" ? {} : { database }),
      encrypt: strict ? "strict" : encrypt,
      trustServerCertificate: trusting,
      multiSubnetFailover: flag("multiSubnetFailover", false),
      readOnlyIntent: intent === "readonly",
      cryptoCredentialsDetails: tlsFiles(address, { ca: "ca", cert: "cert", key: "key" }, department),
    },
  };
}
