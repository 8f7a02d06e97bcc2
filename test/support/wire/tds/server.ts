import { EngineError } from "../backend/engine-error.ts";
import { startWireServer, type WireServer, type WireServerOptions } from "../server.ts";
import { TdsSession } from "./session.ts";

/** A server that SQL Server's drivers log in to and query; with `tls`, encrypted for those that ask for it. */
export function startTdsServer(options: WireServerOptions): Promise<WireServer> {
  return startWireServer(
    {
      engine: "mssql",
      scheme: "mssql",
      tlsFirst: false,
      failedOver: () =>
        new EngineError(
          983,
          `Unable to access availability database '${options.database.name}' because the database replica is not in the PRIMARY or SECONDARY role.`,
          { severity: 14 },
        ),
      open: (socket, state) => new TdsSession(socket, state),
    },
    options,
  );
}
