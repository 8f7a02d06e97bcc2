import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createHttpSubgraph } from "../../../shared/transport/http-subgraph.ts";
import { ClientHungUp } from "../../../shared/transport/subgraph.ts";
import { context, sdl } from "./permits-server.ts";

describe("a subgraph over HTTP that fails", () => {
  let stranger: Server | undefined;
  afterEach(async () => {
    vi.useRealTimers();
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

  it("is not left alone because clients hang up that it would have answered", async () => {
    const lines: string[] = [];
    let isPatient = false;
    const address = await answering(() => (isPatient ? { body: '{"data":{"hello":"x"}}' } : undefined));
    const log = (event: string) => void lines.push(event);
    const subgraph = createHttpSubgraph({ name: "permits", sdl, url: address, log });
    const hangUps = Array.from({ length: 20 }, async () => {
      const client = new AbortController();
      const asked = subgraph.execute({ query: "{ hello }", context: { ...context, signal: client.signal } });
      client.abort(new ClientHungUp());
      return (await asked).errors?.[0]?.extensions.code;
    });
    expect(new Set(await Promise.all(hangUps))).toEqual(new Set(["SUBGRAPH_TIMEOUT"]));
    isPatient = true;
    expect((await subgraph.execute({ query: "{ hello }", context })).data).toEqual({ hello: "x" });
    expect(lines).toEqual([]);
    await subgraph.close();
  });

  it("is left alone on where nobody waited to hear whether it is back", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let isSilent = false;
    let calls = 0;
    const address = await answering(() => {
      calls++;
      return isSilent ? undefined : { status: 503, body: "<html>" };
    });
    const subgraph = createHttpSubgraph({ name: "permits", sdl, url: address });
    const ask = (signal?: AbortSignal) =>
      subgraph.execute({ query: "{ hello }", context: { ...context, ...(signal ? { signal } : {}) } });
    for (let i = 0; i < 10; i++) await ask();
    vi.setSystemTime(Date.now() + 2_500);
    isSilent = true;
    const client = new AbortController();
    const probing = ask(client.signal);
    await vi.waitFor(() => expect(calls).toBe(9));
    client.abort(new ClientHungUp());
    await probing;
    await ask();
    expect(calls).toBe(9);
    await subgraph.close();
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
