import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { RawValue } from "./raw.ts";

/**
 * Makes and reads cursors. A cursor holds the values by which a list is ordered, which the client may not be allowed to
 * see, so it is sealed (AES-256-GCM); the list's name is sealed with it, so that no other list takes it.
 */
export interface Cursors {
  write(list: string, values: readonly RawValue[]): string;
  /** Undefined for a text that this list did not make. */
  read(list: string, cursor: string): readonly RawValue[] | undefined;
}

const nonceLength = 12;
const tagLength = 16;

/** Processes that share `secret` take each other's cursors. Without it they live as long as the process. */
export function createCursors(secret: string = ownSecret): Cursors {
  const key = createHash("sha256").update("civigraph cursor ").update(secret).digest();
  return {
    write(list, values) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(list));
      const sealed = Buffer.concat([cipher.update(packValues(values)), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    read(list, cursor) {
      const bytes = Buffer.from(cursor, "base64url");
      if (bytes.length <= nonceLength + tagLength) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength,
      })
        .setAAD(Buffer.from(list))
        .setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
      try {
        const opened = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
        return unpackValues(opened.toString("utf8"));
      } catch {
        return undefined;
      }
    },
  };
}

const ownSecret = randomBytes(32).toString("base64");

/** Raw values as text that keeps their kinds. */
export function packValues(values: readonly RawValue[]): string {
  return JSON.stringify(values.map(pack));
}

/** Undoes `packValues`; throws for a text that is not its own. */
export function unpackValues(text: string): readonly RawValue[] {
  return (JSON.parse(text) as Packed[]).map(unpack);
}

/** JSON knows neither big integers nor bytes nor dates: these are `[kind, text]`. */
type Packed = null | string | number | boolean | readonly [kind: "n" | "b" | "d", text: string];

function pack(value: RawValue): Packed {
  if (typeof value === "bigint") return ["n", String(value)];
  if (value instanceof Date) return ["d", value.toISOString()];
  if (value instanceof Uint8Array) return ["b", Buffer.from(value).toString("base64")];
  return value;
}

function unpack(packed: Packed): RawValue {
  if (!Array.isArray(packed)) return packed as Exclude<Packed, readonly unknown[]>;
  const [kind, text] = packed as readonly [string, string];
  if (kind === "n") return BigInt(text);
  return kind === "d" ? new Date(text) : new Uint8Array(Buffer.from(text, "base64"));
}
