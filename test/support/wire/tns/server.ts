import { oracleError } from "../backend/engine-error.ts";
import { startWireServer, type WireServer, type WireServerOptions } from "../server.ts";
import { TnsSession } from "./session.ts";

/**
 * A server that the thin driver of Oracle logs in to and queries. The database's name is the service name.
 * Connect string: `127.0.0.1:<port>/<name>`.
 */
export function startTnsServer(options: WireServerOptions): Promise<WireServer> {
  return startWireServer(
    {
      engine: "oracle",
      scheme: "oracle",
      tlsFirst: true,
      failedOver: () => oracleError(1089, "immediate shutdown or close in progress - no operations are permitted"),
      open: (socket, state) => new TnsSession(socket, state),
    },
    options,
  );
}
