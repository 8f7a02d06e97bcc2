import { ByteReader, ByteWriter } from "../bytes.ts";

/** Lengths up to this are one byte; longer values follow in chunks. */
const SHORT_LENGTH = 252;
const LONG_INDICATOR = 254;
const NULL_INDICATOR = 255;
const CHUNK = 32_767;

/** Writes the fields of TTC messages. */
export class TtcWriter extends ByteWriter {
  u16(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeUInt16BE(value, this.at);
    return this;
  }

  u16le(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeUInt16LE(value, this.at);
    return this;
  }

  /** An integer of any size: how many bytes, then the bytes. Negative ones carry a flag in the count. */
  integer(value: number): this {
    if (value === 0) return this.u8(0);
    const size = Math.abs(value);
    const count = size < 0x100 ? 1 : size < 0x1_0000 ? 2 : size < 0x100_0000 ? 3 : size < 0x1_0000_0000 ? 4 : 6;
    this.u8(value < 0 ? count | 0x80 : count);
    this.reserve(count);
    this.at = this.bytes.writeUIntBE(size, this.at, count);
    return this;
  }

  integers(...values: readonly number[]): this {
    for (const value of values) this.integer(value);
    return this;
  }

  /** A value with its length before it; an empty one is NULL. */
  value(value: Uint8Array): this {
    if (value.length <= SHORT_LENGTH) return this.u8(value.length).raw(value);
    this.u8(LONG_INDICATOR);
    for (let from = 0; from < value.length; from += CHUNK) {
      const chunk = value.subarray(from, from + CHUNK);
      this.integer(chunk.length).raw(chunk);
    }
    return this.integer(0);
  }

  /** As `value`, with the length once more before it. */
  sized(value: Uint8Array): this {
    this.integer(value.length);
    return value.length > 0 ? this.value(value) : this;
  }

  text(value: string): this {
    return this.sized(Buffer.from(value));
  }

  done(): Buffer {
    return this.bytes.subarray(0, this.at);
  }
}

/** Reads the fields of TTC messages. */
export class TtcReader extends ByteReader {
  integer(): number {
    const count = this.u8();
    if (count === 0) return 0;
    const size = count & 0x7f;
    const bytes = this.raw(size);
    const value = size <= 6 ? bytes.readUIntBE(0, size) : Number(BigInt(`0x${bytes.toString("hex")}`));
    return count & 0x80 ? -value : value;
  }

  /** Null for NULL. */
  value(): Buffer | null {
    const length = this.u8();
    if (length === 0 || length === NULL_INDICATOR) return null;
    if (length !== LONG_INDICATOR) return this.raw(length);
    const chunks: Buffer[] = [];
    for (let count = this.integer(); count > 0; count = this.integer()) chunks.push(this.raw(count));
    return Buffer.concat(chunks);
  }

  sized(): Buffer | null {
    return this.integer() > 0 ? this.value() : null;
  }

  text(): string {
    return this.sized()?.toString() ?? "";
  }
}
