import { type ExecutionResult, GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { citizenAuthority } from "../../gateway/citizen-authority.ts";
import type { Subgraph } from "../../shared/transport/subgraph.ts";
import { createOurs, createStock, testSubgraph } from "./federation.ts";

const ann = { ref: "r1", id: "c1", permitsKeys: ["1"] };

const identity = testSubgraph("identity", {
  sdl: `type Query { citizen(id: ID!): Citizen }
    type Citizen @key(fields: "ref") @key(fields: "record") {
      ref: ID! @inaccessible record: ID @inaccessible id: ID! permitsKeys: [ID!] @inaccessible
    }`,
  resolvers: {
    Query: { citizen: () => ann },
    Citizen: {
      __resolveReference: ({ ref, record }: { ref?: string; record?: string }) =>
        ref === "r1" || record === "permits:1" ? { ...ann, record } : null,
    },
  },
});

const person = testSubgraph("person", {
  sdl: `type Citizen @key(fields: "ref") {
      ref: ID! @inaccessible permitsKeys: [ID!] @external name: Name @requires(fields: "permitsKeys")
    } type Name { full: String }`,
  resolvers: { Citizen: { name: () => ({ full: "Ann" }) } },
});

const known = { record: "permits:1" };
const nobody = { record: "permits:2" };
const permit = { applicant: nobody, owner: known, payer: nobody, parties: [known, nobody], heirs: [known, nobody] };

const permits = testSubgraph("permits", {
  sdl: `type Query { permit: Permit permits: [Permit!]! }
    type Permit {
      id: ID! applicant: Citizen owner: Citizen payer: Citizen! parties: [Citizen] heirs: [Citizen!] neighbour: Permit
    }
    type Citizen @key(fields: "ref") @key(fields: "record", resolvable: false) {
      ref: ID! @external record: ID @inaccessible permitsKeys: [ID!] @external
      permits: [Permit!] @requires(fields: "permitsKeys")
    }`,
  resolvers: {
    Query: { permit: () => ({ id: "p", ...permit, neighbour: { id: "q", ...permit } }), permits: () => [permit] },
    Citizen: { permits: () => [] },
  },
});

const city = [identity, person, permits];

const selections = [
  "{ id }",
  "{ name { full } }",
  "{ permits { id } }",
  "{ __typename }",
  "{ kind: __typename }",
  "{ id: __typename }",
  "{ ...OfCitizen }",
  "{ ... on Citizen { __typename } }",
  "{ __typename id @include(if: $no) }",
  "{ __typename ... @skip(if: $yes) { name { full } } }",
];

const operation = (body: string) => ({
  query: `query ($yes: Boolean = true, $no: Boolean = false) { __typename @include(if: $yes) @skip(if: $no) ${body} }
    ${body.includes("...OfCitizen") ? "fragment OfCitizen on Citizen { __typename }" : ""}`,
});

describe("a reference to somebody whom identity does not know", () => {
  it.each(selections)("is null where %s is selected", async (selection) => {
    const { ask } = await createOurs(city, citizenAuthority);
    const { data, errors } = await ask(operation(`permit { id applicant ${selection} owner ${selection} }`));
    expect(errors).toBeUndefined();
    expect(data?.permit).toEqual({ id: "p", applicant: null, owner: expect.any(Object) });
  });

  it.each(selections)("takes along what may not be without it, where %s is selected", async (selection) => {
    const { ask } = await createOurs(city, citizenAuthority);
    const { data } = await ask(operation(`permit { id neighbour { payer ${selection} } }`));
    expect(data?.permit).toEqual({ id: "p", neighbour: null });
  });

  it.each(selections)("is null in its place in a list, where %s is selected", async (selection) => {
    const { ask } = await createOurs(city, citizenAuthority);
    const { data } = await ask(operation(`permit { parties ${selection} heirs ${selection} }`));
    expect(data?.permit).toEqual({ parties: [expect.any(Object), null], heirs: null });
  });

  it("costs no more than the hop to identity that the known ones need", async () => {
    const asked: string[] = [];
    const watched = city.map(
      (subgraph): Subgraph => ({
        ...subgraph,
        execute(call) {
          asked.push(`${subgraph.name} ${call.query}`);
          return subgraph.execute(call);
        },
      }),
    );
    const { ask } = await createOurs(watched, citizenAuthority);
    await ask("{ permit { parties { name { full } } } }");
    expect(asked.map((call) => call.split(" ")[0])).toEqual(["permits", "identity", "person"]);
    expect(asked[1]).not.toMatch(/\bid\b/);
  });

  it("is what federation makes of it where nobody is the authority", async () => {
    const { ask } = await createOurs(city);
    const stock = await createStock(city);
    const question = "{ permit { applicant { __typename name { full } } } }";
    const ours = await ask(question);
    expect(ours.data).toEqual({ permit: { applicant: { __typename: "Citizen", name: null } } });
    expect(JSON.stringify((await stock.ask(question)).data)).toBe(JSON.stringify(ours.data));
    await stock.stop();
  });
});

describe("a reference while identity does not answer", () => {
  const unavailable: ExecutionResult = {
    data: null,
    errors: [new GraphQLError("Identity did not answer.", { extensions: { code: "SUBGRAPH_UNAVAILABLE" } })],
  };

  it.each(selections)("is null with an error where %s is selected", async (selection) => {
    const down: Subgraph = { ...identity, execute: async () => unavailable };
    const { ask } = await createOurs([down, person, permits], citizenAuthority);
    const { data, errors } = await ask(operation(`permit { id owner ${selection} }`));
    expect(data?.permit).toEqual({ id: "p", owner: null });
    expect(errors?.map(({ path, extensions }) => [path?.slice(0, 2), extensions.code])).toEqual([
      [["permit", "owner"], "SUBGRAPH_UNAVAILABLE"],
    ]);
  });
});
