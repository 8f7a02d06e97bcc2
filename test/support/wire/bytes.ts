/** A buffer that grows as it is written: what the protocols have in common; numbers go in each one's own byte order. */
export class ByteWriter {
  protected bytes: Buffer;
  protected at = 0;

  constructor(size = 512) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.at;
  }

  u8(value: number): this {
    this.reserve(1);
    this.at = this.bytes.writeUInt8(value & 0xff, this.at);
    return this;
  }

  raw(value: Uint8Array): this {
    this.reserve(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
    return this;
  }

  protected reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}

/** Reads a message from its first byte to its last. */
export class ByteReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  u8(): number {
    return this.bytes.readUInt8(this.at++);
  }

  /** @throws RangeError when the message has fewer. */
  raw(count: number): Buffer {
    this.at += count;
    if (this.at > this.bytes.length) throw new RangeError("a message ended too early");
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** Leaves out pointers and flags. */
  skip(count = 1): this {
    this.at += count;
    return this;
  }
}
