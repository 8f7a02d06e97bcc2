import { buildSchema, parse } from "graphql";
import { expect, it } from "vitest";
import { vocabulary, vocabularyRole, vocabularySdl } from "../../../shared/vocabulary/vocabulary.ts";

it("gives a type with all that it mentions, entities as stubs", () => {
  const names = parse(vocabularySdl(["PersonName"])).definitions.map((node) =>
    "name" in node ? node.name?.value : "",
  );
  expect(names).toEqual(["DateTime", "Department", "PersonName", "Provenance", "ReconciliationRule"]);
  expect(vocabularySdl(["PersonName"])).toContain(
    'type Department @key(fields: "id", resolvable: false) {\n  id: ID!\n}',
  );
});

it("leaves out what a subgraph defines itself", () => {
  expect(vocabularySdl(["Provenance"], { own: ["Department"] })).not.toContain("type Department");
});

it("never includes Citizen", () => {
  expect(vocabularySdl(["ServiceRequest", "Interaction"])).not.toMatch(/type Citizen/);
});

it("refuses a name that is not in the vocabulary", () => {
  expect(() => vocabularySdl(["PersonNames"])).toThrow("The vocabulary has no type PersonNames");
});

it("names only types that exist", () => {
  const declarations = `directive @key(fields: String!) on OBJECT directive @shareable on OBJECT type Citizen { id: ID! }`;
  const all = [...vocabulary].filter(([name]) => vocabularyRole(name) !== "entity").map(([name]) => name);
  const directives = declarations.replace("fields: String!", "fields: String!, resolvable: Boolean");
  expect(() => buildSchema(`${directives} type Query { a: Int } ${vocabularySdl(all)}`)).not.toThrow();
});
