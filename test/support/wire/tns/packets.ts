export const PACKET = { connect: 1, accept: 2, refuse: 4, data: 6, marker: 12 } as const;
export const MARKER = { break: 1, reset: 2, interrupt: 3 } as const;

const HEADER = 8;
const DATA_FLAGS = 2;
const LAST_PACKET_OF_REQUEST = 0x0800;
const END_OF_FILE = 0x0040;

export interface TnsPacket {
  readonly type: number;
  /** Without the header. */
  readonly body: Buffer;
}

/** Cuts the byte stream into packets. Lengths have two bytes before ACCEPT and four after it. */
export class TnsPacketReader {
  large = false;
  private buffered: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<TnsPacket> {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    while (this.buffered.length >= HEADER) {
      const length = this.large ? this.buffered.readUInt32BE(0) : this.buffered.readUInt16BE(0);
      if (this.buffered.length < length) return;
      const packet = { type: this.buffered.readUInt8(4), body: this.buffered.subarray(HEADER, length) };
      this.buffered = this.buffered.subarray(length);
      yield packet;
    }
  }
}

/** Whether a DATA packet is the last of its request, or says goodbye. */
export function dataFlags(body: Buffer): { readonly last: boolean; readonly goodbye: boolean } {
  const flags = body.readUInt16BE(0);
  return { last: (flags & LAST_PACKET_OF_REQUEST) !== 0, goodbye: (flags & END_OF_FILE) !== 0 };
}

export function dataOf(body: Buffer): Buffer {
  return body.subarray(DATA_FLAGS);
}

function writePacket(type: number, body: Buffer, large: boolean): Buffer {
  const packet = Buffer.alloc(HEADER + body.length);
  if (large) packet.writeUInt32BE(packet.length, 0);
  else packet.writeUInt16BE(packet.length, 0);
  packet.writeUInt8(type, 4);
  body.copy(packet, HEADER);
  return packet;
}

/** A message in as many DATA packets as the negotiated unit asks for. */
export function writeDataPackets(message: Buffer, unit: number): Buffer {
  const room = unit - HEADER - DATA_FLAGS;
  const packets: Buffer[] = [];
  for (let from = 0; from === 0 || from < message.length; from += room) {
    packets.push(
      writePacket(PACKET.data, Buffer.concat([Buffer.alloc(DATA_FLAGS), message.subarray(from, from + room)]), true),
    );
  }
  return Buffer.concat(packets);
}

export function writeMarker(kind: number): Buffer {
  return writePacket(PACKET.marker, Buffer.from([1, 0, kind]), true);
}

export interface ConnectRequest {
  readonly version: number;
  readonly unit: number;
  readonly dataLength: number;
  /** The connect descriptor; empty when it follows in a DATA packet of its own. */
  readonly data: string;
}

export function readConnect(body: Buffer): ConnectRequest {
  const dataLength = body.readUInt16BE(24 - HEADER);
  const offset = body.readUInt16BE(26 - HEADER) - HEADER;
  return {
    version: body.readUInt16BE(0),
    unit: body.readUInt32BE(58 - HEADER),
    dataLength,
    data: body.toString("latin1", offset, offset + dataLength),
  };
}

/** No native network encryption: what the thin driver needs, from version 318 on, and nothing optional. */
export function writeAccept(unit: number, version: number): Buffer {
  const body = Buffer.alloc(45 - HEADER);
  body.writeUInt16BE(version, 0);
  body.writeUInt16BE(Math.min(unit, 65_535), 12 - HEADER);
  body.writeUInt16BE(65_535, 14 - HEADER);
  body.writeUInt16BE(1, 16 - HEADER);
  body.writeUInt8(0x08, 22 - HEADER);
  body.writeUInt8(0x08, 23 - HEADER);
  body.writeUInt32BE(unit, 32 - HEADER);
  body.writeUInt32BE(2_097_152, 36 - HEADER);
  return writePacket(PACKET.accept, body, false);
}

/** The listener's refusal, `error` being the number after `TNS-`. */
export function writeRefuse(error: number): Buffer {
  const text = Buffer.from(
    `(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=${error})(ERROR_STACK=(ERROR=(CODE=${error})(EMFI=4))))`,
  );
  const body = Buffer.alloc(4);
  body.writeUInt8(34, 0);
  body.writeUInt16BE(text.length, 2);
  return writePacket(PACKET.refuse, Buffer.concat([body, text]), false);
}
