import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { WireDatabase, type WireDatabaseOptions } from "./backend/database.ts";
import type { EngineError } from "./backend/engine-error.ts";
import type { WireEngine } from "./backend/engine-types.ts";
import { Faults } from "./faults.ts";

export interface WireServerOptions {
  /** User name to password; the first is the one in `url`. */
  readonly users: Readonly<Record<string, string>>;
  readonly database: Omit<WireDatabaseOptions, "engine">;
  /** In PEM; without it the server does not encrypt. */
  readonly tls?: TlsCredentials;
}

export interface TlsCredentials {
  readonly key: string;
  readonly cert: string;
}

/** A connection of a client, as the server sees it. */
export interface WireSession {
  /** The engine's error at the next call, and the end of the connection. */
  kill(error: EngineError): void;
  destroy(): void;
}

/** What every session of a server shares. */
export interface WireServerState {
  readonly database: WireDatabase;
  readonly faults: Faults;
  readonly users: Map<string, string>;
  /** The SQL received, oldest first. */
  readonly statements: string[];
  /** How often each session-level event happened: `login`, `commit`, `rollback`, `cancel`, `reset`, `logoff`. */
  readonly events: string[];
  readonly tls: TlsCredentials | undefined;
}

/** A server that speaks an engine's wire protocol and answers from SQLite. */
export interface WireServer extends WireServerState {
  readonly port: number;
  /** Scheme, user, password, host, port and database as a connection URL. */
  readonly url: string;
  /** Connections that are open now. */
  readonly connections: number;
  /** Logins from now on need the new password; sessions that are open stay. */
  changePassword(user: string, password: string): void;
  /** Every session gets the engine's error at its next call and is closed: the database moved to another host. */
  failOver(): void;
  /** Every connection is cut without a word, as by a firewall that forgot it. */
  dropConnections(): void;
  close(): Promise<void>;
}

export interface WireProtocol {
  readonly engine: WireEngine;
  readonly scheme: string;
  /** The error of a session that a failover ended. */
  readonly failedOver: () => EngineError;
  /** TLS comes before the protocol's first byte; otherwise the protocol itself says when. */
  readonly tlsFirst: boolean;
  open(socket: Socket, state: WireServerState): WireSession;
}

/** Listens on a free port of the loopback. */
export async function startWireServer(protocol: WireProtocol, options: WireServerOptions): Promise<WireServer> {
  const database = new WireDatabase({ ...options.database, engine: protocol.engine });
  const state: WireServerState = {
    database,
    faults: new Faults(),
    users: new Map(Object.entries(options.users)),
    statements: [],
    events: [],
    tls: options.tls,
  };
  const sessions = new Set<WireSession>();
  const take = (socket: Socket) => {
    const session = state.faults.ignoreConnections ? deaf(socket) : protocol.open(socket, state);
    sessions.add(session);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sessions.delete(session));
  };
  const server =
    options.tls && protocol.tlsFirst
      ? createTlsServer({ noDelay: true, ...options.tls }, take)
      : createServer({ noDelay: true }, take);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const [user, password] = Object.entries(options.users)[0] ?? ["", ""];
  const url = new URL(`${protocol.scheme}://127.0.0.1:${port}/${encodeURIComponent(database.name)}`);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  return {
    ...state,
    port,
    url: url.href,
    get connections() {
      return sessions.size;
    },
    changePassword: (name, changed) => void state.users.set(name, changed),
    failOver: () => sessions.forEach((session) => void session.kill(protocol.failedOver())),
    dropConnections: () => sessions.forEach((session) => void session.destroy()),
    close: () => close(server, sessions, state),
  };
}

function deaf(socket: Socket): WireSession {
  socket.resume();
  return { kill: () => {}, destroy: () => void socket.destroy() };
}

async function close(server: Server, sessions: Set<WireSession>, state: WireServerState): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  state.faults.clear();
  for (const session of sessions) session.destroy();
  await closed;
  state.database.close();
}
