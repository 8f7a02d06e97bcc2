import { fileURLToPath } from "node:url";
import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { type PlanNode, type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { parse } from "graphql";
import { expect, it } from "vitest";
import { loadDepartments } from "../../../shared/department/load.ts";
import type { DepartmentModel } from "../../../shared/department/model.ts";
import { composeCity, departmentOf, modelOf } from "./city.ts";

it("composes two departments with identity and person", () => {
  const { errors, supergraphSdl } = composeCity([
    departmentOf("social-services.graphql"),
    departmentOf("permits.graphql"),
  ]);
  expect(errors).toBeUndefined();
  expect(supergraphSdl).toContain("type Permit implements ServiceRequest");
});

it("composes two departments that implement the same interface", () => {
  const departments = [departmentOf("permits.graphql"), modelOf(serviceRequests("parking", "ParkingPermit"))];
  expect(composeCity(departments).errors).toBeUndefined();
});

it("composes a department that only describes persons", () => {
  const register = modelOf(`${header("register")} type Citizen @person(table: "people", key: "no")`);
  expect(composeCity([departmentOf("permits.graphql"), register]).errors).toBeUndefined();
});

it("composes the departments of the demo city without an error or a hint", async () => {
  const departments = await loadDepartments([fileURLToPath(new URL("../../../subgraphs", import.meta.url))]);
  const { errors, hints } = composeCity(departments.map(({ model }) => model));
  expect(departments).toHaveLength(6);
  expect([errors, hints?.map(String)]).toEqual([undefined, []]);
});

it("composes with a service desk that holds some interface fields of the departments' types", () => {
  const permits = departmentOf("permits.graphql");
  const desk = { ...permits, id: "service-desk", keysField: "deskKeys", sdl: serviceDesk };
  expect(composeCity([permits, desk]).errors).toBeUndefined();
});

it("reads six departments in one parallel hop after identity", () => {
  const departments = ["one", "two", "three", "four", "five", "six"].map((name) => modelOf(connections(name)));
  const selections = departments.map(({ id }) => `${id}Things(first: 2) { nodes { id what } totalCount }`).join(" ");
  const plan = planOf(departments, `{ citizens(first: 50) { nodes { id name { fullName } ${selections} } } }`);
  expect(hops(plan.node)).toEqual([["identity"], ["five", "four", "one", "person", "six", "three", "two"]]);
});

it("reaches the applicant of a department's own row through identity", () => {
  const departments = [departmentOf("social-services.graphql"), departmentOf("permits.graphql")];
  const query =
    '{ permit(permitNo: "P1") { requester { id benefits { nodes { programme } } permits { totalCount } } } }';
  expect(hops(planOf(departments, query).node)).toEqual([["permits"], ["identity"], ["permits", "social-services"]]);
});

/** The subgraphs that are asked, in the order in which they must answer. */
function hops(node: PlanNode | QueryPlan["node"]): readonly (readonly string[])[] {
  if (!node) return [];
  if (node.kind === "Sequence") return node.nodes.flatMap(hops);
  if (node.kind === "Parallel") return [node.nodes.flatMap(hops).flat().sort()];
  if (node.kind === "Flatten") return hops(node.node);
  if (node.kind === "Fetch") return [[node.serviceName]];
  throw new Error(`A plan of these queries has no ${node.kind}.`);
}

function planOf(departments: readonly DepartmentModel[], query: string): QueryPlan {
  const { supergraphSdl, errors } = composeCity(departments);
  expect(errors).toBeUndefined();
  // The planner alone plans on rights, too; only the gateway refuses them.
  const supergraph = Supergraph.build(supergraphSdl ?? "", { supportedFeatures: null });
  const operation = operationFromDocument(supergraph.apiSchema(), parse(query));
  return new QueryPlanner(supergraph).buildQueryPlan(operation);
}

function header(id: string): string {
  return `extend schema
    @department(id: "${id}", name: "${id}", jurisdiction: "n", lawfulBasis: CONTRACT, purposes: ["any"])
    @source(engine: SQLITE, url: "${id.toUpperCase()}_URL")`;
}

function connections(id: string): string {
  const type = `${id[0]?.toUpperCase()}${id.slice(1)}Thing`;
  return `${header(id)}
    type Citizen @person(table: "people", key: "no") {
      ${id}Things(first: Int = 20, after: String): ${type}Connection @rows(on: "person_no")
    }
    type ${type} @table(name: "things", id: "no") { id: ID! what: String @column(name: "what") }`;
}

function serviceRequests(id: string, type: string): string {
  return `${header(id)}
    type Citizen @person(table: "people", key: "no") {
      ${id}Requests(first: Int = 20, after: String): ${type}Connection @rows(on: "person_no")
    }
    type ${type} implements ServiceRequest @table(name: "requests", id: "no") { id: ID! }`;
}

const serviceDesk = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@inaccessible", "@shareable", "@external", "@requires"])
  scalar DateTime
  type Citizen @key(fields: "ref") {
    ref: ID! @inaccessible
    permitsKeys: [ID!] @external
    serviceRequests(first: Int = 20): ServiceRequestConnection @requires(fields: "permitsKeys")
  }
  type ServiceRequestConnection { nodes: [ServiceRequest] }
  interface ServiceRequest { id: ID! status: ServiceRequestStatus requestedDatetime: DateTime }
  enum ServiceRequestStatus { OPEN CLOSED }
  type Permit implements ServiceRequest @key(fields: "id", resolvable: false) {
    id: ID!
    status: ServiceRequestStatus @shareable
    requestedDatetime: DateTime @shareable
  }`;
