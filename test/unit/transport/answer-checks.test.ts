import { type ExecutionResult, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { withAnswerChecks } from "../../../shared/transport/answer-checks.ts";
import type { Subgraph, SubgraphCall } from "../../../shared/transport/subgraph.ts";

const sdl = `
  type Query { permit(id: ID!): Permit }
  type Citizen @key(fields: "ref") { ref: ID! @external record: ID permitsKeys: [ID!] @external permits: PermitConnection }
  type PermitConnection { nodes: [Permit!] }
  interface Thing { id: ID! }
  type Permit implements Thing @key(fields: "id") { id: ID! kind: String applicant: Citizen }
`;
const query = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Citizen { permits { nodes { id } } } } }`;
const context = { requestId: "r", audience: "city" };

type Row = Record<string, unknown>;

/** A subgraph that answers entities rightly, and then spoils its answer. */
function subgraph(spoil: (entities: Row[]) => unknown = (entities) => entities) {
  const calls: SubgraphCall[] = [];
  const inner: Subgraph = {
    name: "permits",
    sdl,
    health: async () => "UP",
    close: async () => {},
    async execute(call): Promise<ExecutionResult> {
      calls.push(call);
      const representations = (call.variables?.representations ?? []) as Row[];
      return { data: { _entities: spoil(representations.map(entity)) } };
    },
  };
  return { calls, checked: withAnswerChecks(inner, { displayName: "Permits", department: "permits" }) };
}

function entity({ __typename, ...fields }: Row): Row {
  const echoed = Object.entries(fields).map(([name, value]) => [`civigraph_${name}`, value]);
  const [key] = (fields.permitsKeys ?? []) as string[];
  return { permits: { nodes: [{ id: key }] }, civigraph_typename: __typename, ...Object.fromEntries(echoed) };
}

const representations = ["1", "2", "3"].map((key) => ({
  __typename: "Citizen",
  ref: `ref${key}`,
  permitsKeys: [`k${key}`],
}));

function ask(target: Subgraph, given: readonly Row[] = representations) {
  return target.execute({ query, document: parse(query), variables: { representations: given }, context });
}

const permitsOf = (key: string | undefined) => ({ permits: { nodes: [{ id: key }] } });

describe("the checks of answered entities", () => {
  it("leave a right answer as it was asked for", async () => {
    expect(await ask(subgraph().checked)).toEqual({ data: { _entities: ["k1", "k2", "k3"].map(permitsOf) } });
  });

  it("ask for the type and the fields of the representations, under names that no query uses", async () => {
    const { checked, calls } = subgraph();
    await ask(checked);
    expect(calls[0]?.query.replace(/\s+/g, " ")).toContain(
      "civigraph_typename: __typename ... on Citizen { civigraph_ref: ref civigraph_permitsKeys: permitsKeys }",
    );
  });

  it("extend each document once", async () => {
    const { checked, calls } = subgraph();
    const document = parse(query);
    for (let i = 0; i < 3; i++) await checked.execute({ query, document, variables: { representations }, context });
    expect(new Set(calls.map((call) => call.document)).size).toBe(1);
  });

  it.each<[string, (entities: Row[]) => Row[], number[]]>([
    ["reorders", ([a, b, c]) => [b, a, c] as Row[], [0, 1]],
    ["repeats", ([a, , c]) => [a, a, c] as Row[], [1]],
    ["invents", ([a, b]) => [a, b, entity({ __typename: "Citizen", ref: "ref9", permitsKeys: ["k9"] })] as Row[], [2]],
    ["changes the type of", ([a, b, c]) => [a, { ...b, civigraph_typename: "Permit" }, c] as Row[], [1]],
    ["does not repeat the key of", ([a, b, c]) => [a, b, { ...c, civigraph_permitsKeys: null }] as Row[], [2]],
  ])("give nobody another's data when a subgraph %s entities", async (_, spoil, wrong) => {
    const { data, errors } = await ask(subgraph(spoil).checked);
    const expected = ["k1", "k2", "k3"].map((key, index) => (wrong.includes(index) ? null : permitsOf(key)));
    expect(data).toEqual({ _entities: expected });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      wrong.map((index) => [["_entities", index], "SUBGRAPH_ENTITY_MISMATCH"]),
    );
    expect(errors?.[0]?.message).toContain("Permits");
  });

  it.each<[string, (entities: Row[]) => unknown, string]>([
    ["too few", ([a, b]) => [a, b], "SUBGRAPH_ENTITY_MISMATCH"],
    ["too many", (entities) => [...entities, entities[0]], "SUBGRAPH_ENTITY_MISMATCH"],
    ["no list of", () => ({}), "SUBGRAPH_INVALID_ANSWER"],
    ["scalars instead of", () => ["a", "b", "c"], "SUBGRAPH_INVALID_ANSWER"],
    ["scalars inside", ([a, b, c]) => [a, b, { ...c, permits: 7 }], "SUBGRAPH_INVALID_ANSWER"],
  ])("refuse an answer with %s entities", async (_, spoil, code) => {
    const { data, errors } = await ask(subgraph(spoil as never).checked);
    expect(data).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
  });

  it("take null for an entity that is not there", async () => {
    const { data, errors } = await ask(subgraph(([a, , c]) => [a, null, c] as Row[]).checked);
    expect(data).toEqual({ _entities: [permitsOf("k1"), null, permitsOf("k3")] });
    expect(errors).toBeUndefined();
  });

  it("do not ask for a key that representations come without, nor compare null keys as missing", async () => {
    // `ref` was not asked for, so it is not answered.
    const { checked, calls } = subgraph((entities) => entities.map(({ civigraph_ref: _, ...rest }) => rest));
    const { data, errors } = await ask(checked, [
      { __typename: "Citizen", permitsKeys: null },
      { __typename: "Citizen", ref: "r", permitsKeys: ["k1"] },
    ]);
    expect(calls[0]?.query).not.toContain("civigraph_ref");
    expect(calls[0]?.query).toContain("civigraph_permitsKeys");
    expect(errors).toBeUndefined();
    expect(data).toEqual({ _entities: [permitsOf(undefined), permitsOf("k1")] });
  });

  it("drop a record with another department's prefix", async () => {
    const rowQuery = '{ permit(id: "1") { id applicant { who: record } } }';
    const inner: Subgraph = {
      name: "permits",
      sdl,
      health: async () => "UP",
      close: async () => {},
      execute: async ({ operationName }) => ({ data: { permit: { id: "1", applicant: { who: operationName } } } }),
    };
    const checked = withAnswerChecks(inner, { displayName: "Permits", department: "permits" });
    const own = await checked.execute({ query: rowQuery, operationName: "permits:7", context });
    expect(own).toEqual({ data: { permit: { id: "1", applicant: { who: "permits:7" } } } });
    const foreign = await checked.execute({ query: rowQuery, operationName: "revenue:7", context });
    expect(foreign.data).toEqual({ permit: { id: "1", applicant: { who: null } } });
    expect(foreign.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [["permit", "applicant", "who"], "SUBGRAPH_ENTITY_MISMATCH"],
    ]);
  });
});
