import { readFileSync } from "node:fs";
import { graphql, type StringValueNode, visit } from "graphql";
import { expect, it } from "vitest";
import { definitions } from "../../../shared/department/parse/directive-definitions.ts";
import { departmentOf, modelOf } from "./city.ts";

/** The directives whose texts are names and values of the legacy database. */
const naming = new Set([
  "source",
  "person",
  "attribute",
  "table",
  "retain",
  "column",
  "rows",
  "row",
  "citizen",
  "order",
]);

const header = `extend schema
  @department(id: "library", name: "Library", jurisdiction: "n", lawfulBasis: CONTRACT, purposes: ["lending"])
  @source(engine: SQLITE, url: "LIBRARY_URL")`;

it("publishes the social services exactly as the federation contract has them", () => {
  const golden = new URL("social-services.published.txt", import.meta.url);
  expect(departmentOf("social-services.graphql").sdl).toBe(readFileSync(golden, "utf8"));
});

it.each([
  "social-services.graphql",
  "permits.graphql",
])("leaves no mapping, table or column in what %s publishes", (file) => {
  const { sdl, document } = departmentOf(file);
  for (const [name, { mapping }] of definitions.directives)
    if (mapping) expect(sdl).not.toMatch(new RegExp(`@${name}\\b`));
  const written = new Set<string>();
  visit(document, {
    Directive(node) {
      if (!naming.has(node.name.value)) return false;
      visit(node, {
        StringValue: (value: StringValueNode) => void (value.value.length > 2 && written.add(value.value)),
      });
      return false;
    },
  });
  expect(written.size).toBeGreaterThan(10);
  const published = sdl.replaceAll(/^\s*""?"?.*""?"?$/gm, "");
  for (const text of written) expect(published).not.toMatch(new RegExp(`\\b${text.replaceAll(".", "\\.")}\\b`));
});

it("answers _service with exactly the published text", async () => {
  const { sdl, schema } = departmentOf("permits.graphql");
  const { data } = await graphql({ schema, source: "{ _service { sdl } }" });
  expect((data as { _service: { sdl: string } })._service.sdl).toBe(sdl);
});

it("gives the same text each time", () => {
  expect(departmentOf("permits.graphql").sdl).toBe(departmentOf("permits.graphql").sdl);
});

it("keeps descriptions, rights and deprecations of types, fields, arguments and enum values", () => {
  const { sdl } = modelOf(`${header}
    "A book lent." type Loan @tag(name: "partner") @table(name: "L", id: "N") {
      "Made of the number." id: ID!
      "Its title." title: String @column(name: "T") @deprecated(reason: "Ask for the work.") @authenticated
      state: LoanState @column(name: "S")
    }
    "How it stands." enum LoanState { "Out." LENT @code(is: "L") "Back." RETURNED @code(is: "R") @deprecated(reason: "Old.") }
    extend type Query {
      "Loans." loans("How many." first: Int = 20, after: String): LoanConnection @rows @requiresScopes(scopes: [["loans"]])
    }`);
  for (const text of [
    "A book lent.",
    "Made of the number.",
    "Its title.",
    "How it stands.",
    "Out.",
    "Back.",
    "Loans.",
    "How many.",
  ]) {
    expect(sdl).toContain(`"${text}"`);
  }
  expect(sdl).toContain('type Loan @tag(name: "partner") {');
  expect(sdl).toContain('title: String @deprecated(reason: "Ask for the work.") @authenticated');
  expect(sdl).toContain('RETURNED @deprecated(reason: "Old.")');
  expect(sdl).toContain('@requiresScopes(scopes: [["loans"]]) @listSize(');
});

it("refers to a citizen by record alone where a department adds nothing to citizens", () => {
  const { sdl } = modelOf(`${header}
    type Citizen @person(table: "P", key: "N")
    type Loan @table(name: "L", id: "N") { id: ID! reader: Citizen @citizen(column: "P") }`);
  expect(sdl).toContain('type Citizen @key(fields: "record", resolvable: false) {\n  record: ID @inaccessible\n}');
  expect(sdl).not.toContain("libraryKeys");
});

it("keeps a connection that the file defines itself, and generates the edge that it names", () => {
  const { sdl } = modelOf(`${header}
    type Loan @table(name: "L", id: "N") { id: ID! }
    "Loans, page by page."
    type LoanConnection { nodes: [Loan!] edges: [LoanEdge!] pageInfo: PageInfo! "All." totalCount: Int @authenticated }
    type Query { loans(first: Int = 20, after: String): LoanConnection @rows }`);
  expect(sdl).toContain('"Loans, page by page."');
  expect(sdl.match(/type LoanConnection/g)).toHaveLength(1);
  expect(sdl.match(/type LoanEdge/g)).toHaveLength(1);
});

it("asks for the keys also for a field that the department's code computes", () => {
  const text = `${header} type Citizen @person(table: "P", key: "N") { readerSince: Date }`;
  expect(modelOf(text, "f", (type, field) => `${type}.${field}` === "Citizen.readerSince").sdl).toContain(
    'readerSince: Date @requires(fields: "libraryKeys")',
  );
});
