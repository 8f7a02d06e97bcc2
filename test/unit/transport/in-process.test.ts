import { buildSchema, execute, GraphQLError, type GraphQLSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { CivigraphError } from "../../../shared/errors.ts";
import { createInProcessSubgraph } from "../../../shared/transport/in-process.ts";
import type { SubgraphCall } from "../../../shared/transport/subgraph.ts";

const context = { requestId: "request-7", audience: "city" };
const rows = [
  { __typename: "Permit", id: 1, kind: "BUILDING", title: "Shed", tags: ["a", null] },
  { __typename: "Case", id: "2", opened: "2024-02-29" },
];

function createSchema(resolvers: Record<string, () => unknown> = {}): GraphQLSchema {
  const schema = buildSchema(`
    type Query { things(first: Int = 5): [Thing] one: Either strict: Strict all: [Strict!] }
    interface Thing { id: ID! }
    union Either = Permit | Case
    type Permit implements Thing { id: ID! kind: Kind title(upper: Boolean = false): String tags: [String] self: Permit }
    type Case implements Thing { id: ID! opened: String }
    type Strict { must: String! may: String }
    enum Kind { BUILDING EVENT }
  `);
  const fields = schema.getQueryType()?.getFields() ?? {};
  const given: Record<string, (...args: never[]) => unknown> = {
    things: (_: never, { first }: { first: number }) => rows.slice(0, first),
    one: async () => rows[0],
    ...resolvers,
  };
  for (const [name, resolve] of Object.entries(given)) if (fields[name]) fields[name].resolve = resolve as never;
  return schema;
}

function createSubgraph(resolvers?: Record<string, () => unknown>) {
  const log: string[] = [];
  const subgraph = createInProcessSubgraph({
    name: "permits",
    displayName: "Permits",
    sdl: "type Query { published: Int }",
    schema: createSchema(resolvers),
    context: () => undefined,
    health: async () => "UP",
    close: async () => {},
    log: (event, details) => log.push(`${event} ${Object.values(details).join(" ")}`),
  });
  const ask = (query: string, rest: Partial<SubgraphCall> = {}) => subgraph.execute({ query, context, ...rest });
  return { ask, log, subgraph };
}

describe("a subgraph in the process", () => {
  it("publishes exactly the SDL that it was given", () => {
    expect(createSubgraph().subgraph.sdl).toBe("type Query { published: Int }");
  });

  it.each<[string, Record<string, unknown>?]>([
    ["{ things { __typename id ... on Permit { kind title tags } ... on Case { opened } } }"],
    ["{ one { __typename ... on Thing { id } ... on Permit { t: title(upper: true) } } }"],
    ["query ($n: Int = 1) { things(first: $n) { id } }"],
    ["query ($n: Int) { things(first: $n) { id } }", { n: 2 }],
    ["query ($a: Boolean!) { things { id @skip(if: $a) ... @include(if: $a) { __typename } } }", { a: true }],
    ["query ($a: Boolean!) { things { id @skip(if: $a) ... @include(if: $a) { __typename } } }", { a: false }],
    [
      "query ($a: Boolean!) { things { ...F @include(if: $a) ...G } } fragment F on Thing { id } fragment G on Permit { title ...F @skip(if: $a) }",
      { a: false },
    ],
    ["query ($a: Boolean!) { things @include(if: $a) { id } one @skip(if: $a) { __typename } }", { a: false }],
    ["{ things { ...T } } fragment T on Thing { id ... on Permit { self { id } } }"],
    ["{ strict { must } all { must } }"],
    ["query ($n: Int!) { things(first: $n) { id } }", {}],
    ['{ __type(name: "Kind") { enumValues { name } } }'],
  ])("answers like graphql-js: %s", async (query, variables) => {
    const { ask } = createSubgraph({ strict: () => ({ must: "x" }), all: () => [{ must: "x" }] });
    const schema = createSchema({ strict: () => ({ must: "x" }), all: () => [{ must: "x" }] });
    const expected = await execute({ schema, document: parse(query), variableValues: variables });
    const answer = await ask(query, { variables });
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data));
    expect(answer.errors?.length).toBe(expected.errors?.length);
  });

  it("keeps errors of the catalogue, thrown or answered as values, with their path", async () => {
    const { ask } = createSubgraph({
      one: () => Promise.reject(new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: "Permits" })),
      strict: () => ({
        must: "x",
        may: new CivigraphError("SOURCE_VALUE_UNREADABLE", { department: "Permits", field: "Permit.may" }),
      }),
    });
    const { data, errors } = await ask("{ one { __typename } strict { must may } }");
    expect(data).toEqual({ one: null, strict: { must: "x", may: null } });
    const told = errors?.map(({ message, path, extensions }) => ({ message, path, ...extensions }));
    expect(told).toContainEqual({
      message: "The records of Permits cannot be read at the moment.",
      path: ["one"],
      code: "DEPARTMENT_UNAVAILABLE",
      department: "Permits",
    });
    expect(told).toContainEqual(
      expect.objectContaining({ path: ["strict", "may"], code: "SOURCE_VALUE_UNREADABLE", field: "Permit.may" }),
    );
  });

  it.each([
    ["an Error", new Error("connect ECONNREFUSED 10.0.0.7:1433")],
    [
      "a GraphQLError with a foreign code",
      new GraphQLError("SELECT * FROM tblClient", { extensions: { code: "SQL" } }),
    ],
    ["no error at all", "password=hunter2"],
  ])("says nothing of what %s holds, but its class to the log", async (_, thrown) => {
    const { ask, log } = createSubgraph({
      one: () => {
        throw thrown;
      },
    });
    const { errors } = await ask("{ one { __typename } }");
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: "INTERNAL_SERVER_ERROR" }]);
    expect(JSON.stringify(errors) + log.join()).not.toMatch(/ECONN|tblClient|hunter2/);
    expect(errors?.[0]?.message).toContain("request-7");
    expect(log[0]).toMatch(/^subgraph\.failed request-7 /);
  });

  it("does not show a value that its type cannot carry", async () => {
    const { ask } = createSubgraph({ one: () => ({ __typename: "Permit", id: "1", kind: "ann@example.org" }) });
    const answer = await ask("{ one { ... on Permit { kind } } }");
    expect(answer.data).toEqual({ one: { kind: null } });
    expect(JSON.stringify(answer)).not.toContain("example.org");
  });

  it("answers a syntax error, an unknown field and a wrong variable without running anything", async () => {
    const { ask } = createSubgraph();
    for (const [query, variables] of [
      ["{ things {", {}],
      ["{ nothing }", {}],
      ["query ($n: Int!) { things(first: $n) { id } }", { n: "x" }],
    ] as const) {
      const { data, errors } = await ask(query, { variables });
      expect(data ?? null).toBeNull();
      expect(errors?.[0]?.extensions.code).toBe("BAD_REQUEST");
    }
  });

  it("gives up when nobody waits any more", async () => {
    const { ask } = createSubgraph({ one: () => new Promise(() => {}) });
    const controller = new AbortController();
    const answer = ask("{ one { __typename } }", { context: { ...context, signal: controller.signal } });
    controller.abort();
    const { data, errors } = await answer;
    expect(data).toBeNull();
    expect(errors?.[0]).toMatchObject({
      message: "Permits did not answer in time.",
      extensions: { code: "SUBGRAPH_TIMEOUT" },
    });
  });
});
