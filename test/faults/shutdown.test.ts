import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CivigraphProcess, startCivigraph } from "../support/civigraph-process.ts";
import { type ServedSubgraphs, servePlainSubgraphs } from "../support/plain-subgraphs.ts";

let folder: string;
let subgraphs: ServedSubgraphs;
/** Told when a call has reached the subgraph; answers when the test says so. */
let arrived: () => void;
let release: () => void;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-shutdown-"));
  subgraphs = await servePlainSubgraphs({
    slow: {
      sdl: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")\ntype Query { slow: String }',
      resolvers: {
        Query: {
          slow: () =>
            new Promise((resolve) => {
              release = () => resolve("done");
              arrived();
            }),
        },
      },
    },
  });
  writeFileSync(join(folder, "supergraph.graphql"), subgraphs.supergraphSdl);
});

afterAll(async () => {
  await subgraphs.close();
  rmSync(folder, { recursive: true });
});

async function startGateway(environment: Record<string, string> = {}): Promise<[CivigraphProcess, string]> {
  const parts = ["gateway", "--supergraph", "supergraph.graphql", "--port", "0"];
  const gateway = startCivigraph(parts, { folder, environment });
  const [, address = ""] = await gateway.says(/listens on (\S+)/);
  return [gateway, address];
}

function ask(address: string): Promise<Response> {
  return fetch(`${address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ slow }" }),
  });
}

describe("a gateway's process", { timeout: 60_000 }, () => {
  it("answers what is in flight when it is told to end, takes nothing new, and ends with 0", async () => {
    const [gateway, address] = await startGateway();
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const answer = ask(address);
    await inFlight;
    gateway.child.kill("SIGTERM");
    await refused(address);
    release();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { slow: "done" } });
    const { status, stderr } = await gateway.finished;
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/error/i);
  });

  it("ends at once at a second signal", async () => {
    const [gateway, address] = await startGateway();
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const answer = ask(address).catch(() => "cut off");
    await inFlight;
    gateway.child.kill("SIGTERM");
    await refused(address);
    gateway.child.kill("SIGTERM");
    expect((await gateway.finished).status).toBe(1);
    expect(await answer).toBe("cut off");
  });

  it("gives up a request at its deadline, with what the other subgraphs answered", async () => {
    const [gateway, address] = await startGateway({ CIVIGRAPH_REQUEST_TIMEOUT_MS: "200" });
    arrived = () => {};
    const response = await ask(address);
    expect(await response.json()).toMatchObject({
      data: { slow: null },
      errors: [{ extensions: { code: "SUBGRAPH_TIMEOUT" }, path: ["slow"] }],
    });
    expect((await gateway.stop()).status).toBe(0);
  });

  it("says so when its port is taken", async () => {
    const [gateway, address] = await startGateway();
    const { port } = new URL(address);
    const second = startCivigraph(["gateway", "--supergraph", "supergraph.graphql", "--port", port], { folder });
    const { status, stderr } = await second.finished;
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      `civigraph: port ${port} is taken. Stop what listens there, or set PORT to another one.`,
    );
    expect((await gateway.stop()).status).toBe(0);
  });
});

/** Resolves once nobody listens at this address any more. */
async function refused(address: string): Promise<void> {
  while (true) {
    try {
      const response = await fetch(`${address}/health/live`, { headers: { connection: "close" } });
      await response.arrayBuffer();
    } catch {
      return;
    }
  }
}
