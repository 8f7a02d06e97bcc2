import { type ExecutionResult, GraphQLError } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { withAnswerChecks } from "../../shared/transport/answer-checks.ts";
import type { Subgraph, SubgraphCall } from "../../shared/transport/subgraph.ts";
import { createCity, departments, oneCitizen, pageOfCitizens } from "./citizens.ts";
import { type Ask, createOurs, testSubgraph } from "./federation.ts";

const city = Object.entries(createCity({ citizens: 6, rows: 2 })).map(([name, sdl]) => testSubgraph(name, sdl));
const one = { query: oneCitizen, variables: { id: "citizen1" } };
const page = { query: pageOfCitizens, variables: { first: 6 } };

type Spoil = (answer: ExecutionResult, call: SubgraphCall) => ExecutionResult | Promise<ExecutionResult>;

const down: Spoil = () => ({
  data: null,
  errors: [
    new GraphQLError("beta did not answer.", { extensions: { code: "SUBGRAPH_UNAVAILABLE", department: "beta" } }),
  ],
});

const large = Object.entries(createCity({ citizens: 1000, rows: 1 })).map(([name, sdl]) => testSubgraph(name, sdl));

const lost = (subgraph: Subgraph): Subgraph => ({ ...subgraph, execute: async (call) => down({}, call) });

/** Our executor over the city, in which one subgraph's answers are spoilt before they are checked. */
async function cityWith(name: string, spoil: Spoil): Promise<Ask> {
  const spoilt = city.map((subgraph): Subgraph => {
    const inner: Subgraph = {
      ...subgraph,
      execute: async (call) => {
        const answer = await subgraph.execute(call);
        return subgraph.name === name ? spoil(JSON.parse(JSON.stringify(answer)), call) : answer;
      },
    };
    return withAnswerChecks(
      inner,
      subgraph.name === "identity" || subgraph.name === "person" ? {} : { department: subgraph.name },
    );
  });
  return (await createOurs(spoilt)).ask;
}

type Data = Record<string, unknown>;
interface Citizens {
  readonly citizens: { readonly nodes: readonly Data[] };
}

let healthy: ExecutionResult;
let healthyPage: ExecutionResult;
beforeAll(async () => {
  const { ask } = await createOurs(city);
  healthy = await ask(one);
  healthyPage = await ask(page);
});

describe("one subgraph down", () => {
  it.each(departments)("costs only the fields of %s", async (department) => {
    const ask = await cityWith(department, down);
    const { data, errors } = await ask(one);
    expect(data).toEqual({ citizen: { ...(healthy.data?.citizen as Data), [`${department}Rows`]: null } });
    expect(errors?.map(({ path, message, extensions }) => ({ path, message, extensions }))).toEqual([
      {
        path: ["citizen", `${department}Rows`],
        message: "beta did not answer.",
        extensions: { code: "SUBGRAPH_UNAVAILABLE", department: "beta" },
      },
    ]);
  });

  it("says so at each of the places that miss something", async () => {
    const { data, errors } = await (await cityWith("beta", down))(page);
    const nodes = (healthyPage.data as unknown as Citizens).citizens.nodes;
    expect((data as unknown as Citizens).citizens.nodes).toEqual(nodes.map((node) => ({ ...node, betaRows: null })));
    expect(errors?.map(({ path }) => path)).toEqual(nodes.map((_, index) => ["citizens", "nodes", index, "betaRows"]));
  });

  it("says so at each place of a page of a thousand, so that no null looks like an answer", async () => {
    const { ask } = await createOurs(large.map((subgraph) => (subgraph.name === "beta" ? lost(subgraph) : subgraph)));
    const { data, errors } = await ask({ query: pageOfCitizens, variables: { first: 1000 } });
    expect((data as unknown as Citizens).citizens.nodes.map(({ betaRows }) => betaRows)).toEqual(
      Array(1000).fill(null),
    );
    expect(errors?.map(({ path }) => path?.join("."))).toEqual(
      Array.from({ length: 1000 }, (_, index) => `citizens.nodes.${index}.betaRows`),
    );
  });

  it("says at the list how many more there are beyond ten thousand", async () => {
    const { ask } = await createOurs(large.map((subgraph) => (subgraph.name === "beta" ? lost(subgraph) : subgraph)));
    const aliases = Array.from({ length: 11 }, (_, index) => `a${index}: betaRows { nodes { kind } }`);
    const { errors = [] } = await ask(`{ citizens(first: 1000) { nodes { ${aliases.join(" ")} } } }`);
    expect(new Set(errors.slice(0, -1).map(({ path }) => path?.join("."))).size).toBe(10_000);
    const { path, message, extensions } = errors.at(-1) as GraphQLError;
    expect({ path, message, extensions }).toEqual({
      path: ["citizens", "nodes"],
      message: "beta did not answer.",
      extensions: { code: "SUBGRAPH_UNAVAILABLE", department: "beta", count: 1000 },
    });
  });

  it("says once what else it says of all that is missing", async () => {
    const also = new GraphQLError("and more", { extensions: { code: "ALSO" } });
    const ask = await cityWith("beta", async (answer, call) => {
      const { data, errors = [] } = await down(answer, call);
      return { data, errors: [...errors, also] };
    });
    const { errors } = await ask(page);
    expect(errors?.map(({ path, message }) => `${path?.join(".")} ${message}`)).toEqual([
      ...Array.from({ length: 6 }, (_, index) => `citizens.nodes.${index}.betaRows beta did not answer.`),
      "citizens.nodes and more",
    ]);
  });

  it("says so where what is missing stands in a fragment that is spread twice", async () => {
    const ask = await cityWith("beta", down);
    const { errors } = await ask({
      query: `query ($a: Boolean!) { citizen(id: "citizen1") { ...F @include(if: $a) ...F } }
        fragment F on Citizen { id betaRows { nodes { kind status } pageInfo { hasNextPage } } }`,
      variables: { a: true },
    });
    expect(errors?.map(({ path }) => path)).toEqual([["citizen", "betaRows"]]);
  });

  it("costs only names when it is person", async () => {
    const { data, errors } = await (await cityWith("person", down))(one);
    expect(data).toEqual({ citizen: { ...(healthy.data?.citizen as Data), name: null } });
    expect(errors?.map(({ path }) => path)).toEqual([["citizen", "name"]]);
  });

  it("costs the citizen when it is identity, without an exception", async () => {
    const { data, errors } = await (await cityWith("identity", down))(one);
    expect(data).toEqual({ citizen: null });
    expect(errors?.map(({ path }) => path)).toEqual([["citizen"]]);
  });

  it("is survived when it throws although it must not", async () => {
    const ask = await cityWith("beta", () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:1433")));
    const answer = await ask(one);
    expect(answer.data).toEqual({ citizen: { ...(healthy.data?.citizen as Data), betaRows: null } });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(["SUBGRAPH_UNAVAILABLE"]);
    expect(JSON.stringify(answer)).not.toContain("10.0.0.7");
  });

  it("does not name the hidden field through which a row finds its citizen", async () => {
    const answer = await (await cityWith("identity", down))(
      '{ alphaRow(id: "alpha1-0") { id holder { name { fullName } } } }',
    );
    expect(answer.data).toEqual({ alphaRow: { id: "alpha1-0", holder: { name: null } } });
    expect(answer.errors?.map(({ path }) => path)).toEqual([["alphaRow", "holder"]]);
    expect(JSON.stringify(answer)).not.toMatch(/record|ref|Keys/);
  });
});

describe("errors of a subgraph", () => {
  it("are at the entity's place in the client's tree", async () => {
    const ask = await cityWith("beta", ({ data }) => ({
      data,
      errors: [
        new GraphQLError("x", { path: ["_entities", 2, "betaRows", "nodes", 1, "amount"], extensions: { code: "C" } }),
      ],
    }));
    const { errors } = await ask(page);
    expect(errors?.map(({ path }) => path)).toEqual([["citizens", "nodes", 2, "betaRows", "nodes", 1, "amount"]]);
  });

  it("stop before a hidden field, and show code, department, field and argument alone", async () => {
    const extensions = { code: "C", department: "beta", field: "f", argument: "a", stack: "s", url: "http://10.0.0.7" };
    const ask = await cityWith("identity", ({ data }) => ({
      data,
      errors: [new GraphQLError("x", { path: ["citizen", "betaKeys"], extensions })],
    }));
    const { errors } = await ask(one);
    expect(errors?.map((error) => [error.path, error.extensions])).toEqual([
      [["citizen"], { code: "C", department: "beta", field: "f", argument: "a" }],
    ]);
  });
});

describe("a subgraph that answers other entities than it was asked for", () => {
  const entitiesOf = (answer: ExecutionResult) => (answer.data as { _entities: Data[] })._entities;

  it.each<[string, (entities: Data[]) => unknown[], string, number]>([
    ["reorders", (entities) => [...entities].reverse(), "SUBGRAPH_ENTITY_MISMATCH", 6],
    ["repeats", (entities) => entities.map(() => entities[0]), "SUBGRAPH_ENTITY_MISMATCH", 5],
    ["drops", (entities) => entities.slice(1), "SUBGRAPH_ENTITY_MISMATCH", 6],
    ["adds", (entities) => [...entities, entities[0]], "SUBGRAPH_ENTITY_MISMATCH", 6],
    ["shifts", (entities) => [...entities.slice(1), null], "SUBGRAPH_ENTITY_MISMATCH", 5],
  ])("and %s them gives nobody another's data", async (_, change, code, count) => {
    const ask = await cityWith("beta", (answer) => ({ data: { _entities: change(entitiesOf(answer)) } }));
    const { data, errors } = await ask(page);
    const nodes = (data as unknown as Citizens).citizens.nodes;
    for (const [index, node] of nodes.entries()) {
      const expected = (healthyPage.data as unknown as Citizens).citizens.nodes[index];
      expect([null, expected?.betaRows]).toContainEqual(node.betaRows);
      expect({ ...node, betaRows: null }).toEqual({ ...expected, betaRows: null });
    }
    expect(errors).toHaveLength(count);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
  });
});

describe("errors below an interface", () => {
  it("are at the place of their own entity, not of its neighbour", async () => {
    const items = [
      { __typename: "Note", id: "n1" },
      { __typename: "Permit", id: "p1" },
      { __typename: "Note", id: "n2" },
      { __typename: "Permit", id: "p2" },
    ];
    const list = testSubgraph("list", {
      sdl: `type Query { items: [Item] } interface Item { id: ID! }
        type Note implements Item { id: ID! } type Permit implements Item @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { items: () => items } },
    });
    const permits = testSubgraph("permits", {
      sdl: 'type Permit @key(fields: "id") { id: ID! kind: String }',
      resolvers: {
        Permit: {
          kind: ({ id }: { id: string }) => {
            if (id === "p2") throw new GraphQLError("unreadable", { extensions: { code: "SOURCE_VALUE_UNREADABLE" } });
            return "K";
          },
        },
      },
    });
    const { ask } = await createOurs([list, permits]);
    const { data, errors } = await ask("{ items { id ... on Permit { kind } } }");
    expect(data).toEqual({ items: [{ id: "n1" }, { id: "p1", kind: "K" }, { id: "n2" }, { id: "p2", kind: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([["items", 3, "kind"]]);
  });
});
