import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { TlsCredentials } from "../server.ts";
import { MESSAGE_TYPE, writePackets } from "./packets.ts";

/** A record of TLS with the application's own bytes; all others are of the handshake. */
const APPLICATION_DATA = 23;
const HEADER = 8;
const LARGEST_PACKET = 32_767;

/**
 * The server's side of TLS as TDS 7.4 has it: the handshake goes in PRELOGIN packets, what follows does not. No newer
 * version than TLS 1.2 can be, for a server's last words of the handshake then follow the client's.
 */
export function encrypt(socket: Socket, { key, cert }: TlsCredentials): TLSSocket {
  const clear = new TLSSocket(new Carrier(socket), { isServer: true, key, cert, maxVersion: "TLSv1.2" });
  // A client that does not like the certificate hangs up.
  clear.on("error", () => socket.destroy());
  return clear;
}

class Carrier extends Duplex {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private flight: Buffer[] = [];
  /** What goes out, and what comes in, is of the application by now, and in no packets. */
  private readonly done = { out: false, in: false };

  constructor(socket: Socket) {
    super();
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.unwrap(chunk));
    socket.on("close", () => this.push(null));
  }

  override _read(): void {}

  /** One message for all that is said in a turn of the handshake. */
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (!this.done.out && chunk[0] === APPLICATION_DATA) {
      this.sendFlight();
      this.done.out = true;
    }
    if (this.done.out) {
      this.socket.write(chunk, () => done());
      return;
    }
    if (this.flight.length === 0) setImmediate(() => this.sendFlight());
    this.flight.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }

  private sendFlight(): void {
    if (this.flight.length === 0) return;
    const flight = Buffer.concat(this.flight);
    this.flight = [];
    if (!this.socket.destroyed) this.socket.write(writePackets(flight, LARGEST_PACKET, true, MESSAGE_TYPE.prelogin));
  }

  private unwrap(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    while (!this.done.in && this.received[0] === MESSAGE_TYPE.prelogin) {
      if (this.received.length < HEADER || this.received.length < this.received.readUInt16BE(2)) return;
      const length = this.received.readUInt16BE(2);
      this.push(this.received.subarray(HEADER, length));
      this.received = this.received.subarray(length);
    }
    if (this.received.length === 0) return;
    this.done.in = true;
    this.push(this.received);
    this.received = Buffer.alloc(0);
  }
}
