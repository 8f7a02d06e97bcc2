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

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
