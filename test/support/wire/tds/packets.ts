/** Kinds of messages (MS-TDS 2.2.3.1.1). */
export const MESSAGE_TYPE = {
  sqlBatch: 0x01,
  rpc: 0x03,
  reply: 0x04,
  attention: 0x06,
  transactionManager: 0x0e,
  login7: 0x10,
  prelogin: 0x12,
} as const;

const HEADER = 8;
const STATUS = { last: 0x01, ignore: 0x02, resetConnection: 0x08 } as const;

export interface TdsMessage {
  readonly type: number;
  readonly payload: Buffer;
  /** The client took the message back while it was sending. */
  readonly ignored: boolean;
  /** The session starts over before this request: a pool gave the connection to somebody else. */
  readonly resets: boolean;
}

/** Puts packets together to messages. */
export class TdsMessageReader {
  private buffered: Buffer = Buffer.alloc(0);
  private parts: Buffer[] = [];

  *read(chunk: Buffer): Generator<TdsMessage> {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    while (this.buffered.length >= HEADER) {
      const length = this.buffered.readUInt16BE(2);
      if (this.buffered.length < length) return;
      const [type = 0, status = 0] = this.buffered;
      this.parts.push(this.buffered.subarray(HEADER, length));
      this.buffered = this.buffered.subarray(length);
      if ((status & STATUS.last) === 0) continue;
      const payload = Buffer.concat(this.parts);
      this.parts = [];
      yield { type, payload, ignored: (status & STATUS.ignore) !== 0, resets: (status & STATUS.resetConnection) !== 0 };
    }
  }
}

/** The packets of a reply, or of its first part when it is not the `last`. */
export function writePackets(payload: Buffer, size: number, last: boolean, type: number = MESSAGE_TYPE.reply): Buffer {
  const room = size - HEADER;
  const packets: Buffer[] = [];
  for (let from = 0; from === 0 || from < payload.length; from += room) {
    const part = payload.subarray(from, from + room);
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(type, 0);
    header.writeUInt8(last && from + room >= payload.length ? STATUS.last : 0, 1);
    header.writeUInt16BE(HEADER + part.length, 2);
    header.writeUInt8((packets.length / 2 + 1) & 0xff, 6);
    packets.push(header, part);
  }
  return Buffer.concat(packets);
}
