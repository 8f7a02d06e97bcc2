import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw } from "../support/raw-http.ts";
import { type EchoServer, startEchoServer } from "../support/served-graph.ts";

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.close());

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : undefined };
}

async function get(query: string, headers: Record<string, string> = { "x-civigraph-preflight": "1" }) {
  const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
  return { status: response.status, headers: response.headers, json: JSON.parse(await response.text()) };
}

describe("41 array batches", () => {
  it("answers 400 and executes nothing", async () => {
    const before = server.executed();
    const { status, json } = await post([{ query: "{ __typename }" }, { query: "{ __typename }" }]);
    expect(status).toBe(400);
    expect(json.errors[0].extensions.code).toBe("BAD_REQUEST");
    expect(server.executed()).toBe(before);
  });
});

describe("42 mutation over GET", () => {
  it("answers 405, says what is allowed and executes nothing", async () => {
    const before = server.executed();
    const { status, headers, json } = await get("mutation { change }");
    expect(status).toBe(405);
    expect(headers.get("allow")).toContain("POST");
    expect(json.errors[0].extensions.code).toBe("METHOD_NOT_ALLOWED");
    expect(server.executed()).toBe(before);
  });

  it("is not fooled by an operationName that hides the mutation behind a query", async () => {
    const response = await fetch(
      `${server.url}/graphql?operationName=B&query=${encodeURIComponent("query A { echo } mutation B { change }")}`,
      { headers: { "x-civigraph-preflight": "1" } },
    );
    expect(response.status).toBe(405);
  });

  it.each(["PUT", "PATCH", "DELETE"])("answers 405 to %s", async (method) => {
    const response = await fetch(`${server.url}/graphql`, { method });
    expect(response.status).toBe(405);
  });
});

describe("43 what a foreign page can make a browser send", () => {
  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "TEXT/PLAIN;charset=utf-8",
  ])("answers 400 to a POST as %s", async (type) => {
    const before = server.executed();
    const { status, json } = await post({ query: "{ echo }" }, { "content-type": type });
    expect(status).toBe(400);
    expect(json.errors[0].extensions.code).toBe("PREFLIGHT_REQUIRED");
    expect(server.executed()).toBe(before);
  });

  it("answers 400 to a GET without a preflight header, and 200 with one", async () => {
    expect((await get("{ echo }", {})).status).toBe(400);
    expect((await get("{ echo }", { "apollo-require-preflight": "true" })).status).toBe(200);
  });

  it("does not count an empty preflight header", async () => {
    const answer = await sendRaw(
      server.port,
      "GET /graphql?query=%7Becho%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-civigraph-preflight:\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("44 exotic content types on GET", () => {
  it.each(["message/http", "text/xml", "application/graphql", ";", "a/b;c=d"])("answers 400 to %s", async (type) => {
    const { status } = await get("{ echo }", { "content-type": type });
    expect(status).toBe(400);
    const withHeader = await get("{ echo }", { "content-type": type, "x-civigraph-preflight": "1" });
    expect(withHeader.status).toBe(400);
  });
});

describe("45 bodies that are too large, or not what they seem", () => {
  it("answers 413 to a body over the limit", async () => {
    const { status, json } = await post({ query: `{ echo(text: "${"x".repeat(100_000)}") }` });
    expect(status).toBe(413);
    expect(json.errors[0].extensions.code).toBe("BODY_TOO_LARGE");
  });

  it("answers 413 to a body over the limit that does not tell its length", async () => {
    const chunk = `${(60_000).toString(16)}\r\n${"x".repeat(60_000)}\r\n`;
    const answer = await sendRaw(
      server.port,
      `POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each(["utf-16", "utf-7", "latin1", "UTF-8x"])("answers 415 to the charset %s", async (charset) => {
    const { status } = await post({ query: "{ echo }" }, { "content-type": `application/json; charset=${charset}` });
    expect(status).toBe(415);
  });

  it.each(["charset=UTF-8", 'charset="utf-8"', "Charset=utf-8"])("accepts %s", async (parameter) => {
    const { status } = await post({ query: "{ echo }" }, { "content-type": `application/json; ${parameter}` });
    expect(status).toBe(200);
  });

  it("refuses a gzip bomb without inflating it", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
    const before = process.memoryUsage().rss;
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: new Uint8Array(bomb.subarray(0, 60_000)),
    });
    expect(response.status).toBe(415);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });
});

describe("46 names that mean something to JavaScript", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("keeps the alias %s inert", async (name) => {
    const { status, text } = await post({ query: `{ ${name}: echo(text: "x") ok: echo(text: "y") }` });
    expect([200, 400]).toContain(status);
    if (status === 200) expect(text).toBe(JSON.stringify({ data: JSON.parse(`{"${name}":"x","ok":"y"}`) }));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("refuses __proto__ as an alias at any depth, and as a variable", async () => {
    expect((await post({ query: "{ self { ... { __proto__: echo } } }" })).status).toBe(400);
    expect((await post({ query: "query ($__proto__: String) { echo(text: $__proto__) }" })).status).toBe(400);
  });

  it("lets __proto__ in the body and in the variables change nothing", async () => {
    const { status, json } = await post(
      '{"__proto__":{"query":"{ fail }"},"query":"query ($t: String) { echo(text: $t) }","variables":{"__proto__":{"t":"x","polluted":1}}}',
    );
    expect(status).toBe(200);
    expect(json).toEqual({ data: { echo: null } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("47 a variable named representations", () => {
  it("answers a clean 400", async () => {
    const { status, json } = await post({
      query: "query ($representations: String) { echo(text: $representations) }",
      variables: { representations: "x" },
    });
    expect(status).toBe(400);
    expect(json.errors).toHaveLength(1);
    expect(json.errors[0].extensions.code).toBe("BAD_REQUEST");
  });
});

describe("50 texts of all kinds", () => {
  it.each([
    ["a lone surrogate", "a\ud800b"],
    ["right to left", "שלום \u202e עולם"],
    ["the Turkish dotted I", "İstanbul ıI"],
    ["a four-byte name", "𠮷野家 🏃"],
    ["a NUL", "a\u0000b"],
    ["line separators", "a\u2028b\u2029c"],
  ])("brings back %s as it was sent", async (_what, text) => {
    const { status, json } = await post({ query: "query ($t: String) { echo(text: $t) }", variables: { t: text } });
    expect(status).toBe(200);
    expect(json.data.echo).toBe(text);
  });
});

describe("51 duplicate JSON keys", () => {
  it("reads the last one, for validation and for execution", async () => {
    const { json } = await post('{"query":"{ doesNotExist }","query":"{ echo(text: \\"last\\") }"}');
    expect(json).toEqual({ data: { echo: "last" } });
    const second = await post('{"query":"{ echo(text: \\"first\\") }","query":"{ doesNotExist }"}');
    expect(second.json.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });
});

describe("56 CR and LF in headers", () => {
  it.each([
    ["CR LF and a space", "x-request-id: a\r\n b: c"],
    ["a bare CR", "x-request-id: a\rb: c"],
    ["a NUL", "x-request-id: a\u0000b"],
    ["LF in a name", "x-request\n-id: a"],
  ])("answers 400 to %s", async (_what, line) => {
    const body = '{"query":"{ echo }"}';
    const answer = await sendRaw(
      server.port,
      `POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${line}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("takes over a well-formed request id, and replaces any other", async () => {
    const kept = await post({ query: "{ echo }" }, { "x-request-id": "case-17.a" });
    expect(kept.headers.get("x-request-id")).toBe("case-17.a");
    const replaced = await post({ query: "{ echo }" }, { "x-request-id": "a%0d%0aSet-Cookie: x=1" });
    expect(replaced.headers.get("x-request-id")).toMatch(/^[\w-]+$/);
  });
});

describe("31, 33, 34 queries that are meant to exhaust the parser", () => {
  it("answers 400 to a hundred thousand levels of nesting", async () => {
    const wide = await startEchoServer({ bodyLimit: 10_000_000, maxTokens: 100_000 });
    try {
      for (const query of [`{${"self{".repeat(100_000)}`, `{ echo(list: ${"[".repeat(100_000)}) }`]) {
        const response = await fetch(`${wide.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query }),
        });
        expect(response.status).toBe(400);
        await response.text();
      }
    } finally {
      await wide.close();
    }
  });

  it("answers 400 to ten thousand directives", async () => {
    expect((await post({ query: `{ echo ${"@a ".repeat(10_000)} }` })).status).toBe(400);
  });

  it("refuses a fragment cycle in under 50 ms", async () => {
    const query = "{ self { ...a } } fragment a on Query { self { ...b } } fragment b on Query { self { ...a } }";
    await post({ query: "{ echo }" });
    const began = performance.now();
    const { status, json } = await post({ query }, { accept: "application/graphql-response+json" });
    expect(performance.now() - began).toBeLessThan(50);
    expect(status).toBe(400);
    expect(json.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  it.each([
    ["fields", "one: self { ...F# } two: self { ...F# }"],
    ["nothing but themselves", "...F# ...F#"],
  ])("refuses fragments that double with each other, of %s, in no time", async (_what, twice) => {
    const fragments = Array.from(
      { length: 40 },
      (_, index) => `fragment F${index} on Query { ${index < 39 ? twice.replaceAll("#", String(index + 1)) : "echo"} }`,
    );
    const before = server.executed();
    const began = performance.now();
    const { status, json } = await post({ query: `{ ...F0 } ${fragments.join(" ")}` });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(status).toBe(400);
    expect(json.errors).toEqual([
      {
        message:
          "The operation has more than a million fields once its fragments are written out; at most 1000 are answered. Ask for less at once. Operators can raise CIVIGRAPH_MAX_HEIGHT.",
        extensions: { code: "MAX_HEIGHT_LIMIT" },
      },
    ]);
    expect(server.executed()).toBe(before);
  });

  it("refuses deeply nested variables without falling over", async () => {
    const { status } = await post(
      `{"query":"query ($l: [Int!]) { echo(list: $l) }","variables":{"l":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`,
      { accept: "application/graphql-response+json" },
    );
    expect(status).toBe(400);
    expect((await post({ query: '{ echo(text: "alive") }' })).json.data.echo).toBe("alive");
  });
});

describe("54 errors that say too much", () => {
  it("masks them behind the request's id, in the answer and in the log", async () => {
    const { headers, json, text } = await post({ query: "{ fail }" });
    const requestId = headers.get("x-request-id") ?? "";
    expect(json.data).toEqual({ fail: null });
    expect(json.errors[0]).toMatchObject({ path: ["fail"], extensions: { code: "INTERNAL_SERVER_ERROR" } });
    expect(json.errors[0].message).toContain(requestId);
    expect(text).not.toMatch(/SELECT|10\.0\.0\.7|secret_table/);
    const lines = server.log.filter((line) => line.includes(requestId)).join("");
    expect(lines).toContain("masked error");
    expect(lines).not.toMatch(/SELECT|10\.0\.0\.7|secret_table/);
  });
});

describe("the log", () => {
  it("holds neither queries nor variables, however they arrive", async () => {
    const secret = "Ada-Lovelace-18151210";
    await post({ query: "query ($t: String) { echo(text: $t) }", variables: { t: secret } });
    await post({ query: `{ echo(text: "${secret}") }` });
    await post({ query: `{ ${secret.replaceAll("-", "_")} }` });
    await post(`{"query":"${secret}`);
    await get(`{ echo(text: "${secret}") }`);
    await fetch(`${server.url}/${secret}`);
    expect(server.log.length).toBeGreaterThan(0);
    expect(server.log.join("")).not.toMatch(/Ada.Lovelace/);
  });
});
