import type { ConnectOptions, ReadConnection } from "../dialect.ts";
import { hasAny, invalid, isLocal, poolSize, readServerUrl, refuseIgnored, type ServerAddress } from "../server-url.ts";
import { createPooledConnection } from "../session-pool.ts";
import { readCatalogue } from "./catalogue.ts";
import { openSession, type Target } from "./session.ts";

/**
 * `oracle://user:password@host:1521/SERVICE`, with the parameters `protocol` (tcp, tcps), `wallet` (a folder with
 * ewallet.pem), `walletPassword`, `serverDn` (what the server's certificate must name, if not the host) and `sid=true` where
 * the path is a SID instead of a service. Beyond the machine itself, and wherever one of the parameters of TLS is given, the
 * protocol is tcps, which checks the certificate; a listener without TLS needs `protocol=tcp` in the URL. The driver opens no wallet without a client's certificate and key in it: where an authority
 * of one's own is to be trusted and nothing more, Node takes its file in NODE_EXTRA_CA_CERTS.
 *
 * Oracle 11g answers only to Oracle's own client libraries (error NJS-138): install the Instant Client and name its folder
 * as `thick=/opt/oracle/instantclient`, or nothing (`thick=`) where the system finds it.
 */
export function createConnection(url: string, options: ConnectOptions): ReadConnection {
  const { department, urlVariable: variable } = options;
  const parameters = ["protocol", "sid", "thick", ...tlsParameters];
  const address = readServerUrl(url, department, { port: 1521, parameters, variable });
  const target = targetOf(address, options);
  return createPooledConnection(
    {
      open: () => openSession(target),
      ping: "SELECT 1 AS c0 FROM DUAL",
      catalogue: readCatalogue,
      most: poolSize(address, department),
    },
    options,
  );
}

const tlsParameters = ["serverDn", "wallet", "walletPassword"];

/** Seconds to reach the host, and to have its answer: a host that swallows packets must not hold up its pool. */
const connectSeconds = 5;

/** How the driver is to log in. */
export function targetOf(address: ServerAddress, { department, timeoutMs = 10_000 }: ConnectOptions): Target {
  const { parameters, host, port, user, password, database } = address;
  const local = isLocal(host) && !hasAny(address, tlsParameters);
  const protocol = (parameters.get("protocol") ?? (local ? "tcp" : "tcps")).toLowerCase();
  if (protocol !== "tcp" && protocol !== "tcps") throw invalid(department, "must give `protocol` as tcp or tcps");
  if (protocol === "tcp") refuseIgnored(address, tlsParameters, "protocol=tcp", department);
  if (/[()"=]/.test(host)) throw invalid(department, "has brackets, quotes or `=` in its host");
  const sid = parameters.get("sid") ?? "false";
  if (sid !== "true" && sid !== "false") throw invalid(department, "must give `sid` as true or false");
  if (!/^[\w$#.-]+$/.test(database)) {
    throw invalid(department, "must have the name of a service or SID as its path, of letters, digits and `_ $ # . -`");
  }
  const serverDn = parameters.get("serverDn");
  if (serverDn !== undefined && /[()"]/.test(serverDn)) throw invalid(department, "has brackets in `serverDn`");
  const security =
    protocol === "tcp"
      ? ""
      : `(SECURITY=(SSL_SERVER_DN_MATCH=ON)${serverDn ? `(SSL_SERVER_CERT_DN="${serverDn}")` : ""})`;
  const wallet = parameters.get("wallet");
  const walletPassword = parameters.get("walletPassword");
  return {
    department,
    timeoutMs,
    libraries: parameters.get("thick"),
    login: {
      user,
      password,
      connectString:
        `(DESCRIPTION=(CONNECT_TIMEOUT=${connectSeconds})(TRANSPORT_CONNECT_TIMEOUT=${connectSeconds})(EXPIRE_TIME=1)` +
        `(ADDRESS=(PROTOCOL=${protocol})(HOST=${host})(PORT=${port}))` +
        `(CONNECT_DATA=(${sid === "true" ? "SID" : "SERVICE_NAME"}=${database}))${security})`,
      ...(wallet === undefined ? {} : { walletLocation: wallet }),
      ...(walletPassword === undefined ? {} : { walletPassword }),
    },
  };
}
