import { CivigraphError } from "../shared/errors.ts";
import type { Config } from "./config.ts";

/** Said wherever a graph with rights is served without an enforcer. */
export const rightsWarning = "rights are not enforced: demo data only";

/**
 * Lets a gateway that does not enforce the rights in its graph answer this machine alone.
 * Throws `CONFIGURATION_INVALID` for any other host, unless the operator says that the data is invented.
 */
export function refuseStrangers({ host, insecureDemo }: Pick<Config, "host" | "insecureDemo">): void {
  if (isLoopback(host) || insecureDemo) return;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `HOST=${host} would let other machines in, but ${rightsWarning}. Use 127.0.0.1, or set CIVIGRAPH_INSECURE_DEMO=1 where all data is invented.`,
  });
}

/**
 * Lets a graph whose rights are not enforced answer only who knows this machine as itself. A foreign page can have its own
 * name lead here, and what it asks under that name is no other origin's to the browser (DNS rebinding).
 * Throws `BAD_REQUEST` for a `Host` header with any other name.
 */
export function refuseForeignNames(header: string | undefined): void {
  const name = header?.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  // Browsers take names under `localhost` for this machine and ask no name server.
  if (name === undefined || isLoopback(name) || /^(.+\.)?localhost$/i.test(name)) return;
  throw new CivigraphError("BAD_REQUEST", {
    detail: `As ${rightsWarning}, the gateway answers to 127.0.0.1 and localhost alone, not to the name in this request's \`Host\`. Use one of these, or set CIVIGRAPH_INSECURE_DEMO=1 where all data is invented.`,
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
