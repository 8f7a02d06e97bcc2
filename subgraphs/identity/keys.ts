import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/**
 * Everything that identity derives from its one secret; each use has a key of its own (HKDF-SHA-256, RFC 5869), so
 * that what one use reveals helps against no other.
 */
export interface IdentityKeys {
  /** 256 bits for the use that the label names. */
  derive(use: string): Buffer;
  /** Keyed hash of a value that must be found again but not read: 96 bits as 16 characters. `kind` keeps kinds apart. */
  token(kind: string, value: string): string;
  /** The same for look-up tokens, whose key changes with `civigraph link --rotate-keys`. */
  tokensOf(version: number): TokenOf;
  /** Encrypts a personal local key, or what a steward wrote; each time another text. The key changes with the version. */
  seal(plain: string, version: number, use?: SealedUse): string;
  /** @throws Error when the text was changed, or sealed under another secret or for another use. */
  open(sealed: string, use?: SealedUse): string;
  /** The same for one secret and no other: tells at start that the store belongs to another secret. */
  readonly fingerprint: string;
}

export type TokenOf = (kind: string, value: string) => string;

export type SealedUse = "personal local keys" | "reasons";

export function identityKeys(secret: Buffer): IdentityKeys {
  const derived = new Map<string, Buffer>();
  const derive = (use: string): Buffer => {
    const key = derived.get(use) ?? Buffer.from(hkdfSync("sha256", secret, "civigraph identity", use, 32));
    derived.set(use, key);
    return key;
  };
  const tokenKey = derive("look-up tokens");
  const sealKey = (use: SealedUse, version: number) => derive(version === 1 ? use : `${use} ${version}`);
  return {
    derive,
    token: tokenOf(tokenKey),
    tokensOf: (version) => tokenOf(version === 1 ? tokenKey : derive(`look-up tokens ${version}`)),
    seal(plain, version, use = "personal local keys") {
      const sealed = seal(sealKey(use, version), plain);
      return version === 1 ? sealed : `${version}.${sealed}`;
    },
    open(sealed, use = "personal local keys") {
      const point = sealed.indexOf(".");
      return open(sealKey(use, point < 0 ? 1 : Number(sealed.slice(0, point))), sealed.slice(point + 1));
    },
    fingerprint: createHmac("sha256", derive("fingerprint")).update("civigraph").digest("base64url"),
  };
}

function tokenOf(key: Buffer): TokenOf {
  return (kind, value) =>
    createHmac("sha256", key).update(kind).update("\0").update(value).digest("base64url").slice(0, 16);
}

const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM; the nonce comes first, the authentication tag second. */
function seal(key: Buffer, plain: string): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

function open(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength));
  decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
  return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]).toString("utf8");
}
