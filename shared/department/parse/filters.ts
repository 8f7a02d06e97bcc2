import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind, print } from "graphql";
import type { FieldModel, FilterModel, OrderArgument } from "../model.ts";
import { readArguments } from "./arguments.ts";
import { didYouMean, nearestName } from "./nearest.ts";
import { directiveOf, type Reading, shapeOf } from "./reading.ts";
import { formatOf, isText } from "./value-types.ts";

const pagingArguments: ReadonlyMap<string, string> = new Map([
  ["first", "Int"],
  ["after", "String"],
  ["last", "Int"],
  ["before", "String"],
]);

/** What the arguments of a list or row field do, the paging arguments aside. */
export interface FieldArguments {
  readonly filters: readonly FilterModel[];
  readonly orderArgument?: OrderArgument;
}

/** Reads what each argument of a @rows or @row field filters or orders by; `item` is the type of the rows. */
export function readFieldArguments(field: FieldDefinitionNode, item: string, reading: Reading): FieldArguments {
  const { faults } = reading;
  const paged = directiveOf(field, "rows") !== undefined;
  const filters: FilterModel[] = [];
  let orderArgument: OrderArgument | undefined;
  for (const argument of field.arguments ?? []) {
    const name = argument.name.value;
    const type = shapeOf(argument.type).name;
    const orderings = reading.enums.orderings.get(type);
    if (paged && pagingArguments.has(name)) {
      const wanted = pagingArguments.get(name);
      const filter = directiveOf(argument, "filter");
      if (filter) faults.add(filter, `no filter on \`${name}\`, which pages`, "@filter", "choose another name");
      if (print(argument.type).replace("!", "") !== wanted) {
        faults.add(argument.type, `\`${wanted}\` for \`${name}\``, `\`${print(argument.type)}\``);
      }
    } else if (paged && orderings && !directiveOf(argument, "filter")) {
      if (orderArgument)
        faults.add(argument, "one argument that orders", `\`${name}\` after \`${orderArgument.argument}\``);
      if (shapeOf(argument.type).list) faults.add(argument.type, `\`${type}\``, `\`${print(argument.type)}\``);
      orderArgument = { argument: name, orderings };
    } else {
      const filter = readFilter(argument, item, reading);
      if (filter) filters.push(filter);
    }
  }
  return { filters, ...(orderArgument ? { orderArgument } : {}) };
}

/** A list must say how long a page is: clients are charged by it. */
export function checkPaging(field: FieldDefinitionNode, { faults }: Reading): void {
  const first = field.arguments?.find(({ name }) => name.value === "first");
  const remedy = "write `first: Int = 20`";
  if (!first) {
    faults.add(field.name, `the argument \`first\` on the list \`${field.name.value}\``, "none", remedy);
    return;
  }
  if (first.type.kind === Kind.NON_NULL_TYPE) return;
  const size = first.defaultValue;
  if (!size) faults.add(first, "a default page size for `first`", "none", remedy);
  else if (size.kind !== Kind.INT || Number(size.value) < 1) {
    faults.add(size, "a default page size of at least 1", print(size), remedy);
  }
  const after = field.arguments?.some(({ name }) => name.value === "after");
  if (!after) {
    faults.add(
      field.name,
      `the argument \`after\` on the list \`${field.name.value}\``,
      "none",
      "write `after: String`",
    );
  }
  const [last, before] = ["last", "before"].map((name) => field.arguments?.find((each) => each.name.value === name));
  if (last && !before) faults.add(last, "`before` besides `last`", "none", "write `before: String`");
  if (before && !last) faults.add(before, "`last` besides `before`", "none", "write `last: Int`");
}

interface FilterArguments {
  readonly field: string;
  readonly by: FilterModel["operator"];
}

function readFilter(argument: InputValueDefinitionNode, item: string, reading: Reading): FilterModel | undefined {
  const { faults } = reading;
  const name = argument.name.value;
  const fields = reading.values.get(item);
  if (!fields) return undefined;
  const directive = directiveOf(argument, "filter");
  const given = directive && readArguments<FilterArguments>(directive, faults);
  if (directive && !given) return undefined;
  const fieldName = given?.field ?? name;
  const field = fields.get(fieldName);
  if (!field) {
    const known = [...fields.values()].filter(isComparable).map((each) => each.name);
    if (directive) {
      const remedy = didYouMean(fieldName, known);
      faults.add(directive, `a field of ${item} that holds a value`, `"${fieldName}"`, remedy);
      return undefined;
    }
    const nearest = nearestName(name, known);
    const explain = "say with @filter(field: ..., by: ...) what it compares, or remove it";
    const remedy = nearest === undefined ? explain : `did you mean ${nearest}?`;
    faults.add(argument, `an argument that filters by a field of ${item}`, `\`${name}\``, remedy);
    return undefined;
  }
  const listed = shapeOf(argument.type).list;
  const explicit = directive?.arguments?.some((each) => each.name.value === "by") ?? false;
  const operator = listed && !explicit ? "IN" : (given?.by ?? "EQUAL");
  const filter: FilterModel = { argument: name, operator, field: fieldName };
  checkFilter(argument, filter, field, item, reading);
  return filter;
}

function checkFilter(
  argument: InputValueDefinitionNode,
  { operator }: FilterModel,
  field: FieldModel,
  item: string,
  { faults }: Reading,
): void {
  const shape = shapeOf(argument.type);
  const target = `${item}.${field.name}`;
  if (!isComparable(field)) {
    const found = field.kind === "column" ? "one of another table" : `one of kind ${field.kind}`;
    faults.add(argument, "a field that is read from a column of its own table", `${target}, ${found}`);
    return;
  }
  const sameType = shape.name === field.type || (isText(shape.name) && isText(field.type));
  if (!sameType) faults.add(argument.type, `\`${field.type}\` to compare with ${target}`, `\`${shape.name}\``);
  if (shape.list !== (operator === "IN")) {
    const expected = operator === "IN" ? `a list \`[${field.type}!]\` for IN` : `one value for ${operator}`;
    faults.add(argument.type, expected, `\`${print(argument.type)}\``);
  }
  if (field.kind !== "column") {
    if (operator !== "EQUAL" && operator !== "IN") faults.add(argument, `EQUAL or IN for ${target}`, operator);
    return;
  }
  const format = formatOf(field.type, field.format);
  const found = field.format ? `${target} in the format ${field.format}` : `${target} of type ${field.type}`;
  if (!format.write) {
    const remedy = "remove the argument: which legacy values to look for cannot be told";
    faults.add(argument, "a field whose values can be written as legacy ones", found, remedy);
  } else if (operator === "PREFIX" && !(isText(field.type) && format.ordered)) {
    faults.add(argument, "a String field that is read as it stands for PREFIX", found);
  } else if ((operator === "FROM" || operator === "TO") && !(isSized(field.type) && format.ordered)) {
    faults.add(argument, `a date or a number whose legacy values sort like it for ${operator}`, found);
  }
}

function isSized(type: string): boolean {
  return ["Int", "Float", "Decimal", "Date", "DateTime"].includes(type);
}

/** What an argument can compare: the id, and columns of the row itself. */
function isComparable(field: FieldModel): boolean {
  return field.kind === "id" || (field.kind === "column" && !field.from && !field.lookup);
}
