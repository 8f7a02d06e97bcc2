import { afterEach, describe, expect, it } from "vitest";
import { type EchoServer, startEchoServer } from "../../support/served-graph.ts";

let server: EchoServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const portal = "https://portal.example.gov";

async function preflight(origin: string): Promise<Headers> {
  const response = await fetch(`${server?.url}/graphql`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-civigraph-preflight",
    },
  });
  return response.headers;
}

async function post(query: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${server?.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
}

describe("pages of other origins", () => {
  it("may call the gateway where they are listed, and read the request's id", async () => {
    server = await startEchoServer({ corsOrigins: [portal, "https://other.example.gov"] });
    const allowed = await preflight(portal);
    expect(allowed.get("access-control-allow-origin")).toBe(portal);
    expect(allowed.get("access-control-allow-headers")).toContain("x-civigraph-preflight");
    expect(allowed.get("access-control-allow-methods")).toBe("GET, POST");
    expect(allowed.get("access-control-allow-credentials")).toBeNull();
    const answer = await post("{ __typename }", { origin: portal });
    expect(answer.headers.get("access-control-allow-origin")).toBe(portal);
    expect(answer.headers.get("access-control-expose-headers")).toContain("x-request-id");
    expect(answer.headers.get("vary")).toContain("Origin");
  });

  it.each([
    ["an origin that is not listed", [portal], "https://evil.example"],
    ["one that only begins like a listed one", [portal], `${portal}.evil.example`],
    ["any, where none is listed", undefined, portal],
  ])("are not let in: %s", async (_, corsOrigins, origin) => {
    server = await startEchoServer({ corsOrigins });
    expect((await preflight(origin)).get("access-control-allow-origin")).toBeNull();
    const answer = await post("{ __typename }", { origin });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("are all let in by *", async () => {
    server = await startEchoServer({ corsOrigins: ["*"] });
    expect((await preflight("https://any.example")).get("access-control-allow-origin")).toBe("*");
  });
});

describe("a request that takes too long", () => {
  it("is given up with 504 and a code, even where the work heeds no signal", async () => {
    server = await startEchoServer({ requestTimeout: 100 });
    const response = await post("{ never }");
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "REQUEST_TIMEOUT" } }] });
    expect((await post("{ __typename }")).status).toBe(200);
  });
});

describe("a probe that asks for headers alone", () => {
  it.each(["/health/live", "/health/ready"])("is answered like any other at %s", async (path) => {
    server = await startEchoServer();
    const response = await fetch(`${server.url}${path}`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});
