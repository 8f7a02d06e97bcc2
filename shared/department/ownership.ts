import { Kind } from "graphql";
import { vocabularyRole } from "../vocabulary/vocabulary.ts";
import type { DepartmentModel, FieldModel, Place } from "./model.ts";
import { type Fault, placeOf, sortFaults } from "./parse/fault.ts";

/**
 * What only one department may have: its id, in camelCase too, its type names, its fields on Citizen and Query.
 * Composition would merge two types of one name silently and mix their rows. The department that comes later is the
 * one at fault; the message names the file of the first.
 */
export function findOwnershipFaults(departments: readonly DepartmentModel[]): readonly Fault[] {
  const faults: Fault[] = [];
  const owners = new Map<string, { readonly file: string; readonly place: Place }>();
  for (const department of departments) {
    const { file } = department;
    for (const { what, place, remedy } of claims(department)) {
      const owner = owners.get(what);
      if (!owner) {
        owners.set(what, { file, place });
        continue;
      }
      const found = `it in ${owner.file}:${owner.place.line}:${owner.place.column}, too`;
      faults.push({ file, place, expected: `only one department with ${what}`, found, remedy });
    }
  }
  return sortFaults(faults);
}

interface Claim {
  readonly what: string;
  readonly place: Place;
  readonly remedy: string;
}

function claims({ keysField, document, citizenFields, queryFields }: DepartmentModel): readonly Claim[] {
  const claimed = new Map<string, Claim>();
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_EXTENSION || node.kind === Kind.SCHEMA_DEFINITION) {
      const what = `the field Citizen.${keysField}`;
      const department = node.directives?.find(({ name }) => name.value === "department");
      const remedy = "choose another `id`: in camelCase both are the same";
      if (department) claimed.set(what, { what, place: placeOf(department), remedy });
    } else if ("name" in node && node.name) {
      const name = node.name.value;
      const what = `the type ${name}`;
      if (name === "Citizen" || name === "Query" || vocabularyRole(name) || claimed.has(what)) continue;
      claimed.set(what, { what, place: placeOf(node.name), remedy: "rename one of them" });
    }
  }
  return [...claimed.values(), ...fieldClaims("Citizen", citizenFields), ...fieldClaims("Query", queryFields)];
}

function fieldClaims(type: string, fields: ReadonlyMap<string, FieldModel>): readonly Claim[] {
  return [...fields.values()].map(({ name, place }) => ({
    what: `the field ${type}.${name}`,
    place,
    remedy: "rename one of them",
  }));
}
