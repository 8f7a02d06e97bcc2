import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import { CivigraphError } from "../../../shared/errors.ts";

/**
 * Lines under a passphrase. A first line says in the clear how the key is made of it; then each line is compressed and
 * encrypted by itself (AES-256-GCM), with its number and whether it is the last in the nonce, and the first line as
 * further authenticated data: none can be changed, moved, left out or taken from another file. A block of such a line
 * is its length in four bytes, its authentication tag in sixteen, and what was encrypted.
 */
export async function* sealedLines(lines: AsyncIterable<string>, passphrase: string): AsyncGenerator<Buffer> {
  const start: Start = { civigraph: "identity", version: 2, kdf: "scrypt", ...work, salt: newSalt() };
  const opening = Buffer.from(`${JSON.stringify(start)}\n`);
  yield opening;
  const key = await keyOf(passphrase, start);
  let number = 0;
  const block = async (line: string, last: boolean) => {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(number++, last)).setAAD(opening);
    const body = Buffer.concat([cipher.update(await promisify(gzip)(line)), cipher.final()]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, cipher.getAuthTag(), body]);
  };
  for await (const line of lines) yield await block(line, false);
  // What breaks off before this was cut.
  yield await block("", true);
}

/**
 * Reads what `sealedLines` has written.
 * @throws CivigraphError CONFIGURATION_INVALID when the passphrase is another one; Error when the rest is damaged.
 */
export async function* openedLines(source: AsyncIterable<Buffer>, passphrase: string): AsyncGenerator<string> {
  const bytes = new ByteReader(source);
  const opening = await bytes.line(longestStart);
  const start = startForm.parse(JSON.parse(opening.toString("utf8")));
  const key = await keyOf(passphrase, start);
  for (let number = 0; ; number += 1) {
    const length = (await bytes.take(4)).readUInt32BE();
    if (length > largestBlock) throw new Error("a block is too large");
    const [tag, body] = [await bytes.take(16), await bytes.take(length)];
    const open = (last: boolean) => {
      const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(number, last)).setAAD(opening).setAuthTag(tag);
      return Buffer.concat([decipher.update(body), decipher.final()]);
    };
    let packed: Buffer;
    try {
      packed = open(false);
    } catch (error) {
      if (number === 0) throw wrongPassphrase(error);
      open(true);
      if (!(await bytes.ended())) throw new Error("something follows the end");
      return;
    }
    yield (await promisify(gunzip)(packed)).toString("utf8");
  }
}

/** Whether a file begins as `sealedLines` does; what is not encrypted is compressed. */
export function isSealed(firstByte: number | undefined): boolean {
  return firstByte === "{".charCodeAt(0);
}

const startForm = z.strictObject({
  civigraph: z.literal("identity"),
  version: z.literal(2),
  kdf: z.literal("scrypt"),
  // A file cannot ask for more than 1 GB and some seconds.
  cost: z.number().int().min(16_384).max(1_048_576),
  blockSize: z.literal(8),
  parallelization: z.literal(1),
  salt: z.string(),
});
type Start = z.output<typeof startForm>;

/** As OWASP's Password Storage Cheat Sheet advises for scrypt: 128 MB and about half a second for each guess. */
const work = { cost: 131_072, blockSize: 8, parallelization: 1 } as const;
const longestStart = 1_000;
const largestBlock = 256 * 1024 * 1024;

function newSalt(): string {
  return randomBytes(16).toString("base64url");
}

const derive: (passphrase: string, salt: Buffer, length: number, options: ScryptOptions) => Promise<Buffer> =
  promisify(scrypt);

function keyOf(passphrase: string, { cost, blockSize, parallelization, salt }: Start): Promise<Buffer> {
  const maxmem = 256 * cost * blockSize;
  // One and the same passphrase can be typed in two Unicode forms.
  const options = { cost, blockSize, parallelization, maxmem };
  return derive(passphrase.normalize("NFKC"), Buffer.from(salt, "base64url"), 32, options);
}

/** The key is the file's own, because its salt is: a number is nonce enough. */
function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

function wrongPassphrase(cause: unknown): CivigraphError {
  const detail = "The passphrase does not open this backup. Nothing was changed.";
  return new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
}

/** Gives as many bytes as are asked for, however they arrive. */
class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const parts = [this.held];
    for (let size = this.held.length; size < length; ) {
      const { value, done } = await this.chunks.next();
      if (done) throw new Error("the file ends too early");
      parts.push(value);
      size += value.length;
    }
    const all = parts.length === 1 ? this.held : Buffer.concat(parts);
    this.held = all.subarray(length);
    return all.subarray(0, length);
  }

  /** Up to and with the next line break. */
  async line(longest: number): Promise<Buffer> {
    for (;;) {
      const end = this.held.indexOf("\n");
      if (end >= 0) return await this.take(end + 1);
      if (this.held.length > longest) throw new Error("the first line is too long");
      const more = await this.take(this.held.length + 1);
      this.held = Buffer.concat([more, this.held]);
    }
  }

  async ended(): Promise<boolean> {
    return this.held.length === 0 && (await this.chunks.next()).done === true;
  }
}
