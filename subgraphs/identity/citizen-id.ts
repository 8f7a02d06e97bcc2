import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { IdentityKeys } from "./keys.ts";

/**
 * The public citizen id: the 128-bit ref, enciphered under a key of the audience's own. One AES-256 block is a
 * permutation, so ids are unique, reversible without a table, and mean nothing to another audience. Cursors are made
 * in the same way under a `use` of their own.
 */
export interface CitizenIds {
  /** 22 characters of base64url. */
  encode(ref: string, audience: string): string;
  /** The ref, or a ref that nobody has where the id is malformed, so that both take the same way and the same time. */
  decode(id: string, audience: string): string;
}

export function citizenIds(
  keys: IdentityKeys,
  use: "citizen id" | "cursor" | "review" | "link" | "decision",
): CitizenIds {
  const ciphers = new LRUCache<string, BlockCiphers>({ max: 1000 });
  const isCitizen = use === "citizen id";
  const stored = isCitizen ? storedRefs(keys) : asMade;
  const ciphersOf = (audience: string): BlockCiphers => {
    let own = ciphers.get(audience);
    if (own === undefined) {
      own = blockCiphers(isCitizen ? keys.citizenIdKey(audience) : keys.derive(`${use} ${audience}`));
      ciphers.set(audience, own);
    }
    return own;
  };
  return {
    encode(ref, audience) {
      if (!isWellFormed(ref)) throw new Error("a ref has 128 bits");
      return ciphersOf(audience)
        .encipher.update(stored.open(Buffer.from(ref, "base64url")))
        .toString("base64url");
    },
    decode(id, audience) {
      const wellFormed = isWellFormed(id);
      const block = stored.seal(ciphersOf(audience).decipher.update(wellFormed ? id : nobody, "base64url"));
      return wellFormed ? block.toString("base64url") : nobody;
    },
  };
}

/**
 * A ref as the store holds it under other keys. Refs follow from local keys: under a secret that replaced another one
 * they are enciphered, so that whoever had that one cannot look for them in the store. Ids are made of them as they were.
 */
export function renewedRefs(from: IdentityKeys, to: IdentityKeys): (ref: string) => string {
  const [before, after] = [storedRefs(from), storedRefs(to)];
  return (ref) => after.seal(before.open(Buffer.from(ref, "base64url"))).toString("base64url");
}

interface StoredRefs {
  seal(ref: Buffer): Buffer;
  open(stored: Buffer): Buffer;
}

const asMade: StoredRefs = { seal: (ref) => ref, open: (ref) => ref };

function storedRefs({ refKey }: IdentityKeys): StoredRefs {
  if (refKey === null) return asMade;
  const { encipher, decipher } = blockCiphers(refKey);
  return { seal: (ref) => encipher.update(ref), open: (stored) => decipher.update(stored) };
}

/**
 * Each `update` with one block gives that block: in ECB mode without padding nothing is carried over, so one object
 * serves all ids. Making it costs several times what it does.
 */
interface BlockCiphers {
  readonly encipher: Cipher;
  readonly decipher: Decipher;
}

function blockCiphers(key: Buffer): BlockCiphers {
  return {
    encipher: createCipheriv("aes-256-ecb", key, null).setAutoPadding(false),
    decipher: createDecipheriv("aes-256-ecb", key, null).setAutoPadding(false),
  };
}

/** True for what `encode` could have made. The last of 22 characters carries two bits: one spelling for one id. */
export function isWellFormed(id: string): boolean {
  return /^[A-Za-z0-9_-]{21}[AQgw]$/.test(id);
}

/** Refs are keyed hashes: that one of them is this has a chance of 2^-128. */
const nobody = "AAAAAAAAAAAAAAAAAAAAAA";
