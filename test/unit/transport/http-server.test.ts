import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSubgraphServer } from "../../../shared/transport/http-server.ts";
import { type Caller, createSigner, signatureLifetime } from "../../../shared/transport/signature.ts";
import { ClientHungUp } from "../../../shared/transport/subgraph.ts";
import { createPermits, entities, secret, variables } from "./permits-server.ts";

let server: FastifyInstance;
let url: string;

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

describe("a caller that goes away", () => {
  it("ends what is done for it", async () => {
    let began = (_: AbortSignal | undefined) => {};
    const signal = new Promise<AbortSignal | undefined>((resolve) => (began = resolve));
    const waiting = createSubgraphServer({
      secret,
      subgraph: {
        name: "permits",
        sdl: "",
        health: async () => "UP",
        close: async () => {},
        execute: ({ context }) => {
          began(context.signal);
          return new Promise(() => {});
        },
      },
    });
    const address = await waiting.listen({ port: 0, host: "127.0.0.1" });
    try {
      const sent: Sent = { path: "/graphql", body: JSON.stringify({ query: "{ hello }" }), caller: "gateway" };
      const caller = new AbortController();
      const answer = fetch(address + sent.path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headersFor(sent) },
        body: sent.body,
        signal: caller.signal,
      });
      const running = await signal;
      expect(running?.aborted).toBe(false);
      caller.abort();
      await expect(answer).rejects.toThrow();
      await vi.waitFor(() => expect(running?.reason).toBeInstanceOf(ClientHungUp));
    } finally {
      await waiting.close();
    }
  });

  it("is not one that has its answer", async () => {
    let given: AbortSignal | undefined;
    const answering = createSubgraphServer({
      secret,
      subgraph: {
        name: "permits",
        sdl: "",
        health: async () => "UP",
        close: async () => {},
        execute: async ({ context }) => {
          given = context.signal;
          return { data: { hello: "hello" } };
        },
      },
    });
    const address = await answering.listen({ port: 0, host: "127.0.0.1" });
    const sent: Sent = { path: "/graphql", body: JSON.stringify({ query: "{ hello }" }), caller: "gateway" };
    const response = await fetch(address + sent.path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headersFor(sent) },
      body: sent.body,
    });
    expect(await response.json()).toEqual({ data: { hello: "hello" } });
    await answering.close();
    expect(given?.aborted).toBe(false);
  });
});
