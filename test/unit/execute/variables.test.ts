import { buildSchema, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { variablesReader } from "../../../shared/department/execute/variables.ts";

const schema = buildSchema(`
  scalar _Any
  type Query { _entities(representations: [_Any!]!): [ID] permits(first: Int, ids: [ID!]): ID }
`);

function readerOf(query: string) {
  return variablesReader(schema, parse(query).definitions[0] as OperationDefinitionNode);
}

const entities = "query ($representations: [_Any!]!) { _entities(representations: $representations) }";

describe("the variables of an operation", () => {
  it("are the representations as they came, where those are all", () => {
    const representations = [
      { __typename: "Permit", id: "7" },
      { __typename: "Permit", id: "8" },
    ];
    expect(readerOf(entities)({ representations }).coerced?.representations).toEqual(representations);
    expect(readerOf(entities)({ representations: [] }).coerced).toEqual({ representations: [] });
  });

  it.each([
    {},
    { representations: null },
    { representations: [{ __typename: "Permit" }, null] },
  ])("are refused as graphql-js refuses them: %j", (given) => {
    const { coerced, errors } = readerOf(entities)(given);
    expect(coerced).toBeUndefined();
    expect(errors?.[0]?.message).toMatch(/^Variable "\$representations"/);
  });

  it("are coerced where there are others", () => {
    const read = readerOf("query ($first: Int = 3, $ids: [ID!]) { permits(first: $first, ids: $ids) }");
    expect(read({ ids: "a" }).coerced).toEqual({ first: 3, ids: ["a"] });
    expect(read({ first: "a" }).errors).toHaveLength(1);
  });
});
