import type { AddressInfo } from "node:net";
import { createServer, connect as dial, type Socket } from "node:net";

/** Stands between a driver and its server, and does to the bytes what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections taken since the start. */
  readonly taken: number;
  /** New connections are refused, and those there are break. */
  down(): void;
  up(): void;
  /** Every connection breaks; new ones are taken. */
  breakAll(): void;
  /** New connections go to another port of the host, as to the server that took over. */
  moveTo(port: number): void;
  /** After so many more bytes from the server, the connection breaks: half a packet has arrived. */
  breakAfter(bytes: number): void;
  /** After so many more bytes from the server nothing comes any more, on any connection; nothing is said about it. */
  stallAfter(bytes: number): void;
  /** Each piece from the server comes so much later. */
  delay(milliseconds: number): void;
  /** Undoes `breakAfter`, `stallAfter` and `delay`, for connections made from now on. */
  heal(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let [taken, target] = [0, port];
  let isDown = false;
  let budget = Number.POSITIVE_INFINITY;
  let atEnd: "break" | "stall" = "break";
  let late = 0;

  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    taken += 1;
    const upstream = dial(target, host);
    open.add(client);
    const end = () => {
      open.delete(client);
      client.destroy();
      upstream.destroy();
    };
    client.on("error", end).on("close", end);
    upstream.on("error", end).on("close", end);
    client.pipe(upstream);
    upstream.on("data", (piece: Buffer) => {
      const passed = piece.subarray(0, Math.max(0, Math.min(piece.length, budget)));
      budget -= piece.length;
      const spent = budget < 0;
      const pass = () => {
        if (client.destroyed) return;
        if (passed.length > 0) client.write(passed);
        if (spent && atEnd === "break") client.end(end);
      };
      if (late > 0) setTimeout(pass, late);
      else pass();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const breakAll = () => {
    for (const socket of [...open]) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return open.size;
    },
    get taken() {
      return taken;
    },
    down() {
      isDown = true;
      breakAll();
    },
    up() {
      isDown = false;
    },
    breakAll,
    moveTo(other) {
      target = other;
    },
    breakAfter(bytes) {
      [budget, atEnd] = [bytes, "break"];
    },
    stallAfter(bytes) {
      [budget, atEnd] = [bytes, "stall"];
    },
    delay(milliseconds) {
      late = milliseconds;
    },
    heal() {
      [budget, late] = [Number.POSITIVE_INFINITY, 0];
    },
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
