import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { FastifyInstance } from "fastify";
import { parse } from "graphql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import { connectHttpFeed } from "../../../shared/transport/http-feed.ts";
import { createHttpGrants } from "../../../shared/transport/http-grants.ts";
import { createSubgraphServer } from "../../../shared/transport/http-server.ts";
import { createHttpSubgraph, fetchSdl } from "../../../shared/transport/http-subgraph.ts";
import { createInProcessSubgraph } from "../../../shared/transport/in-process.ts";
import { type Caller, createSigner, signatureLifetime } from "../../../shared/transport/signature.ts";

const secret = "a secret of the city";
const context = { requestId: "r", audience: "city" };
const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
type Permit @key(fields: "id") { id: ID! kind: String }`;
const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Permit { id kind } } }`;
const variables = { representations: [{ __typename: "Permit", id: "1" }] };

const records: PersonRecord[] = [
  {
    key: "1",
    fullName: "Ann Doe",
    identifier: [{ schemaAgency: "NATIONAL", notation: "1" }],
    address: { postCode: "1" },
  },
  { key: "2", telephone: ["+372 5"] },
];
const feed: PersonFeed = {
  description: {
    department: "permits",
    name: "Permits",
    uniquePerPerson: true,
    personalKey: false,
    tellsChanges: true,
  },
  page: async ({ first, after }) => {
    const start = after === undefined ? 0 : Number(after);
    const next = start + first < records.length ? String(start + first) : null;
    return { records: records.slice(start, start + first), next };
  },
  byKeys: async (keys) => keys.map((key) => records.find((record) => record.key === key) ?? null),
  keys: async () => ({ keys: records.map(({ key }) => key), next: null }),
  count: async () => records.length,
};

let server: FastifyInstance;
let url: string;

function createPermits(openSdl = false) {
  const subgraph = createInProcessSubgraph({
    name: "permits",
    sdl,
    schema: buildSubgraphSchema({
      typeDefs: parse(sdl),
      resolvers: { Query: { hello: () => "hello" }, Permit: { kind: () => "BUILDING" } },
    }),
    context: () => undefined,
    health: async () => "UP",
    close: async () => {},
  });
  return createSubgraphServer({
    subgraph,
    secret,
    feed,
    openSdl,
    grants: {
      grants: async (asked, { audience }) => asked.map((record) => record === "permits:1" && audience === "city"),
    },
  });
}

beforeEach(async () => {
  server = createPermits();
  url = await server.listen({ port: 0, host: "127.0.0.1" });
});
afterEach(() => server.close());

interface Sent {
  readonly path: string;
  readonly body: string;
  readonly caller?: Caller;
  readonly now?: () => number;
  readonly change?: (headers: Record<string, string>) => Record<string, string>;
}

function headersFor({ path, body, caller, now }: Sent): Record<string, string> {
  return caller ? createSigner(secret, caller, now)({ method: "POST", path, body }) : {};
}

async function send(sent: Sent, headers = headersFor(sent)): Promise<{ status: number; text: string }> {
  const response = await fetch(url + sent.path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: sent.body,
  });
  return { status: response.status, text: await response.text() };
}

describe.each([
  ["_entities", { path: "/graphql", body: JSON.stringify({ query: entities, variables }), caller: "gateway" as const }],
  ["any query", { path: "/graphql", body: JSON.stringify({ query: "{ hello }" }), caller: "gateway" as const }],
  [
    "_service",
    { path: "/graphql", body: JSON.stringify({ query: "{ _service { sdl } }" }), caller: "gateway" as const },
  ],
  [
    "the person feed",
    { path: "/person-feed", body: JSON.stringify({ query: "{ count }" }), caller: "identity" as const },
  ],
  [
    "grants",
    {
      path: "/grants",
      body: JSON.stringify({ records: [], requestId: "r", audience: "city" }),
      caller: "department" as const,
    },
  ],
])("over HTTP, %s", (_, sent) => {
  it("answers a signed request", async () => {
    expect((await send(sent)).status).toBe(200);
  });

  it("answers 401 without a signature", async () => {
    const { caller: __, ...unsigned } = sent;
    const { status, text } = await send(unsigned);
    expect(status).toBe(401);
    expect(JSON.parse(text).errors[0].extensions.code).toBe("AUTH_ERROR");
  });

  it("answers 401 to a stale signature", async () => {
    expect((await send({ ...sent, now: () => Date.now() - signatureLifetime - 1_000 })).status).toBe(401);
  });

  it("answers 401 to a replayed signature", async () => {
    const headers = headersFor(sent);
    expect((await send(sent, headers)).status).toBe(200);
    expect((await send(sent, headers)).status).toBe(401);
  });

  it("answers 401 when the body is not the signed one", async () => {
    const headers = headersFor(sent);
    expect((await send({ ...sent, body: `${sent.body} ` }, headers)).status).toBe(401);
  });

  it("answers 401 when the caller's name is not the signed one", async () => {
    const headers = { ...headersFor(sent), "x-civigraph-caller": "person" };
    expect((await send(sent, headers)).status).toBe(401);
  });
});

describe("a subgraph's server", () => {
  it("opens the person feed to identity and person alone", async () => {
    const status = async (caller: Caller) =>
      (await send({ path: "/person-feed", body: JSON.stringify({ query: "{ count }" }), caller })).status;
    expect(await status("identity")).toBe(200);
    expect(await status("person")).toBe(200);
    expect(await status("gateway")).toBe(401);
    expect(await status("department")).toBe(401);
  });

  it("has no feed in its published SDL", async () => {
    const { text } = await send({ path: "/graphql", body: '{"query":"{ _service { sdl } }"}', caller: "gateway" });
    expect(JSON.parse(text).data._service.sdl).not.toMatch(/PersonRecord|PersonFeed|byKeys/);
  });

  it("shows its SDL unsigned only where that is configured, and nothing else", async () => {
    await server.close();
    server = createPermits(true);
    url = await server.listen({ port: 0, host: "127.0.0.1" });
    const status = async (query: string) => (await send({ path: "/graphql", body: JSON.stringify({ query }) })).status;
    expect(await status("{ _service { sdl } }")).toBe(200);
    expect(await status("{ _service { sdl } hello }")).toBe(401);
    expect(await status("{ _service { sdl } } query B { hello }")).toBe(401);
    expect(await status("{ hello }")).toBe(401);
  });

  it("tells its health to anybody", async () => {
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: "UP" });
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: "UP" });
  });
});

describe("the clients of a subgraph's server", () => {
  it("answer an operation like the subgraph itself", async () => {
    const subgraph = createHttpSubgraph({
      name: "permits",
      sdl,
      url: `${url}/graphql`,
      signer: createSigner(secret, "gateway"),
    });
    const answer = await subgraph.execute({ query: entities, variables, context });
    expect(answer).toEqual({ data: { _entities: [{ id: "1", kind: "BUILDING" }] } });
    expect(await subgraph.health()).toBe("UP");
    await subgraph.close();
  });

  it("fetch the SDL", async () => {
    const signer = createSigner(secret, "gateway");
    expect(await fetchSdl({ name: "permits", url: `${url}/graphql`, signer })).toBe(sdl);
  });

  it("read the whole feed, with absent attributes absent", async () => {
    const client = await connectHttpFeed({
      url: `${url}/person-feed`,
      department: "Permits",
      signer: createSigner(secret, "identity"),
    });
    expect(client.description).toEqual(feed.description);
    const first = await client.page({ first: 1 });
    expect(first).toEqual({ records: [records[0]], next: "1" });
    expect(await client.page({ first: 1, after: "1" })).toEqual({ records: [records[1]], next: null });
    expect(await client.byKeys(["2", "9", "1"])).toEqual([records[1], null, records[0]]);
    expect(await client.keys({ first: 9 })).toEqual({ keys: ["1", "2"], next: null });
    expect(await client.count()).toBe(2);
    await client.close();
  });

  it("refuse to read a feed as the gateway", async () => {
    const signer = createSigner(secret, "gateway");
    await expect(connectHttpFeed({ url: `${url}/person-feed`, department: "Permits", signer })).rejects.toThrow(
      CivigraphError,
    );
  });

  it("bring identity's decisions, and fail closed", async () => {
    const client = createHttpGrants({
      url: `${url}/grants`,
      department: "Identity",
      signer: createSigner(secret, "department"),
    });
    expect(await client.grants(["permits:1", "permits:2"], context)).toEqual([true, false]);
    await server.close();
    await expect(client.grants(["permits:1"], context)).rejects.toThrow("Identity did not answer.");
    await client.close();
  });
});

describe("a subgraph over HTTP that fails", () => {
  let stranger: Server | undefined;
  afterEach(async () => {
    stranger?.closeAllConnections();
    await new Promise<unknown>((resolve) => (stranger ? stranger.close(resolve) : resolve(undefined)));
    stranger = undefined;
  });

  async function answering(answer: (body: string) => { status?: number; body: string } | undefined): Promise<string> {
    stranger = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const given = answer(body);
        if (given) response.writeHead(given.status ?? 200, { "content-type": "application/json" }).end(given.body);
      });
    });
    await new Promise<void>((resolve) => stranger?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/graphql`;
  }

  async function ask(address: string, rest: { timeout?: number; maxAnswer?: number; signal?: AbortSignal } = {}) {
    const { signal, ...limits } = rest;
    const subgraph = createHttpSubgraph({ name: "permits", displayName: "Permits", sdl, url: address, ...limits });
    const { data, errors } = await subgraph.execute({
      query: "{ hello }",
      context: { ...context, ...(signal ? { signal } : {}) },
    });
    await subgraph.close();
    expect(JSON.stringify(errors ?? [])).not.toMatch(/127\.0\.0\.1|ECONN|graphql"/);
    return { data, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
  }

  it("is unavailable when nobody listens", async () => {
    const address = await answering(() => undefined);
    await new Promise((resolve) => stranger?.close(resolve));
    expect(await ask(address)).toEqual({
      data: null,
      code: "SUBGRAPH_UNAVAILABLE",
      message: "Permits did not answer.",
    });
  });

  it("is late when it does not answer within its time", async () => {
    expect(await ask(await answering(() => undefined), { timeout: 50 })).toMatchObject({
      data: null,
      code: "SUBGRAPH_TIMEOUT",
    });
  });

  it("is given up when the caller is gone", async () => {
    const controller = new AbortController();
    const address = await answering(() => {
      controller.abort();
      return undefined;
    });
    expect(await ask(address, { signal: controller.signal })).toMatchObject({ data: null, code: "SUBGRAPH_TIMEOUT" });
  });

  it.each<[string, { status?: number; body: string }, string]>([
    ["a page of HTML", { body: "<html>" }, "SUBGRAPH_INVALID_ANSWER"],
    ["a proxy's 502", { status: 502, body: "<html>" }, "SUBGRAPH_UNAVAILABLE"],
    ["a list", { body: "[]" }, "SUBGRAPH_INVALID_ANSWER"],
    ["data that is a scalar", { body: '{"data":1}' }, "SUBGRAPH_INVALID_ANSWER"],
    ["neither data nor errors", { body: "{}" }, "SUBGRAPH_INVALID_ANSWER"],
    ["too much", { body: JSON.stringify({ data: { hello: "x".repeat(2_000) } }) }, "SUBGRAPH_INVALID_ANSWER"],
  ])("is refused when it answers %s", async (_, answer, code) => {
    expect(await ask(await answering(() => answer), { maxAnswer: 1_000 })).toMatchObject({ data: null, code });
  });

  it("keeps its errors' messages and codes, and none of their other extensions", async () => {
    const error = {
      message: "no",
      extensions: { code: "X", stacktrace: ["at /srv"], response: { url: "http://10.0.0.7" } },
    };
    const address = await answering(() => ({ body: JSON.stringify({ data: { hello: null }, errors: [error] }) }));
    const subgraph = createHttpSubgraph({ name: "permits", sdl, url: address });
    const { errors } = await subgraph.execute({ query: "{ hello }", context });
    expect(errors?.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
      { message: "no", extensions: { code: "X" } },
    ]);
    await subgraph.close();
  });

  it("sends a stranger the operation and nothing of ours", async () => {
    let received = "";
    const address = await answering((body) => {
      received = body;
      return { body: '{"data":{"hello":"x"}}' };
    });
    await ask(address);
    expect(JSON.parse(received)).toEqual({ query: "{ hello }" });
  });

  it("is left alone for a while after it failed again and again", async () => {
    let calls = 0;
    const address = await answering(() => {
      calls++;
      return { status: 503, body: "<html>" };
    });
    const subgraph = createHttpSubgraph({ name: "permits", sdl, url: address });
    for (let i = 0; i < 20; i++) {
      const { errors } = await subgraph.execute({ query: "{ hello }", context });
      expect(errors?.[0]?.extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
    }
    expect(calls).toBe(8);
    await subgraph.close();
  });
});
