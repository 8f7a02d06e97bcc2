import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import type { DepartmentModel } from "../../../shared/department/model.ts";
import { faultText } from "../../../shared/department/parse/fault.ts";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { vocabularySdl } from "../../../shared/vocabulary/vocabulary.ts";

/** The model of one of this folder's departments; throws its faults. */
export function departmentOf(file: string): DepartmentModel {
  return modelOf(readFileSync(new URL(file, import.meta.url), "utf8"), file);
}

/** The model of a file that must have no fault. */
export function modelOf(
  text: string,
  file = "department.graphql",
  resolved: (type: string, field: string) => boolean = () => false,
): DepartmentModel {
  const { model, faults } = parseDepartment(text, file, { resolved });
  if (!model) throw new Error(faults.map(faultText).join("\n"));
  return model;
}

/** Composes departments with the city's own subgraphs, written down as the federation contract has them. */
export function composeCity(departments: readonly DepartmentModel[]) {
  const subgraphs = [
    ...departments.map(({ id, sdl }) => ({ name: id, typeDefs: parse(sdl) })),
    { name: "identity", typeDefs: parse(identitySdl(departments)) },
    { name: "person", typeDefs: parse(personSdl(departments)) },
  ];
  return composeServices(subgraphs);
}

function identitySdl(departments: readonly DepartmentModel[]): string {
  const keys = departments.map(({ keysField }) => `${keysField}: [ID!] @inaccessible`).join("\n");
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
      import: ["@key", "@inaccessible", "@authenticated", "@shareable", "@listSize"])
    type Query {
      citizen(id: ID!): Citizen
      citizens(first: Int = 20, after: String): CitizenConnection
        @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
      departments: [Department!]!
    }
    type CitizenConnection { nodes: [Citizen!] pageInfo: PageInfo! }
    type Citizen @key(fields: "ref") @key(fields: "record") @authenticated {
      ref: ID! @inaccessible
      record: ID @inaccessible
      id: ID!
      ${keys}
    }
    type Department @key(fields: "id") { id: ID! name: String! }
    ${vocabularySdl(["PageInfo"], { own: ["Department"] })}`;
}

function personSdl(departments: readonly DepartmentModel[]): string {
  const keys = departments.map(({ keysField }) => keysField);
  const required = `@requires(fields: "${keys.join(" ")}")`;
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
      import: ["@key", "@external", "@requires", "@inaccessible", "@policy", "@shareable"])
    type Citizen @key(fields: "ref") {
      ref: ID! @inaccessible
      ${keys.map((key) => `${key}: [ID!] @external`).join("\n")}
      name: PersonName ${required} @policy(policies: [["name:read"]])
      domicile: Address ${required} @policy(policies: [["address:read"]])
    }
    ${vocabularySdl(["PersonName", "Address"])}`;
}
