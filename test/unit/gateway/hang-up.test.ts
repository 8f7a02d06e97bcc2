import { once } from "node:events";
import { request } from "node:http";
import { buildSchema } from "graphql";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { GatewayRequest } from "../../../gateway/execution/index.ts";
import { Serving } from "../../../gateway/pipeline/graph.ts";
import { createHttpApp } from "../../../gateway/pipeline/http.ts";
import { CivigraphError } from "../../../shared/errors.ts";
import { usualLimits } from "../../support/served-graph.ts";

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A gateway over a department that is slow: aborted, its calls are `SUBGRAPH_TIMEOUT`, as those of all subgraphs are. */
async function slowGateway(requestTimeout: number) {
  const lines: Record<string, unknown>[] = [];
  const serving = new Serving("the test");
  let began = () => {};
  const asked = new Promise<void>((resolve) => (began = resolve));
  serving.serve({
    schema: buildSchema("type Query { echo: String }"),
    health: async () => new Map(),
    async execute({ context: { signal } }: GatewayRequest) {
      began();
      if (signal) await once(signal, "abort");
      const error = new CivigraphError("SUBGRAPH_TIMEOUT", { department: "Permits" }).toGraphQLError(["echo"]);
      return { data: { echo: null }, errors: [error] };
    },
  });
  const app = await createHttpApp({
    config: {
      ...usualLimits,
      bodyLimit: 65_536,
      documentCache: 10,
      maxTokens: 1000,
      requestTimeout,
      corsOrigins: undefined,
    },
    serving,
    logger: pino({ level: "info" }, { write: (line: string) => lines.push(JSON.parse(line)) }),
  });
  close = () => app.close();
  const url = new URL("/graphql", await app.listen({ host: "127.0.0.1", port: 0 }));
  const client = request(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": "r1" },
  });
  client.on("error", () => {});
  client.end('{"query":"{ echo }"}');
  return { lines, asked, client };
}

describe("a client that hangs up", () => {
  it("is said to have, and no department is said to be slow", async () => {
    const { lines, asked, client } = await slowGateway(60_000);
    await asked;
    client.destroy();
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ level: 30, requestId: "r1", msg: "client hung up" });
    await close?.();
    expect(lines).toHaveLength(1);
  });
});

describe("a client that waits", () => {
  it("is answered at the deadline, and the slow department is named in the log", async () => {
    const { lines, client } = await slowGateway(100);
    const [response] = await once(client, "response");
    response.resume();
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines[0]).toMatchObject({ level: 40, requestId: "r1", code: "SUBGRAPH_TIMEOUT", department: "Permits" });
    expect(lines[1]).toMatchObject({ msg: "answered", status: 200 });
  });
});
