import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** A secret that was replaced, and the last version of the keys that follow from it. */
export interface EarlierSecret {
  readonly secret: Buffer;
  readonly until: number;
  /** Number of the assertion that says who replaced it, when and why. */
  readonly assertion: number;
}

/**
 * Everything that identity derives from its secret; each use has a key of its own (HKDF-SHA-256, RFC 5869), so
 * that what one use reveals helps against no other. Where the secret was replaced, two things go back to the earlier
 * ones: the ids that citizens have had since, and hashes of personal local keys that are at hand no more.
 */
export interface IdentityKeys {
  /** 256 bits for the use that the label names. */
  derive(use: string): Buffer;
  /** 256 bits for the ids of citizens: from the first secret there was, so that ids stay. */
  citizenIdKey(audience: string): Buffer;
  /** What the store's refs are enciphered with; null under the first secret, whose refs are as they were made. */
  readonly refKey: Buffer | null;
  /** Secrets that this one has replaced, the first one first. */
  readonly earlier: readonly EarlierSecret[];
  /** The keys when this secret gives way to another one. */
  replacedBy(secret: Buffer, at: Pick<EarlierSecret, "until" | "assertion">): IdentityKeys;
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

export type SealedUse = "personal local keys" | "reasons" | "earlier secrets";

/** @param earlier Secrets that this one has replaced, the first one first. */
export function identityKeys(secret: Buffer, earlier: readonly EarlierSecret[] = []): IdentityKeys {
  const derive = derivation(secret);
  const eras = earlier.map(({ secret: before, until }) => ({ until, derive: derivation(before) }));
  const ofVersion = (use: string, version: number): Buffer => {
    const era = eras.find(({ until }) => version <= until)?.derive ?? derive;
    return era(version === 1 ? use : `${use} ${version}`);
  };
  return {
    derive,
    citizenIdKey: (audience) => (eras[0]?.derive ?? derive)(`citizen id ${audience}`),
    refKey: earlier.length === 0 ? null : derive("refs"),
    earlier,
    replacedBy: (next, at) => identityKeys(next, [...earlier, { secret, ...at }]),
    token: tokenOf(ofVersion("look-up tokens", 1)),
    tokensOf: (version) => tokenOf(ofVersion("look-up tokens", version)),
    seal(plain, version, use = "personal local keys") {
      const sealed = seal(ofVersion(use, version), plain);
      return version === 1 ? sealed : `${version}.${sealed}`;
    },
    open(sealed, use = "personal local keys") {
      const point = sealed.indexOf(".");
      return open(ofVersion(use, point < 0 ? 1 : Number(sealed.slice(0, point))), sealed.slice(point + 1));
    },
    fingerprint: createHmac("sha256", derive("fingerprint")).update("civigraph").digest("base64url"),
  };
}

function derivation(secret: Buffer): (use: string) => Buffer {
  const derived = new Map<string, Buffer>();
  return (use) => {
    const key = derived.get(use) ?? Buffer.from(hkdfSync("sha256", secret, "civigraph identity", use, 32));
    derived.set(use, key);
    return key;
  };
}

function tokenOf(key: Buffer): TokenOf {
  return (kind, value) => createHmac("sha256", key).update(`${kind}\0${value}`).digest("base64url").slice(0, 16);
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
