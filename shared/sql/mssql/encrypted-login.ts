import { connect, type Socket } from "node:net";

/**
 * Connects for the driver, and breaks off before it logs in where the server's first answer declines to encrypt: the
 * driver would then send the password unencrypted, whatever `encrypt` says. All addresses of a name are tried, as for
 * a cluster over several subnets.
 */
export function connectForEncryption(
  { host, port }: { readonly host: string; readonly port: number },
  _lookup: unknown,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ host, port, autoSelectFamily: true });
    const give = () => {
      signal.removeEventListener("abort", give);
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", give, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", give);
      socket.removeListener("error", reject);
      refuseUnencrypted(socket);
      resolve(socket);
    });
  });
}

const header = 8;
/** MS-TDS 2.2.6.5: the option that says who encrypts, and its values for "all of it". */
const encryption = 1;
const accepted = new Set([1, 3]);
const terminator = 0xff;

function refuseUnencrypted(socket: Socket): void {
  let answer = Buffer.alloc(0);
  socket.on("data", function look(piece) {
    answer = Buffer.concat([answer, piece as Buffer]);
    if (answer.length < header || answer.length < answer.readUInt16BE(2)) return;
    socket.removeListener("data", look);
    if (encrypts(answer.subarray(header, answer.readUInt16BE(2)))) return;
    const text = "the server declines to encrypt: nothing was sent to it. Have TLS set up there, or say encrypt=false";
    socket.destroy(Object.assign(new Error(text), { code: "EENCRYPT" }));
  });
}

function encrypts(options: Buffer): boolean {
  for (let at = 0; at + 4 < options.length && options[at] !== terminator; at += 5) {
    if (options[at] === encryption) return accepted.has(options[options.readUInt16BE(at + 1)] ?? 0);
  }
  return false;
}
