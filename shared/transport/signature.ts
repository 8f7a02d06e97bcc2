import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Who calls: what a subgraph opens depends on it. The person feed opens only to identity and person. */
export type Caller = "gateway" | "identity" | "person" | "department";

const callers: readonly string[] = ["gateway", "identity", "person", "department"] satisfies readonly Caller[];

export interface SignedRequest {
  readonly method: string;
  /** Path and query string. */
  readonly path: string;
  readonly body: string | Buffer;
}

/** How old or early a signature may be, in milliseconds: clocks of one city differ, and a replay must end soon. */
export const signatureLifetime = 30_000;

const headerNames = {
  caller: "x-civigraph-caller",
  timestamp: "x-civigraph-timestamp",
  nonce: "x-civigraph-nonce",
  signature: "x-civigraph-signature",
} as const;

export type Signer = (request: SignedRequest) => Record<string, string>;

/** Signs requests as `caller`: HMAC-SHA256 over method, path, time, nonce, caller and the digest of the body. */
export function createSigner(secret: string, caller: Caller, now: () => number = Date.now): Signer {
  return (request) => {
    const timestamp = String(now());
    const nonce = randomBytes(16).toString("base64url");
    return {
      [headerNames.caller]: caller,
      [headerNames.timestamp]: timestamp,
      [headerNames.nonce]: nonce,
      [headerNames.signature]: sign(secret, request, { caller, timestamp, nonce }).toString("base64url"),
    };
  };
}

export type Verifier = (
  request: SignedRequest,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
) => Caller | undefined;

export interface VerifierOptions {
  readonly now?: () => number;
  /** Nonces kept at most. When so many requests come within a signature's lifetime, more are refused. */
  readonly nonces?: number;
}

/** Answers who signed the request, or undefined when nobody did, not like this, not now, or already once. */
export function createVerifier(secret: string, { now = Date.now, nonces = 200_000 }: VerifierOptions = {}): Verifier {
  // A signature may lie up to one lifetime ahead, so its nonce counts for two.
  const seen = new LRUCache<string, true>({ max: nonces, ttl: 2 * signatureLifetime, ttlResolution: 0, perf: { now } });

  return (request, headers) => {
    const caller = headers[headerNames.caller];
    const timestamp = headers[headerNames.timestamp];
    const nonce = headers[headerNames.nonce];
    const signature = headers[headerNames.signature];
    if (!isCaller(caller) || typeof timestamp !== "string" || typeof nonce !== "string") return undefined;
    if (typeof signature !== "string" || !/^\d{1,16}$/.test(timestamp) || nonce.length > 64) return undefined;
    if (Math.abs(now() - Number(timestamp)) > signatureLifetime) return undefined;
    const expected = sign(secret, request, { caller, timestamp, nonce });
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    if (seen.has(nonce)) return undefined;
    // A full cache would forget a nonce that can still be replayed.
    if (seen.size >= nonces && !seen.purgeStale()) return undefined;
    seen.set(nonce, true);
    return caller;
  };
}

function isCaller(value: unknown): value is Caller {
  return typeof value === "string" && callers.includes(value);
}

function sign(
  secret: string,
  { method, path, body }: SignedRequest,
  { caller, timestamp, nonce }: { caller: string; timestamp: string; nonce: string },
): Buffer {
  const digest = createHash("sha256").update(body).digest("base64url");
  // No part but the path can hold a newline, and the path comes last but for the digest of fixed length.
  const text = [caller, timestamp, nonce, method.toUpperCase(), digest, path].join("\n");
  return createHmac("sha256", secret).update(text).digest();
}
