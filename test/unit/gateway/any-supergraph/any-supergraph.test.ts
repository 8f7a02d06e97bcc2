import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApolloGateway } from "@apollo/gateway";
import { type FormattedExecutionResult, getIntrospectionQuery, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CivigraphProcess, startCivigraph } from "../../../support/civigraph-process.ts";
import { type ServedSubgraphs, servePlainSubgraphs } from "../../../support/plain-subgraphs.ts";
import { shop } from "./shop.ts";

process.env.APOLLO_TELEMETRY_DISABLED = "1";

let folder: string;
let subgraphs: ServedSubgraphs;
let civigraph: CivigraphProcess;
let endpoint: string;
let stock: ApolloGateway;
let askStock: (query: string, variables?: Record<string, unknown>) => Promise<FormattedExecutionResult>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-any-"));
  subgraphs = await servePlainSubgraphs(shop);
  writeFileSync(join(folder, "supergraph.graphql"), subgraphs.supergraphSdl);
  civigraph = startCivigraph(["gateway", "--supergraph", "supergraph.graphql", "--port", "0"], { folder });
  stock = new ApolloGateway({
    supergraphSdl: subgraphs.supergraphSdl,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const { executor, schema } = await stock.load();
  let asked = 0;
  askStock = async (query, variables = {}) => {
    asked += 1;
    const request = { query, variables };
    const options = { request, document: parse(query), queryHash: String(asked), context: {}, metrics: {}, schema };
    return JSON.parse(JSON.stringify(await executor({ ...options, logger: console } as never)));
  };
  const [, address] = await civigraph.says(/The gateway listens on (\S+)/);
  endpoint = `${address}/graphql`;
}, 90_000);

afterAll(async () => {
  await civigraph?.stop();
  await stock?.stop();
  await subgraphs?.close();
  rmSync(folder, { recursive: true });
});

/** As the public audit of federation gateways asks: JSON by POST, and no header that only Civigraph knows. */
async function post(query: string, variables?: Record<string, unknown>): Promise<Response> {
  return fetch(endpoint, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({ query, ...(variables ? { variables } : {}) }),
  });
}

async function ask(query: string, variables?: Record<string, unknown>): Promise<FormattedExecutionResult> {
  return (await (await post(query, variables)).json()) as FormattedExecutionResult;
}

const messagesOf = ({ errors = [] }: FormattedExecutionResult) => errors.map(({ message }) => message).sort();

const questions: [query: string, variables?: Record<string, unknown>][] = [
  ["query ping { __typename }"],
  ["{ items { __typename upc name } }"],
  ["{ items { name ... on Tool { weight kind shipping inStore } ... on Book { pages } } }"],
  ["{ items { ...I } } fragment I on Item { upc ... on Book { inStore ratings { stars helpful } } }"],
  ['{ item(upc: "t1") { ... on Tool { fast: shipping(express: true) slow: shipping ratings { id helpful } } } }'],
  ['{ item(upc: "none") { name } }'],
  ["{ find { __typename ... on Book { pages inStore } ... on Tool { kind } ... on Shelf { row } } }"],
  ["query ($text: String) { find(text: $text) { ... on Item { name } } }", { text: "o" }],
  [
    "{ cheapest { name pages inStore ratings { stars by { __typename ... on Person { name } ... on Robot { serial } } } } }",
  ],
  ["{ best { helpful by { ... on Person { name } } } voters }"],
  ["query ($kind: ToolKind) { items(kind: $kind) { name } }", { kind: "HAND" }],
  [
    "query ($with: Boolean!) { items { upc name @include(if: $with) ... on Book @skip(if: $with) { inStore } } }",
    { with: true },
  ],
  ["query ($day: Day!) { late(day: $day) }", { day: { in: ["any", 1] } }],
  ["{ numbers numbersOf: numbers(of: [4]) }"],
  ["{ items @loud { upc @loud(much: 1) } }"],
  ["{ hidden { upc kind } }"],
  ['{ it: item(upc: "t2") { ... on Tool { kind } } }'],
  ["{ fails voters }"],
  ["{ failsHard { it beside } voters }"],
  ['{ item(upc: "t2") { name ... on Tool { shipping inStore } } }'],
  ['{ item(upc: "b2") { name ... on Book { inStore } } }'],
  ['mutation { addBook(book: { name: "new" }) { upc pages inStore ratings { id } } }'],
  ["mutation { refuse { name } }"],
];

describe("civigraph gateway --supergraph, over subgraphs that know nothing of it", () => {
  it.each(
    questions.map(([query, variables]) => ({ query, variables })),
  )("answers as @apollo/gateway does: $query", async ({ query, variables }) => {
    const [ours, theirs] = [await ask(query, variables), await askStock(query, variables)];
    expect(ours.data ?? null).toEqual(theirs.data ?? null);
    expect(messagesOf(ours)).toEqual(messagesOf(theirs));
  });

  it("runs mutations in the order written, wherever each belongs", async () => {
    const query = (slot: string) => `mutation {
      five: add(slot: "${slot}", number: 5) ten: multiply(slot: "${slot}", by: 2) twelve: add(slot: "${slot}", number: 2)
    }`;
    const { data } = await ask(query("ours"));
    expect(data).toEqual({ five: 5, ten: 10, twelve: 12 });
    expect((await askStock(query("theirs"))).data).toEqual(data);
  });

  it("passes on what a subgraph says of its errors, with code and place", async () => {
    const { data, errors } = await ask('{ item(upc: "b2") { ... on Book { inStore } } fails }');
    expect(data).toEqual({ item: { inStore: null }, fails: null });
    expect(errors).toEqual(
      expect.arrayContaining([
        { message: "Nobody has counted b2.", path: ["item", "inStore"], extensions: { code: "UNCOUNTED" } },
        { message: "There is no ink left.", path: ["fails"], extensions: { code: "OUT_OF_INK" } },
      ]),
    );
  });

  it("answers everything that can be executed with status 200 and application/json", async () => {
    for (const query of ["{ __typename }", "{ fails }", getIntrospectionQuery()]) {
      const response = await post(query);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    }
  });

  it("lets clients introspect, and hides what is inaccessible", async () => {
    const { data, errors } = await ask('{ __type(name: "ToolKind") { enumValues { name } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ __type: { enumValues: [{ name: "HAND" }, { name: "POWER" }] } });
  });

  it("sends subgraphs plain JSON by POST, unsigned", () => {
    expect(subgraphs.received.length).toBeGreaterThan(0);
    for (const headers of subgraphs.received) {
      expect(headers["content-type"]).toMatch(/^application\/json/);
      expect(Object.keys(headers).filter((name) => name.includes("civigraph"))).toEqual([]);
    }
  });

  it("answers /health/live at once, and /health/ready of its subgraphs", async () => {
    expect((await fetch(new URL("/health/live", endpoint))).status).toBe(200);
    const ready = await fetch(new URL("/health/ready", endpoint));
    expect(await ready.json()).toEqual({
      status: "UP",
      subgraphs: Object.fromEntries(Object.keys(shop).map((name) => [name, "UP"])),
    });
  });

  it("loses only the fields of a subgraph that has ended", async () => {
    await subgraphs.stop("votes");
    const query = "{ best { stars helpful } voters cheapest { name } }";
    const [ours, theirs] = [await ask(query), await askStock(query)];
    expect(ours.data).toEqual({ best: { stars: 5, helpful: null }, voters: null, cheapest: { name: "Knots" } });
    expect(ours.data).toEqual(theirs.data);
    expect(new Set(messagesOf(ours))).toEqual(new Set(["votes did not answer."]));
    expect(theirs.errors?.length).toBeGreaterThan(0);
  });
});
