import { EngineError } from "../backend/engine-error.ts";
import type { WireServerState } from "../server.ts";
import type { Collation } from "./collation.ts";
import { ENVIRONMENT, TokenWriter } from "./token-writer.ts";

export interface LoginRequest {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly application: string;
  readonly packetSize: number;
  /** `ApplicationIntent=ReadOnly`. */
  readonly readOnlyIntent: boolean;
}

/** Values of the option ENCRYPTION (MS-TDS 2.2.6.5). */
export const ENCRYPTION = { on: 1, notSupported: 2 } as const;
const ENCRYPTION_OPTION = 1;
const READ_ONLY_INTENT = 0x20;

/** Whether the client wants everything encrypted. */
export function asksForEncryption(payload: Buffer): boolean {
  for (let at = 0; payload[at] !== 0xff; at += 5) {
    if (payload[at] === ENCRYPTION_OPTION) return payload[payload.readUInt16BE(at + 1)] === ENCRYPTION.on;
  }
  return false;
}

/** Version 15, no instance name, no multiple active result sets. */
export function writePrelogin(encryption: number): Buffer {
  const options: readonly (readonly [number, Buffer])[] = [
    [0, Buffer.from([15, 0, 0x11, 0x03, 0, 0])],
    [ENCRYPTION_OPTION, Buffer.from([encryption])],
    [2, Buffer.from([0])],
    [3, Buffer.alloc(0)],
    [4, Buffer.from([0])],
  ];
  const heads = Buffer.alloc(options.length * 5 + 1, 0xff);
  let offset = heads.length;
  options.forEach(([token, data], at) => {
    heads.writeUInt8(token, at * 5);
    heads.writeUInt16BE(offset, at * 5 + 1);
    heads.writeUInt16BE(data.length, at * 5 + 3);
    offset += data.length;
  });
  return Buffer.concat([heads, ...options.map(([, data]) => data)]);
}

export function readLogin7(payload: Buffer): LoginRequest {
  const bytes = (at: number) => {
    const from = payload.readUInt16LE(at);
    return payload.subarray(from, from + payload.readUInt16LE(at + 2) * 2);
  };
  const text = (at: number) => bytes(at).toString("utf16le");
  // Every byte of a password has its halves swapped after an exclusive or with 0xA5.
  const password = Buffer.from(bytes(44).map((byte) => (((byte ^ 0xa5) << 4) & 0xf0) | ((byte ^ 0xa5) >> 4)));
  return {
    user: text(40),
    password: password.toString("utf16le"),
    application: text(48),
    database: text(68),
    packetSize: payload.readUInt32LE(8),
    readOnlyIntent: (payload.readUInt8(26) & READ_ONLY_INTENT) !== 0,
  };
}

/** Why a login fails, or undefined. */
export function loginRefusal(login: LoginRequest, state: WireServerState): EngineError | undefined {
  if (state.faults.refuseConnections) {
    return new EngineError(17142, "SQL Server service has been paused. No new connections will be allowed.", {
      severity: 14,
    });
  }
  const known = [...state.users].find(([name]) => name.toLowerCase() === login.user.toLowerCase());
  if (!known || known[1] !== login.password) {
    return new EngineError(18456, `Login failed for user '${login.user}'.`, { severity: 14 });
  }
  const database = state.database.name;
  if (login.database !== "" && login.database.toLowerCase() !== database.toLowerCase()) {
    const failed = new EngineError(18456, `Login failed for user '${login.user}'.`, { severity: 14 });
    const text = `Cannot open database "${login.database}" requested by the login. The login failed.`;
    return new EngineError(4060, text, { severity: 11, followedBy: failed });
  }
  return undefined;
}

export function writeWelcome(database: string, packetSize: number, collation: Collation): Buffer {
  return new TokenWriter()
    .environmentText(ENVIRONMENT.database, database, "master")
    .environmentBytes(ENVIRONMENT.collation, collation.bytes, Buffer.alloc(0))
    .loginAck()
    .environmentText(ENVIRONMENT.packetSize, String(packetSize), String(packetSize))
    .done(0)
    .take();
}
