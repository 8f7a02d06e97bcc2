import { type DocumentNode, GraphQLError, parse } from "graphql";
import type { DepartmentModel, FieldModel, TypeModel } from "../model.ts";
import { publish } from "../publish.ts";
import { subgraphSchema } from "../subgraph-schema.ts";
import { checkDirectives } from "./check-directives.ts";
import { checkTypes } from "./check-types.ts";
import { checkPagingType, isPagingType } from "./connections.ts";
import { readDeclarations } from "./declarations.ts";
import { readEnums } from "./enums.ts";
import { type Fault, FaultList } from "./fault.ts";
import { readHeader } from "./header.ts";
import { readPersons } from "./persons.ts";
import type { Reading, TableModel } from "./reading.ts";
import { readCitizenFields, readQueryFields } from "./root-fields.ts";
import { readRowField, readRowsField } from "./row-fields.ts";
import { readTable } from "./tables.ts";
import { mappingOf, readValueFields } from "./value-fields.ts";

export interface ParsedDepartment {
  /** Only where there is no fault. */
  readonly model?: DepartmentModel;
  /** In the order of the file. */
  readonly faults: readonly Fault[];
}

/**
 * Reads a `department.graphql`: all its faults at once, or the model. `file` is named in the faults; `resolved` says
 * which fields the department's `resolvers.ts` computes, which then need no mapping.
 */
export function parseDepartment(
  text: string,
  file: string,
  { resolved = () => false }: { resolved?: Reading["resolved"] } = {},
): ParsedDepartment {
  const faults = new FaultList(file);
  const document = readDocument(text, faults);
  if (!document) return { faults: faults.sorted() };

  checkDirectives(document, faults);
  const declarations = readDeclarations(document, faults);
  const header = readHeader(declarations.schema, faults);
  const enums = readEnums(declarations.enums, faults);
  const persons = readPersons(declarations.citizen?.directives ?? [], faults);
  const tables = new Map<string, TableModel>();
  const values = new Map<string, ReadonlyMap<string, FieldModel>>();
  const reading: Reading = { faults, declarations, enums, persons, tables, values, resolved };

  for (const [name, declaration] of declarations.types) {
    if (isPagingType(name)) continue;
    const table = readTable(declaration, faults);
    if (table) tables.set(name, table);
  }
  for (const [name, table] of tables) {
    const declaration = declarations.types.get(name);
    if (declaration) values.set(name, readValueFields(declaration, table, reading));
  }
  checkTypes(reading);
  const types = new Map([...tables].map(([name, table]) => [name, readType(table, reading)]));
  for (const [name, declaration] of declarations.types) if (isPagingType(name)) checkPagingType(declaration, reading);
  const citizenFields = readCitizenFields(reading);
  const queryFields = readQueryFields(reading);
  if (!header || faults.count > 0) return { faults: faults.sorted() };

  const mapped = { ...header, file, persons, types, enums: enums.coded, citizenFields, queryFields, document };
  const sdl = publish(mapped, declarations);
  try {
    return { model: { ...mapped, sdl, schema: subgraphSchema(sdl) }, faults: [] };
  } catch (error) {
    for (const message of messagesOf(error)) {
      faults.add({ line: 1, column: 1 }, "a schema that federates", message, "correct the definition that it names");
    }
    return { faults: faults.sorted() };
  }
}

function readDocument(text: string, faults: FaultList): DocumentNode | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [place = { line: 1, column: 1 }] = error.locations ?? [];
    const [expected, found] = error.message.replace("Syntax Error: ", "").split(", found ");
    if (found) faults.add(place, (expected ?? "").replace(/^Expected /, ""), found.replace(/\.$/, ""));
    else faults.add(place, "GraphQL schema language", (expected ?? "").replace(/\.$/, "").replace(/^U/, "u"));
    return undefined;
  }
}

/** The fields of a type in the order of the file; interface fields that it leaves out come last. */
function readType(table: TableModel, reading: Reading): TypeModel {
  const declaration = reading.declarations.types.get(table.name);
  const values = reading.values.get(table.name) ?? new Map<string, FieldModel>();
  const owner = { kind: "table", name: table.name, key: table.id } as const;
  const fields = new Map<string, FieldModel>();
  for (const field of declaration?.fields ?? []) {
    const name = field.name.value;
    const value = values.get(name);
    const mapping = value ? undefined : mappingOf(field, reading.faults);
    const model =
      value ??
      (mapping?.name.value === "rows" ? readRowsField(field, mapping, owner, reading) : undefined) ??
      (mapping?.name.value === "row" ? readRowField(field, mapping, owner, reading) : undefined);
    if (model) fields.set(name, model);
  }
  for (const [name, model] of values) if (!fields.has(name)) fields.set(name, model);
  return { ...table, fields };
}

/** What federation says of a subgraph schema that it refuses. */
function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) throw error;
  const causes = (error as { causes?: readonly Error[] }).causes;
  return (causes ?? [error]).map(({ message }) => message.replace(/^\[<unnamed>\] /, "").replace(/\.$/, ""));
}
