import { describe, expect, it } from "vitest";
import type { Subgraph } from "../../shared/transport/subgraph.ts";
import { createOurs, testSubgraph } from "./federation.ts";

const users = testSubgraph("users", {
  sdl: `type Query { user: User users: [User!] } type User @key(fields: "id") { id: ID! friends: [User!] name: String! address: Address }
    type Address { street: String! }`,
  resolvers: { Query: { user: () => ({ id: "1", name: "Ann" }), users: () => [{ id: "1", name: "A" }] } },
});
const ages = testSubgraph("ages", {
  sdl: 'type User @key(fields: "id") { id: ID! age: Int }',
  resolvers: { User: { age: () => 1 } },
});

async function answered(data: unknown, query: string) {
  const stranger: Subgraph = { ...users, execute: async () => ({ data: data as never }) };
  return (await createOurs([stranger, ages])).ask(query);
}

/** A gateway that serves any supergraph must stand any answer. */
describe("a subgraph that keeps no promise", () => {
  it.each<[string, unknown, string, unknown]>([
    ["a scalar for an object", { user: 7 }, "{ user { name } }", { user: null }],
    ["a list for an object", { user: [{ name: "x" }] }, "{ user { name } }", { user: null }],
    ["an object for a list", { users: { name: "x" } }, "{ users { name } }", { users: null }],
    ["an object for a scalar", { user: { id: "1", name: { a: 1 } } }, "{ user { name } }", { user: null }],
    [
      "a scalar for a nested object",
      { user: { id: "1", address: "x" } },
      "{ user { address { street } id } }",
      { user: { address: null, id: "1" } },
    ],
    ["null in a list of non-null", { users: [null] }, "{ users { name } }", { users: null }],
    [
      "fields that nobody asked for",
      { user: { name: "A", secret: "s" }, other: 1 },
      "{ user { name } }",
      { user: { name: "A" } },
    ],
    [
      "a prototype",
      JSON.parse('{"user":{"__typename":"User","id":"1","__proto__":{"age":99},"name":"A"}}'),
      "{ user { name age } }",
      { user: { name: "A", age: 1 } },
    ],
  ])("and answers %s costs no more than that value", async (_, data, query, expected) => {
    const answer = await answered(data, query);
    expect(JSON.parse(JSON.stringify(answer.data))).toEqual(expected);
  });

  it("cannot reach the prototype of objects", async () => {
    await answered(
      JSON.parse('{"user":{"__typename":"User","id":"1","name":"A","__proto__":{"polluted":1}}}'),
      "{ user { name age } }",
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("does not lend a client's alias a value that every object inherits", async () => {
    const answer = await answered(
      { user: { id: "1", name: "A" } },
      "{ user { constructor: address { street } toString: name } }",
    );
    expect(JSON.parse(JSON.stringify(answer.data))).toEqual({ user: null });
  });
});
