import { composeServices } from "@apollo/composition";
import type { ObjectType } from "@apollo/federation-internals";
import { parse } from "graphql";
import { expect, it } from "vitest";
import { vocabularySdl } from "../../shared/vocabulary/vocabulary.ts";
import { identitySdl } from "../../subgraphs/identity/schema.ts";
import { personSdl } from "../../subgraphs/person/schema.ts";
import { department } from "./support/city.ts";

/** What a wrapper publishes, as the federation contract says. */
const wrapper = (name: string, keysField: string, type: string): string => `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@inaccessible", "@requires", "@policy", "@shareable", "@listSize"])
type Citizen @key(fields: "ref") @key(fields: "record", resolvable: false) {
  ref: ID! @external
  record: ID @inaccessible
  ${keysField}: [ID!] @external
  ${name}(first: Int = 20, after: String): ${type}Connection @requires(fields: "${keysField}")
    @policy(policies: [["${name}:read"]]) @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
}
type Query { ${type.toLowerCase()}(number: String!): ${type} }
type ${type} @key(fields: "id") { id: ID! recipient: Citizen agency: Department }
type ${type}Connection { nodes: [${type}!] edges: [${type}Edge!] pageInfo: PageInfo! totalCount: Int }
type ${type}Edge { cursor: String! node: ${type}! }
${vocabularySdl(["PageInfo", "Department"])}`;

const registry = [department("social-services", []), department("permits", [])];

it("identity, person and wrappers compose, and every field can be reached", () => {
  const composed = composeServices(
    [
      ["identity", identitySdl(registry)],
      ["person", personSdl(registry)],
      ["social-services", wrapper("benefits", "socialServicesKeys", "Benefit")],
      ["permits", wrapper("permits", "permitsKeys", "Permit")],
    ].map(([name = "", sdl = ""]) => ({ name, url: "", typeDefs: parse(sdl) })),
  );
  expect(composed.errors).toBeUndefined();
  expect(composed.supergraphSdl).toContain("benefits(first: Int = 20, after: String)");
});

it("nothing that stays in the house is in the schema that clients see", () => {
  const composed = composeServices(
    [
      ["identity", identitySdl(registry)],
      ["person", personSdl(registry)],
    ].map(([name = "", sdl = ""]) => ({ name, url: "", typeDefs: parse(sdl) })),
  );
  const citizen = composed.schema?.toAPISchema().type("Citizen") as ObjectType | undefined;
  expect(
    citizen
      ?.fields()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    "contactPoint",
    "dateOfBirth",
    "domicile",
    "history",
    "id",
    "identifier",
    "identityLinks",
    "name",
    "version",
  ]);
});

it("publishes a valid schema for a city without departments", () => {
  const composed = composeServices(
    [
      ["identity", identitySdl([])],
      ["person", personSdl([])],
    ].map(([name = "", sdl = ""]) => ({ name, url: "", typeDefs: parse(sdl) })),
  );
  expect(composed.errors).toBeUndefined();
});
