import type { ExecutionResult } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EchoServer, startEchoServer } from "../../support/served-graph.ts";

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.close());

async function get(search: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${server.url}/graphql?${search}`, {
    headers: { "x-civigraph-preflight": "1", ...headers },
  });
  return { response, answer: (await response.json()) as ExecutionResult };
}

async function post(body: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return { response, answer: (await response.json()) as ExecutionResult };
}

const query = `query=${encodeURIComponent("query ($text: String) { echo(text: $text) }")}`;

describe("a query by GET", () => {
  it.each(["variables", "extensions"])("is told that its %s are not JSON", async (name) => {
    const { response, answer } = await get(`${query}&${name}=%7B`);
    expect(response.status).toBe(400);
    expect(answer).toEqual({
      errors: [{ message: `The URL's \`${name}\` are not JSON.`, extensions: { code: "BAD_REQUEST" } }],
    });
  });

  it("is read with its variables, also where they hold a bare question mark", async () => {
    const { answer } = await get(`${query}&variables=${encodeURIComponent('{"text":"why?"}').replace("%3F", "?")}`);
    expect(answer).toEqual({ data: { echo: "why?" } });
  });
});

describe("a subscription", () => {
  it.each(["subscription { echo }", "query A { echo } subscription B { echo }"])("is refused: %s", async (text) => {
    const before = server.executed();
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: text, ...(text.includes("B") ? { operationName: "B" } : {}) }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [{ message: "Subscriptions are not served. Send a query.", extensions: { code: "BAD_REQUEST" } }],
    });
    expect(server.executed()).toBe(before);
  });
});

describe("a client that accepts no JSON", () => {
  it("gets 406, and is told what there is to accept", async () => {
    const { response, answer } = await get(query, { accept: "image/png" });
    expect(response.status).toBe(406);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(answer.errors).toEqual([
      {
        message: "Answers are JSON. Accept `application/graphql-response+json` or `application/json`.",
        extensions: { code: "BAD_REQUEST" },
      },
    ]);
  });
});

describe("a method that is not for queries", () => {
  it.each(["HEAD", "OPTIONS", "PUT"])("gets 405 and the methods that are: %s", async (method) => {
    const response = await fetch(`${server.url}/graphql`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, POST");
    const text = await response.text();
    if (method === "HEAD") expect(text).toBe("");
    else expect(JSON.parse(text).errors[0].extensions.code).toBe("METHOD_NOT_ALLOWED");
  });
});

describe("an address that cannot be read", () => {
  it("is refused in the form of all refusals", async () => {
    const response = await fetch(`${server.url}/%zz`, { headers: { "x-request-id": "unreadable-1" } });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-request-id")).toBe("unreadable-1");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.json()).toEqual({
      errors: [{ message: "The request is malformed.", extensions: { code: "BAD_REQUEST" } }],
    });
  });
});

describe("a hash in the place of a query, as clients of automatic persisted queries send first", () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };
  const refused = {
    errors: [{ message: "PersistedQueryNotSupported", extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }],
  };

  it("is answered in the words that make them send the query, by POST", async () => {
    const { response, answer } = await post(JSON.stringify({ operationName: "Echo", extensions }));
    expect(response.status).toBe(200);
    expect(answer).toEqual(refused);
  });

  it("is a bad request to a client that reads GraphQL's own media type", async () => {
    const accept = "application/graphql-response+json";
    const { response, answer } = await post(JSON.stringify({ extensions }), { accept });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain(accept);
    expect(answer).toEqual(refused);
  });

  it("is answered so by GET", async () => {
    const search = `operationName=Echo&extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    const { answer } = await get(search, { "apollo-require-preflight": "true" });
    expect(answer).toEqual(refused);
  });

  it("is passed over where the query comes along", async () => {
    const { answer } = await post(JSON.stringify({ query: '{ echo(text: "a") }', extensions }));
    expect(answer).toEqual({ data: { echo: "a" } });
  });

  it.each([
    {},
    { extensions: null },
    { extensions: { persistedQuery: null } },
    { extensions: { other: 1 } },
  ])("is not seen in %j, which has no query", async (body) => {
    const { response, answer } = await post(JSON.stringify(body));
    expect(response.status).toBe(400);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: "BAD_REQUEST" });
  });
});

describe("a body that begins with a byte order mark", () => {
  it("is read like one without", async () => {
    const { response, answer } = await post('\uFEFF{"query":"{ echo(text: \\"a\\") }"}');
    expect(response.status).toBe(200);
    expect(answer).toEqual({ data: { echo: "a" } });
  });

  it("is no JSON where there are two", async () => {
    expect((await post('\uFEFF\uFEFF{"query":"{ echo }"}')).response.status).toBe(400);
  });
});
