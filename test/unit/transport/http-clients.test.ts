import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CivigraphError } from "../../../shared/errors.ts";
import { connectHttpFeed } from "../../../shared/transport/http-feed.ts";
import { createHttpGrants } from "../../../shared/transport/http-grants.ts";
import { createHttpSubgraph, fetchSdl } from "../../../shared/transport/http-subgraph.ts";
import { createSigner } from "../../../shared/transport/signature.ts";
import { context, createPermits, entities, feed, records, sdl, secret, variables } from "./permits-server.ts";

let server: FastifyInstance;
let url: string;

beforeEach(async () => {
  server = createPermits();
  url = await server.listen({ port: 0, host: "127.0.0.1" });
});
afterEach(() => server.close());

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
