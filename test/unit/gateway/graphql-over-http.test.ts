import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type EchoServer, startEchoServer } from "../../support/served-graph.ts";

describe("GraphQL over HTTP, by the audit of graphql-http", () => {
  let server: EchoServer;
  beforeAll(async () => {
    server = await startEchoServer();
  });
  afterAll(() => server.close());

  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...init.headers, "x-civigraph-preflight": "1" } }),
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))("%s: %s", async (_id, _name, audit) => {
    const result = await audit.fn();
    if (result.status !== "ok") throw new Error(`${result.status}: ${result.reason}`);
  });
});
