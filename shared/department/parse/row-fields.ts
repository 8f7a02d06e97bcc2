import type { ConstDirectiveNode, FieldDefinitionNode } from "graphql";
import { Kind } from "graphql";
import type { Condition, Ordering, RowField, RowsField } from "../model.ts";
import { readArguments } from "./arguments.ts";
import { type Given, readConditions, readOrderings } from "./conditions.ts";
import { itemOfConnection } from "./connections.ts";
import { placeOf } from "./fault.ts";
import { checkPaging, readFieldArguments } from "./filters.ts";
import { didYouMean } from "./nearest.ts";
import { type Reading, shapeOf } from "./reading.ts";

interface RowsArguments {
  readonly on?: readonly string[];
  readonly parent?: readonly string[];
  readonly where?: readonly Condition[];
  readonly orderBy?: readonly Given<Ordering>[];
  readonly keySuffixes?: readonly string[];
}

/** What a list hangs on: a row by its id columns, a person by its key columns, or nothing on Query. */
export type Owner =
  | { readonly kind: "table"; readonly name: string; readonly key: readonly string[] }
  | { readonly kind: "citizen" }
  | { readonly kind: "query" };

/** Reads a field with @rows: a connection of rows. */
export function readRowsField(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode,
  owner: Owner,
  reading: Reading,
): RowsField | undefined {
  const { faults } = reading;
  const shape = shapeOf(field.type);
  const item = itemOfConnection(shape.name);
  checkNullable(field, reading);
  if (shape.list || item === undefined) {
    const remedy = `write \`${shape.name}Connection\`: it is generated`;
    faults.add(field.type, "a connection for @rows", shape.list ? "a plain list" : `\`${shape.name}\``, remedy);
    return undefined;
  }
  checkPaging(field, reading);
  const known = checkListed(field, item, reading);
  const given = readArguments<RowsArguments>(mapping, faults);
  const fieldArguments = known ? readFieldArguments(field, item, reading) : { filters: [] };
  if (!given) return undefined;
  if (given.keySuffixes && owner.kind !== "citizen") {
    faults.add(mapping, "`keySuffixes` only on Citizen", "it here", "remove it");
  }
  const join = readJoin(field, mapping, given, owner, reading);
  return {
    kind: "rows",
    name: field.name.value,
    type: shape.name,
    item,
    ...join,
    where: readConditions(given.where, faults),
    orderBy: readOrderings(given.orderBy),
    ...(given.keySuffixes ? { keySuffixes: given.keySuffixes } : {}),
    ...fieldArguments,
    place: placeOf(field),
  };
}

/** Reads a field with @row: one row of a table. */
export function readRowField(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode,
  owner: Owner,
  reading: Reading,
): RowField | undefined {
  const { faults } = reading;
  const shape = shapeOf(field.type);
  checkNullable(field, reading);
  if (owner.kind === "citizen") {
    faults.add(mapping, "@rows or @column on Citizen", "@row", "a person may have several records: offer a connection");
    return undefined;
  }
  if (shape.list) {
    faults.add(field.type, "one row for @row", "a list", `write \`${shape.name}Connection\` with @rows`);
    return undefined;
  }
  if (!checkListed(field, shape.name, reading)) return undefined;
  const given = readArguments<RowsArguments>(mapping, faults);
  const { filters } = readFieldArguments(field, shape.name, reading);
  if (!given) return undefined;
  if (owner.kind === "query" && !field.arguments?.some(({ type }) => type.kind === Kind.NON_NULL_TYPE)) {
    const remedy = `write e.g. \`${field.name.value}(id: ID!)\``;
    faults.add(field.name, `a required argument that names the row of \`${field.name.value}\``, "none", remedy);
  }
  const target = reading.tables.get(shape.name)?.id ?? [];
  const on = given.on ?? (owner.kind === "query" ? undefined : target);
  if (owner.kind === "table" && !given.parent) {
    const remedy = "name the columns of this row that point to the other";
    faults.add(mapping, "`parent` in @row", "none", remedy);
  }
  const join = readJoin(field, mapping, { ...given, ...(on ? { on } : {}) }, owner, reading);
  return {
    kind: "row",
    name: field.name.value,
    type: shape.name,
    ...join,
    where: readConditions(given.where, faults),
    filters,
    place: placeOf(field),
  };
}

/** Which columns of the listed rows equal which columns of the row or person that they hang on. */
function readJoin(
  field: FieldDefinitionNode,
  mapping: ConstDirectiveNode,
  given: RowsArguments,
  owner: Owner,
  reading: Reading,
): { on: readonly string[]; parent: readonly string[] } {
  const { faults } = reading;
  if (owner.kind === "query") {
    if (given.on || given.parent) {
      const remedy = "remove `on` and `parent`: a root field hangs on no row";
      faults.add(mapping, "neither `on` nor `parent` on Query", "one of them", remedy);
    }
    return { on: [], parent: [] };
  }
  const key = owner.kind === "table" ? owner.key : personKey(mapping, given, reading);
  const { on, parent = key } = given;
  if (!on) {
    faults.add(mapping, `\`on\` in @${mapping.name.value}`, "none", `name the columns that hold ${parent.join(", ")}`);
    return { on: [], parent };
  }
  if (on.length !== parent.length) {
    const found = `${on.length} in \`on\` for \`${field.name.value}\``;
    const remedy = "pair the columns up, in the same order";
    faults.add(mapping, `as many columns in \`on\` as in \`parent\` [${parent.join(", ")}]`, found, remedy);
  }
  return { on, parent };
}

/** The key columns of the persons whose rows a field of Citizen lists; their number must agree. */
function personKey(mapping: ConstDirectiveNode, given: RowsArguments, { persons, faults }: Reading): readonly string[] {
  for (const suffix of given.keySuffixes ?? []) {
    if (persons.some(({ keySuffix }) => keySuffix === suffix)) continue;
    const known = persons.flatMap(({ keySuffix }) => (keySuffix === undefined ? [] : [keySuffix]));
    faults.add(mapping, "the `keySuffix` of a @person", `"${suffix}"`, didYouMean(suffix, known));
  }
  const meant = given.keySuffixes
    ? persons.filter(({ keySuffix }) => keySuffix !== undefined && given.keySuffixes?.includes(keySuffix))
    : persons;
  const [first] = meant;
  if (!first) return given.parent ?? given.on ?? [];
  if (meant.some(({ key }) => key.length !== first.key.length)) {
    const remedy = "choose the persons with `keySuffixes`";
    faults.add(mapping, "persons with keys of one length", "keys of several lengths", remedy);
  }
  for (const column of given.parent ?? []) {
    if (meant.every(({ key }) => key.includes(column))) continue;
    const remedy = didYouMean(column, first.key);
    faults.add(mapping, "columns of the person's key in `parent`", `"${column}"`, remedy);
  }
  return first.key;
}

function checkListed(field: FieldDefinitionNode, item: string, { declarations, tables, faults }: Reading): boolean {
  if (tables.has(item)) return true;
  if (!declarations.types.has(item)) {
    const remedy = didYouMean(item, tables.keys()) ?? `define the type ${item}`;
    faults.add(field.type, "a type of this department with @table", `\`${item}\`, which is not defined`, remedy);
  }
  return false;
}

/** A row can be withheld, and a department can be down: that must cost only this field. */
function checkNullable(field: FieldDefinitionNode, { faults }: Reading): void {
  if (field.type.kind !== Kind.NON_NULL_TYPE) return;
  faults.add(field.type, `a nullable type for \`${field.name.value}\``, "a non-null one", "remove the last `!`");
}
