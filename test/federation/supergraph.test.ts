import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { composeSupergraph } from "../../gateway/supergraph/index.ts";
import { withoutRights } from "../../gateway/supergraph/rights.ts";

const link = (imports: string, more = "") =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])${more}`;

const permits = {
  name: "permits",
  file: "subgraphs/permits/department.graphql",
  sdl: `${link('"@key", "@policy", "@authenticated", "@requiresScopes"')}
    type Query { permit(id: ID!): Permit @authenticated }
    type Permit @key(fields: "id") { id: ID! kind: String @policy(policies: [["permits:read"]]) fee: Int @requiresScopes(scopes: [["fees"]]) }`,
};

function composed(...services: { name: string; sdl: string; file?: string }[]) {
  const { supergraph, faults } = composeSupergraph(services);
  if (!supergraph) throw new Error(JSON.stringify(faults));
  return supergraph;
}

function faultsOf(...services: { name: string; sdl: string; file?: string }[]) {
  return composeSupergraph(services).faults ?? [];
}

describe("the planning copy of a supergraph", () => {
  it("has no rights, and the policy has them all", () => {
    const { supergraphSdl, planningSdl, hasRights } = composed(permits);
    expect(hasRights).toBe(true);
    expect(supergraphSdl).toMatch(/@policy\(policies: \[\["permits:read"\]\]\)/);
    expect(planningSdl).not.toMatch(/policy|authenticated|requiresScopes/i);
    expect(() => parse(planningSdl)).not.toThrow();
  });

  it("loses renamed imports too", () => {
    const { supergraphSdl, planningSdl } = composed({
      ...permits,
      sdl: `${link('"@key", { name: "@policy", as: "@rights" }, { name: "@requiresScopes", as: "@sc" }, { name: "@authenticated", as: "@known" }')}
        type Query { permit: Permit @known } type Permit @key(fields: "id") { id: ID! kind: String @rights(policies: [["p"]]) fee: Int @sc(scopes: [["s"]]) }`,
    });
    expect(supergraphSdl).toMatch(/@rights\(/);
    expect(planningSdl).not.toMatch(/@rights|@sc\b|@known|policy__|requiresScopes__/);
    expect(() => buildSchema(planningSdl, { assumeValidSDL: true })).not.toThrow();
  });

  it("loses a spec that was linked under another name, with its types", () => {
    const sdl = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/policy/v0.1", as: "guard", for: SECURITY)
        @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: ["@requiresScopes", { name: "Scope", as: "S" }], for: SECURITY) { query: Query }
      directive @guard(policies: [[guard__Policy!]!]!) on FIELD_DEFINITION
      directive @requiresScopes(scopes: [[S!]!]!) on FIELD_DEFINITION
      scalar guard__Policy scalar S
      type Query { a: Int @guard(policies: [["x"]]) b: Int @requiresScopes(scopes: [["y"]]) }`;
    const { planningSdl, hasRights } = withoutRights(sdl);
    expect(hasRights).toBe(true);
    expect(planningSdl).not.toMatch(/guard|requiresScopes|scalar S\b/);
    expect(planningSdl).toContain("https://specs.apollo.dev/link/v1.0");
  });

  it("keeps a directive of another spec that is called like a rights directive", () => {
    const sdl = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://example.org/insurance/v1.0", as: "policy") { query: Query }
      directive @policy(number: Int) on FIELD_DEFINITION
      type Query { a: Int @policy(number: 1) }`;
    expect(withoutRights(sdl)).toEqual({ planningSdl: sdl, hasRights: false });
  });
});

describe("composition faults", () => {
  it("name the department, its file and what is wrong", () => {
    const [fault, ...others] = faultsOf(permits, {
      name: "revenue",
      file: "subgraphs/revenue/department.graphql",
      sdl: `${link('"@key"')} type Bill @key(fields: "nothing") { id: ID! }`,
    });
    expect(others).toEqual([]);
    expect(fault?.services).toEqual(["revenue"]);
    expect(fault?.message).toContain("revenue (subgraphs/revenue/department.graphql): ");
    expect(fault?.message).toContain("nothing");
  });

  it("blame both departments where they contradict each other", () => {
    const citizen = (type: string) => `type Citizen @key(fields: "ref") { ref: ID! shared: ${type} @shareable }`;
    const faults = faultsOf(
      { name: "alpha", sdl: `${link('"@key", "@shareable"')} type Query { c: Citizen } ${citizen("Int")}` },
      { name: "beta", sdl: `${link('"@key", "@shareable"')} ${citizen("String")}` },
    );
    expect(faults.map(({ code, services }) => ({ code, services }))).toEqual([
      { code: "FIELD_TYPE_MISMATCH", services: ["alpha", "beta"] },
    ]);
  });

  it("tell where SDL cannot be read", () => {
    const [fault] = faultsOf({ name: "revenue", file: "r.graphql", sdl: "type {" });
    expect(fault).toMatchObject({ code: "INVALID_GRAPHQL", services: ["revenue"] });
    expect(fault?.message).toContain("revenue (r.graphql) is not valid: Syntax Error");
  });

  it("refuse a type that two departments own, which would mix their rows", () => {
    const [fault] = faultsOf(permits, {
      name: "planning",
      file: "subgraphs/planning/department.graphql",
      sdl: `${link('"@key"')} type Permit @key(fields: "id") { id: ID! area: Int }`,
    });
    expect(fault?.code).toBe("TYPE_HAS_TWO_OWNERS");
    expect(fault?.services).toEqual(["permits", "planning"]);
    expect(fault?.message).toMatch(/permits \(.*\) and planning \(.*\) define the type Permit/);
  });

  it("allow a stub, the vocabulary, and Citizen in every department", () => {
    const other = {
      name: "desk",
      sdl: `${link('"@key", "@shareable"')}
        type Permit @key(fields: "id", resolvable: false) { id: ID! }
        type Citizen @key(fields: "ref") { ref: ID! permits: [Permit] }
        type PageInfo @shareable { hasNextPage: Boolean! }`,
    };
    const third = {
      name: "third",
      sdl: `${link('"@key", "@shareable"')} type Citizen @key(fields: "ref") { ref: ID! x: Int } type PageInfo @shareable { hasNextPage: Boolean! }`,
    };
    expect(faultsOf(permits, other, third)).toEqual([]);
  });
});
