import { Kind } from "graphql";
import type { FieldModel } from "../model.ts";
import { placeOf } from "./fault.ts";
import { type Reading, shapeOf } from "./reading.ts";
import { readRowField, readRowsField } from "./row-fields.ts";
import { mappingOf, readColumnField } from "./value-fields.ts";

/** Fields of Citizen that identity, person, governance and the service desk publish. */
export const citizenOwned: ReadonlySet<string> = new Set([
  "id",
  "ref",
  "record",
  "name",
  "dateOfBirth",
  "identifier",
  "domicile",
  "contactPoint",
  "residency",
  "identityLinks",
  "history",
  "serviceRequests",
  "interactions",
  "consents",
  "usages",
]);

/** Root fields of the subgraphs that belong to the city. */
export const queryOwned: ReadonlySet<string> = new Set([
  "me",
  "citizen",
  "citizens",
  "citizenByIdentifier",
  "departments",
  "jurisdictions",
  "serviceRequests",
  "interactions",
]);

/** Reads what the department adds to Citizen: nullable, so that its outage costs only its own fields. */
export function readCitizenFields(reading: Reading): ReadonlyMap<string, FieldModel> {
  const { faults, declarations, persons } = reading;
  const fields = new Map<string, FieldModel>();
  const { citizen } = declarations;
  for (const field of citizen?.fields ?? []) {
    const name = field.name.value;
    if (citizenOwned.has(name) || name.endsWith("Keys") || name.startsWith("_")) {
      faults.add(field.name, "a field that no other subgraph has on Citizen", `\`${name}\``, "choose another name");
      continue;
    }
    if (field.type.kind === Kind.NON_NULL_TYPE) {
      const remedy = "remove the last `!`: an outage must cost only this field";
      faults.add(field.type, `a nullable type for Citizen.${name}`, "a non-null one", remedy);
    }
    const mapping = mappingOf(field, faults);
    const shape = shapeOf(field.type);
    let model: FieldModel | undefined;
    if (reading.resolved("Citizen", name)) model = { kind: "code", name, type: shape.name, place: placeOf(field) };
    else if (mapping?.name.value === "rows") model = readRowsField(field, mapping, { kind: "citizen" }, reading);
    else if (mapping?.name.value === "row") readRowField(field, mapping, { kind: "citizen" }, reading);
    else if (mapping?.name.value === "column" && !shape.list) {
      model = readColumnField(field, mapping, shape, persons[0]?.key ?? [], reading);
    } else if (shape.list) {
      const remedy = `write \`${name}(first: Int = 20, after: String): ${shape.name}Connection @rows(on: [...])\``;
      faults.add(field.type, `@rows and a connection for the list \`${name}\``, "a plain list", remedy);
    } else {
      const found = mapping ? `@${mapping.name.value}` : "none";
      faults.add(field, `@rows or @column on Citizen.${name}`, found, "say where it comes from");
    }
    if (model) fields.set(name, model);
  }
  if (citizen && citizen.fields.length > 0 && persons.length === 0) {
    const remedy = "say which rows describe a person: `@person(table: ..., key: [...])`";
    faults.add(citizen.name, "@person on Citizen", "none", remedy);
  }
  return fields;
}

/** Reads the department's root fields: look-ups of one row and root lists. */
export function readQueryFields(reading: Reading): ReadonlyMap<string, FieldModel> {
  const { faults } = reading;
  const fields = new Map<string, FieldModel>();
  for (const field of reading.declarations.query?.fields ?? []) {
    const name = field.name.value;
    if (queryOwned.has(name) || name.startsWith("_")) {
      faults.add(field.name, "a root field that no other subgraph has", `\`${name}\``, "choose another name");
      continue;
    }
    const shape = shapeOf(field.type);
    const mapping = mappingOf(field, faults);
    let model: FieldModel | undefined;
    if (reading.resolved("Query", name)) model = { kind: "code", name, type: shape.name, place: placeOf(field) };
    else if (mapping?.name.value === "rows") model = readRowsField(field, mapping, { kind: "query" }, reading);
    else if (mapping?.name.value === "row") model = readRowField(field, mapping, { kind: "query" }, reading);
    else {
      const found = mapping ? `@${mapping.name.value}` : "none";
      faults.add(field, `@rows or @row on Query.${name}`, found, "say which table it looks into");
    }
    if (model) fields.set(name, model);
  }
  return fields;
}
