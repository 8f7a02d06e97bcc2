import type { FastifyInstance } from "fastify";
import { buildSchema } from "graphql";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Serving } from "../../gateway/pipeline/graph.ts";
import { createHttpApp } from "../../gateway/pipeline/http.ts";
import { startCity } from "../support/city.ts";
import { sendRaw } from "../support/raw-http.ts";
import { usualLimits } from "../support/served-graph.ts";

let app: FastifyInstance;
let enforced = false;
let executed = 0;
beforeAll(async () => {
  const serving = new Serving("the test");
  serving.serve({
    schema: buildSchema("type Query { echo: String }"),
    health: async () => new Map(),
    execute: async () => {
      executed += 1;
      return { data: { echo: "a citizen" } };
    },
  });
  app = await createHttpApp({
    config: {
      ...usualLimits,
      bodyLimit: 65_536,
      documentCache: 10,
      maxTokens: 1000,
      requestTimeout: 2000,
      corsOrigins: undefined,
    },
    serving,
    logger: pino({ level: "silent" }),
    onlyThisMachine: () => !enforced,
  });
});
afterAll(() => app.close());

function ask(host: string) {
  return app.inject({
    method: "POST",
    url: "/graphql",
    headers: { host, "content-type": "application/json" },
    payload: '{"query":"{ echo }"}',
  });
}

describe("a page whose own name was made to lead to this machine", () => {
  it.each([
    "evil.example",
    "evil.example:4000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.7:4000",
    "[2001:db8::1]:4000",
  ])("reads nothing while rights are not enforced, as %j", async (host) => {
    const before = executed;
    const response = await ask(host);
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].extensions.code).toBe("BAD_REQUEST");
    expect(response.json().errors[0].message).toContain("Use one of these");
    expect(executed).toBe(before);
  });

  it.each([
    "127.0.0.1:4000",
    "127.0.0.1",
    "localhost:4000",
    "LOCALHOST",
    "[::1]:4000",
    "portal.localhost:4000",
  ])("is none that this machine has for itself: %s is answered", async (host) => {
    expect((await ask(host)).json()).toEqual({ data: { echo: "a citizen" } });
  });

  it("may have any name once rights are enforced", async () => {
    enforced = true;
    expect((await ask("gateway.example.gov")).statusCode).toBe(200);
    enforced = false;
  });
});

describe("the gateway of the city, whose rights nobody enforces yet", () => {
  it("answers to no foreign name", async () => {
    const city = await startCity();
    try {
      const body = '{"query":"{ departments { id } }"}';
      const as = (host: string) =>
        sendRaw(
          Number(new URL(city.url).port),
          `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      expect(await as("evil.example")).toMatch(/^HTTP\/1\.1 400 /);
      expect(await as("localhost")).toMatch(/^HTTP\/1\.1 200 /);
    } finally {
      await city.close();
    }
  });
});
