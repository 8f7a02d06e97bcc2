import { describe, expect, it } from "vitest";
import { createSigner, createVerifier, signatureLifetime } from "../../../shared/transport/signature.ts";

const secret = "a secret of the city";
const request = { method: "POST", path: "/graphql?x=1", body: '{"query":"{ a }"}' };
const now = () => 1_700_000_000_000;

describe("the signature of calls between subgraphs", () => {
  it("tells who signed", () => {
    const headers = createSigner(secret, "identity", now)(request);
    expect(createVerifier(secret, { now })(request, headers)).toBe("identity");
  });

  it.each([
    ["method", { ...request, method: "GET" }],
    ["path", { ...request, path: "/graphql?x=2" }],
    ["body", { ...request, body: '{"query":"{ b }"}' }],
  ])("is refused for another %s", (_, other) => {
    const headers = createSigner(secret, "gateway", now)(request);
    expect(createVerifier(secret, { now })(other, headers)).toBeUndefined();
  });

  it.each([
    "x-civigraph-caller",
    "x-civigraph-timestamp",
    "x-civigraph-nonce",
    "x-civigraph-signature",
  ])("is refused without %s", (name) => {
    const { [name]: _, ...headers } = createSigner(secret, "gateway", now)(request);
    expect(createVerifier(secret, { now })(request, headers)).toBeUndefined();
  });

  it("is refused when the caller's name, the time or the nonce was changed", () => {
    const headers = createSigner(secret, "gateway", now)(request);
    const verify = createVerifier(secret, { now });
    expect(verify(request, { ...headers, "x-civigraph-caller": "identity" })).toBeUndefined();
    expect(verify(request, { ...headers, "x-civigraph-timestamp": String(now() + 1) })).toBeUndefined();
    expect(verify(request, { ...headers, "x-civigraph-nonce": "another" })).toBeUndefined();
    expect(verify(request, headers)).toBe("gateway");
  });

  it("is refused under another secret", () => {
    const headers = createSigner("another secret", "gateway", now)(request);
    expect(createVerifier(secret, { now })(request, headers)).toBeUndefined();
  });

  it("is refused when older than its lifetime, or as much ahead", () => {
    const headers = createSigner(secret, "gateway", now)(request);
    const at = (shift: number) => createVerifier(secret, { now: () => now() + shift })(request, headers);
    expect(at(signatureLifetime + 1)).toBeUndefined();
    expect(at(-signatureLifetime - 1)).toBeUndefined();
    expect(at(signatureLifetime)).toBe("gateway");
  });

  it("is refused the second time", () => {
    const verify = createVerifier(secret, { now });
    const headers = createSigner(secret, "gateway", now)(request);
    expect(verify(request, headers)).toBe("gateway");
    expect(verify(request, headers)).toBeUndefined();
  });

  it("is refused when so many are remembered that one could be forgotten, and accepted again later", () => {
    let time = now();
    const clock = () => time;
    const verify = createVerifier(secret, { now: clock, nonces: 3 });
    const sign = createSigner(secret, "gateway", clock);
    const first = sign(request);
    expect(verify(request, first)).toBe("gateway");
    expect(verify(request, sign(request))).toBe("gateway");
    expect(verify(request, sign(request))).toBe("gateway");
    expect(verify(request, sign(request))).toBeUndefined();
    expect(verify(request, first)).toBeUndefined();
    time += 2 * signatureLifetime + 1;
    expect(verify(request, sign(request))).toBe("gateway");
  });
});
