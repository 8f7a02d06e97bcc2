import type { EngineError } from "../backend/engine-error.ts";
import type { ResultColumn } from "../backend/results.ts";
import type { Stored } from "../backend/stored-values.ts";
import { ByteWriter } from "../bytes.ts";
import { type Collation, findCollation } from "./collation.ts";
import { writeTypeInfo, writeValue } from "./tds-values.ts";

const TOKEN = {
  returnStatus: 0x79,
  columns: 0x81,
  error: 0xaa,
  returnValue: 0xac,
  loginAck: 0xad,
  row: 0xd1,
  environment: 0xe3,
  done: 0xfd,
  doneProcedure: 0xfe,
  doneInProcedure: 0xff,
} as const;

/** Bits of DONE (MS-TDS 2.2.7.6). */
export const DONE = {
  final: 0x00,
  more: 0x01,
  error: 0x02,
  inTransaction: 0x04,
  count: 0x10,
  attention: 0x20,
} as const;

export const ENVIRONMENT = {
  database: 1,
  packetSize: 4,
  collation: 7,
  beginTransaction: 8,
  commitTransaction: 9,
  rollbackTransaction: 10,
  resetConnection: 18,
} as const;

const DEFAULT_COLLATION = findCollation(undefined);
const SELECT_COMMAND = 0xc1;

/** Little-endian numbers, and the tokens of a reply on top of them. */
export class TokenWriter extends ByteWriter {
  readonly collation: Collation;

  constructor(collation: Collation = DEFAULT_COLLATION, size = 512) {
    super(size);
    this.collation = collation;
  }

  /** What was written since the last `take`, and starts anew. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.at));
    this.at = 0;
    return taken;
  }

  u16(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeUInt16LE(value, this.at);
    return this;
  }

  i16(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeInt16LE(value, this.at);
    return this;
  }

  u32(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeUInt32LE(value, this.at);
    return this;
  }

  i32(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeInt32LE(value, this.at);
    return this;
  }

  u64(value: bigint): this {
    this.reserve(8);
    this.at = this.bytes.writeBigUInt64LE(value, this.at);
    return this;
  }

  /** `count` bytes of a two's complement or unsigned integer. */
  integer(value: bigint, count: number): this {
    let rest = BigInt.asUintN(count * 8, value);
    for (let byte = 0; byte < count; byte++) {
      this.u8(Number(rest & 0xffn));
      rest >>= 8n;
    }
    return this;
  }

  double(value: number): this {
    this.reserve(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
    return this;
  }

  float(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeFloatLE(value, this.at);
    return this;
  }

  /** UTF-16 text with its length in characters in one byte. */
  shortText(value: string): this {
    return this.u8(value.length).raw(Buffer.from(value, "utf16le"));
  }

  /** As above with two bytes. */
  text(value: string): this {
    return this.u16(value.length).raw(Buffer.from(value, "utf16le"));
  }

  columns(columns: readonly ResultColumn[]): this {
    this.u8(TOKEN.columns).u16(columns.length);
    for (const { name, type, nullable } of columns) {
      this.u32(0).u16(nullable ? 0x09 : 0x08);
      writeTypeInfo(this, type);
      if (type.kind === "text") this.u8(1).text("table");
      this.shortText(name);
    }
    return this;
  }

  row(columns: readonly ResultColumn[], row: readonly Stored[]): this {
    this.u8(TOKEN.row);
    columns.forEach(({ type }, at) => {
      writeValue(this, row[at] ?? null, type);
    });
    return this;
  }

  error(error: EngineError): this {
    for (let next: EngineError | undefined = error; next; next = next.followedBy) {
      const body = new TokenWriter().u32(next.number).u8(next.state).u8(next.severity).text(next.message);
      this.u8(TOKEN.error).sized(body.shortText("WIRE").shortText("").u32(1));
    }
    return this;
  }

  /** The end of a statement of a batch. */
  done(status: number, count?: number): this {
    return this.end(TOKEN.done, status, count);
  }

  doneInProcedure(status: number, count?: number): this {
    return this.end(TOKEN.doneInProcedure, status, count);
  }

  doneProcedure(status: number): this {
    return this.end(TOKEN.doneProcedure, status, undefined);
  }

  returnStatus(value: number): this {
    return this.u8(TOKEN.returnStatus).i32(value);
  }

  /** An output parameter of type INT: the handle of a prepared statement. */
  returnHandle(name: string, value: number): this {
    this.u8(TOKEN.returnValue).u16(0).shortText(name).u8(1).u32(0).u16(0);
    return this.u8(0x26).u8(4).u8(4).i32(value);
  }

  environmentText(kind: number, now: string, before: string): this {
    return this.u8(TOKEN.environment).sized(new TokenWriter().u8(kind).shortText(now).shortText(before));
  }

  environmentBytes(kind: number, now: Uint8Array, before: Uint8Array): this {
    const body = new TokenWriter().u8(kind).u8(now.length).raw(now).u8(before.length).raw(before);
    return this.u8(TOKEN.environment).sized(body);
  }

  /** TDS 7.4, by the name of the product: drivers check it. */
  loginAck(): this {
    const body = new TokenWriter()
      .u8(1)
      .raw(Buffer.from([0x74, 0x00, 0x00, 0x04]))
      .shortText("Microsoft SQL Server");
    return this.u8(TOKEN.loginAck).sized(body.raw(Buffer.from([15, 0, 0x11, 0x03])));
  }

  private sized(body: TokenWriter): this {
    return this.u16(body.length).raw(body.take());
  }

  private end(token: number, status: number, count: number | undefined): this {
    const counted = count === undefined ? status : status | DONE.count;
    return this.u8(token)
      .u16(counted)
      .u16(SELECT_COMMAND)
      .u64(BigInt(count ?? 0));
  }
}
