import {
  type GraphQLNamedType,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isObjectType,
  parse,
} from "graphql";
import { describe, expect, it } from "vitest";
import { supergraphOf } from "../../../gateway/composition.ts";
import { readConfig } from "../../../gateway/config.ts";
import { placeDepartments } from "../../../gateway/departments.ts";
import { createGatewayExecutor } from "../../../gateway/execution/index.ts";
import { checkLimits } from "../../../gateway/pipeline/limits.ts";
import { ownDepartments } from "../../support/city.ts";
import { usualLimits } from "../../support/served-graph.ts";

/** All fields of a type, but `edges` beside `nodes`, and of what is below it, but of other citizens, whose names are enough. */
function everything(type: GraphQLNamedType, within: readonly string[] = []): string {
  if (!isObjectType(type)) return "";
  const fields = Object.values(type.getFields()).filter(
    ({ args }) => !args.some(({ type }) => String(type).endsWith("!")),
  );
  const selected = fields.flatMap(({ name, type: fieldType }) => {
    const below = getNamedType(fieldType);
    if (name === "edges") return [];
    if (!isCompositeType(below)) return name;
    if (below.name === "Citizen" && within.length > 0) return `${name} { id name { fullName } }`;
    return within.includes(below.name) ? [] : `${name} ${everything(below, [...within, type.name])}`;
  });
  return `{ ${["__typename", ...selected].join(" ")} }`;
}

describe("the limits of queries", () => {
  it("let through all that there is to know of a citizen in the city of six departments", async () => {
    const departments = await placeDepartments(readConfig({}, ownDepartments), [ownDepartments]);
    const { schema } = await createGatewayExecutor({ supergraph: supergraphOf(departments), subgraphs: new Map() });
    const citizen = schema.getType("Citizen");
    const query = `query ($id: ID!) { citizen(id: $id) ${citizen ? everything(citizen) : ""} }`;
    expect(query).toContain("waterAccounts");
    expect(checkLimits(parse(query), usualLimits)).toBeGreaterThan(200);
  });

  it("let through the introspection of tools", () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(checkLimits(parse(query), usualLimits)).toBeGreaterThan(100);
  });
});
