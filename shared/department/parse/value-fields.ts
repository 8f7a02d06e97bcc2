import { type ConstDirectiveNode, type FieldDefinitionNode, type InterfaceTypeDefinitionNode, Kind } from "graphql";
import { vocabulary, vocabularyRole } from "../../vocabulary/vocabulary.ts";
import type { CitizenField, ColumnField, ConstantField, FieldModel } from "../model.ts";
import { readArguments } from "./arguments.ts";
import { type ColumnArguments, readColumn } from "./conditions.ts";
import type { ObjectDeclaration } from "./declarations.ts";
import { type FaultList, placeOf } from "./fault.ts";
import { type Reading, type Shape, shapeOf, type TableModel } from "./reading.ts";
import { checkFormat, isScalar, isText } from "./value-types.ts";

const mappings = ["column", "rows", "row", "citizen", "constant"] as const;

/** The one directive that says where a field comes from, or undefined. */
export function mappingOf(field: FieldDefinitionNode, faults: FaultList): ConstDirectiveNode | undefined {
  const [mapping, again] = (field.directives ?? []).filter(({ name }) =>
    (mappings as readonly string[]).includes(name.value),
  );
  if (mapping && again && again.name.value !== mapping.name.value) {
    const found = `@${again.name.value} besides @${mapping.name.value}`;
    faults.add(again, `one source of \`${field.name.value}\``, found, "remove one of them");
  }
  return mapping;
}

/**
 * Reads the fields of a type that hold one value of the row itself. Those with @rows and @row are left out: they are
 * read when the values of all types are known. Interface fields that the file leaves out are added.
 */
export function readValueFields(
  declaration: ObjectDeclaration,
  table: TableModel,
  reading: Reading,
): ReadonlyMap<string, FieldModel> {
  const { faults } = reading;
  const fields = new Map<string, FieldModel>();
  for (const field of declaration.fields) {
    const mapping = mappingOf(field, faults);
    if (mapping?.name.value === "rows" || mapping?.name.value === "row") continue;
    const model = readValueField(field, mapping, declaration.name.value, table, reading);
    if (model) fields.set(field.name.value, model);
  }
  if (!declaration.fields.some(({ name }) => name.value === "id")) {
    const remedy = "add it: it is made of the columns that @table names as `id`";
    faults.add(declaration.name, `\`id: ID!\` in ${declaration.name.value}`, "none", remedy);
  }
  for (const field of interfaceFields(table.interfaces)) {
    const own = declaration.fields.find(({ name }) => name.value === field.name.value);
    if (own) checkInterfaceField(own, field, table, faults);
    else fields.set(field.name.value, unmappedField(field, table));
  }
  return fields;
}

/** The fields of these interfaces of the vocabulary, each name once. */
export function interfaceFields(interfaces: readonly string[]): readonly FieldDefinitionNode[] {
  const fields = new Map<string, FieldDefinitionNode>();
  for (const name of interfaces) {
    if (vocabularyRole(name) !== "interface") continue;
    for (const field of (vocabulary.get(name) as InterfaceTypeDefinitionNode).fields ?? []) {
      fields.set(field.name.value, field);
    }
  }
  return [...fields.values()];
}

/** A plain field: one value of one row, so neither a list nor with arguments. */
function readValueField(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode | undefined,
  owner: string,
  table: TableModel,
  reading: Reading,
): FieldModel | undefined {
  const { faults } = reading;
  const name = field.name.value;
  const shape = shapeOf(field.type);
  const base = { name, type: shape.name, place: placeOf(field) };
  if (reading.resolved(owner, name)) return { kind: "code", ...base };
  if (name === "id") {
    if (mapping) faults.add(mapping, "no mapping on `id`", `@${mapping.name.value}`, "@table names its columns");
    if (shape.name !== "ID" || shape.list || !shape.nonNull)
      faults.add(field.type, "`ID!`", "another type", "write `id: ID!`");
    return { kind: "id", ...base };
  }
  const [argument] = field.arguments ?? [];
  if (argument) {
    faults.add(
      argument,
      `no arguments on \`${name}\``,
      `\`${argument.name.value}\``,
      "only lists and rows are filtered",
    );
  }
  if (shape.list) {
    const remedy = `write \`${name}(first: Int = 20, after: String): ${shape.name}Connection @rows(on: [...])\``;
    faults.add(field.type, `@rows and a connection for the list \`${name}\``, "a plain list", remedy);
    return undefined;
  }
  if (mapping?.name.value === "column") return readColumnField(field, mapping, shape, table.id, reading);
  if (mapping?.name.value === "constant") return readConstant(field, mapping, shape, reading);
  if (mapping?.name.value === "citizen") return readCitizenField(field, mapping, shape, reading);
  if (shape.name === "Department") return { kind: "department", ...base };
  const missing = reading.declarations.types.has(shape.name.replace(/Connection$/, "")) ? "@rows or @row" : "@column";
  const wanted = shape.name === "Citizen" ? "@citizen" : isLeaf(shape.name, reading) ? "@column" : missing;
  faults.add(field, `${wanted} on ${owner}.${name}`, "none", "say where the value comes from");
  return undefined;
}

/** A field that is read from a column; on Citizen `key` are the person's key columns. */
export function readColumnField(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode,
  shape: Shape,
  key: readonly string[],
  reading: Reading,
): ColumnField | undefined {
  const { faults } = reading;
  const given = readArguments<ColumnArguments & { name: string }>(mapping, faults);
  if (!isLeaf(shape.name, reading)) {
    const remedy = reading.declarations.types.has(shape.name) ? "use @row for a row of another table" : undefined;
    faults.add(field.type, "a scalar, an enum or Service for @column", `\`${shape.name}\``, remedy);
    return undefined;
  }
  checkCodes(field, shape.name, reading);
  if (!given) return undefined;
  if (given.lookup && !isText(shape.name) && isScalar(shape.name)) {
    faults.add(field.type, "String or an enum for a value of a code table", `\`${shape.name}\``);
  }
  if (given.format && !given.lookup) checkFormat(given.format, shape.name, mapping, faults);
  return {
    kind: "column",
    name: field.name.value,
    type: shape.name,
    ...readColumn(given.name, given, key, faults),
    place: placeOf(field),
  };
}

/** A column can only become an enum value where the file says which codes stand for it. */
function checkCodes(field: FieldDefinitionNode, type: string, reading: Reading): void {
  if (reading.enums.orderings.has(type)) {
    reading.faults.add(field.type, "an enum of codes", `the orderings of ${type}`, "orderings are for arguments");
  }
  if (vocabularyRole(type) !== "enum" || (reading.enums.coded.get(type)?.valueOfCode.size ?? 0) > 0) return;
  const remedy = `write \`enum ${type} { ... }\` with @code on the vocabulary's values that the department has`;
  reading.faults.add(field.type, `legacy codes for ${type}`, "none", remedy);
}

function readConstant(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode,
  shape: Shape,
  reading: Reading,
): ConstantField | undefined {
  const { faults } = reading;
  if (!isText(shape.name) && (isScalar(shape.name) || !isLeaf(shape.name, reading))) {
    faults.add(field.type, "String, ID, an enum or Service for @constant", `\`${shape.name}\``);
    return undefined;
  }
  const given = readArguments<{ value: string }>(mapping, faults);
  if (!given) return undefined;
  const values = enumValues(shape.name, reading);
  if (values && !values.includes(given.value)) {
    faults.add(mapping, `a value of ${shape.name}`, `"${given.value}"`, `there are ${values.join(", ")}`);
  }
  return { kind: "constant", name: field.name.value, type: shape.name, value: given.value, place: placeOf(field) };
}

function readCitizenField(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode,
  shape: Shape,
  reading: Reading,
): CitizenField | undefined {
  const { faults, persons } = reading;
  if (shape.name !== "Citizen") {
    faults.add(field.type, "Citizen for @citizen", `\`${shape.name}\``);
    return undefined;
  }
  if (shape.nonNull) faults.add(field.type, "a nullable Citizen", "`Citizen!`", "access to the person may be withheld");
  const given = readArguments<{ column: readonly string[]; keySuffix?: string }>(mapping, faults);
  if (!given) return undefined;
  const { column: columns, keySuffix } = given;
  const suffixed = persons.filter((person) => person.keySuffix === keySuffix);
  if (suffixed.length === 0) {
    const suffixes = persons.flatMap((person) => (person.keySuffix === undefined ? [] : [`"${person.keySuffix}"`]));
    const expected = persons.length === 0 ? "a @person on Citizen" : "the `keySuffix` of a @person";
    const remedy = suffixes.length > 0 ? `there are ${suffixes.join(", ")}` : undefined;
    faults.add(mapping, expected, keySuffix === undefined ? "none" : `"${keySuffix}"`, remedy);
  } else if (!suffixed.some(({ key }) => key.length === columns.length)) {
    const keys = [...new Set(suffixed.map(({ key }) => `[${key.join(", ")}]`))].join(" or ");
    faults.add(mapping, `a column for each of the person's key ${keys}`, `[${columns.join(", ")}]`);
  }
  return {
    kind: "citizen",
    name: field.name.value,
    type: "Citizen",
    columns,
    ...(keySuffix === undefined ? {} : { keySuffix }),
    place: placeOf(field),
  };
}

/** What a column or a constant can become. */
function isLeaf(type: string, reading: Reading): boolean {
  return isScalar(type) || type === "Service" || enumValues(type, reading) !== undefined;
}

/** The values of an enum of the file or of the vocabulary; undefined where the type is none. */
export function enumValues(type: string, { declarations }: Reading): readonly string[] | undefined {
  const definition = vocabulary.get(type);
  const values =
    definition?.kind === Kind.ENUM_TYPE_DEFINITION ? definition.values : declarations.enums.get(type)?.values;
  return values?.map(({ name }) => name.value);
}

function checkInterfaceField(
  own: FieldDefinitionNode,
  field: FieldDefinitionNode,
  table: TableModel,
  faults: FaultList,
): void {
  const [is, wanted] = [shapeOf(own.type), shapeOf(field.type)];
  if (is.name === wanted.name && is.list === wanted.list) return;
  const from = table.interfaces.join(" and ");
  faults.add(own.type, `\`${wanted.name}\` for \`${own.name.value}\`, as ${from} has it`, `\`${is.name}\``);
}

function unmappedField(field: FieldDefinitionNode, { place }: TableModel): FieldModel {
  const type = shapeOf(field.type).name;
  const name = field.name.value;
  return type === "Department" ? { kind: "department", name, type, place } : { kind: "unmapped", name, type, place };
}
