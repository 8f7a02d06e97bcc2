import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { CivigraphError } from "../errors.ts";

/** Where a database server is and who logs in, as a URL of its scheme says. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Said of every pool: the most sessions that a wrapper opens at a time. */
const defaultSessions = 10;

/**
 * Reads `scheme://user:password@host:port/database?parameter=value`; `variable` is the one that holds it, for messages.
 *
 * @throws CivigraphError CONFIGURATION_INVALID for what is no such URL and for parameters that the engine has not. The
 * message names the parameter, never the URL, which holds a password.
 */
export function readServerUrl(
  text: string,
  department: string,
  {
    port,
    parameters,
    variable,
  }: { readonly port: number; readonly parameters: readonly string[]; readonly variable?: string | undefined },
): ServerAddress {
  if (!URL.canParse(text)) throw invalid(department, "must be a URL like `scheme://user:password@host:port/database`");
  const url = new URL(text);
  const known = ["pool", ...parameters];
  for (const name of url.searchParams.keys()) {
    if (known.includes(name)) continue;
    throw invalid(department, `has the parameter \`${name}\`, but only ${known.join(", ")} are known`);
  }
  const decoded = (text: string, part: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      const place = variable === undefined ? part : `${part} in ${variable}`;
      throw invalid(department, `has a \`%\` in its ${place} that begins no escape: write %25 for a \`%\` itself`);
    }
  };
  return {
    host: url.hostname.replace(/^\[|\]$/g, "") || "127.0.0.1",
    port: Number(url.port) || port,
    user: decoded(url.username, "user name"),
    password: decoded(url.password, "password"),
    database: decoded(url.pathname.slice(1), "path"),
    parameters: new Map(url.searchParams),
  };
}

/** The most sessions at a time: `pool`, or 10. */
export function poolSize({ parameters }: ServerAddress, department: string): number {
  const text = parameters.get("pool") ?? String(defaultSessions);
  const size = Number(text);
  if (/^\d{1,3}$/.test(text) && size > 0) return size;
  throw invalid(department, "must give `pool` as a whole number from 1 to 999");
}

/** On the machine itself nobody listens in: TLS is asked for only beyond it. */
export function isLocal(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127.")) || host.startsWith("/");
}

/** Whether the URL has one of these parameters, all of TLS: whoever gives one means the connection to be encrypted. */
export function hasAny({ parameters }: ServerAddress, names: readonly string[]): boolean {
  return names.some((name) => parameters.has(name));
}

/** @throws CivigraphError CONFIGURATION_INVALID where the URL has one of these parameters, on which `setting` is deaf. */
export function refuseIgnored(
  { parameters }: ServerAddress,
  names: readonly string[],
  setting: string,
  department: string,
): void {
  const name = names.find((each) => parameters.has(each));
  if (name === undefined) return;
  throw invalid(department, `has \`${name}\`, which \`${setting}\` would ignore: take one of the two out`);
}

/** What a driver's TLS is given; `verifyName` is off where only the certificate's authority is checked. */
export interface Tls {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly verifyName: boolean;
}

/** Reads the files of certificates that a URL names. */
export function tlsFiles(
  { parameters }: ServerAddress,
  names: { readonly ca: string; readonly cert: string; readonly key: string },
  department: string,
): Pick<Tls, "ca" | "cert" | "key"> {
  const read = (name: string) => {
    const file = parameters.get(name);
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, "utf8");
    } catch {
      throw invalid(department, `names a file in \`${name}\` that cannot be read`);
    }
  };
  const [ca, cert, key] = [read(names.ca), read(names.cert), read(names.key)];
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

export function invalid(department: string, fault: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail: `The database URL of ${department} ${fault}.` });
}
