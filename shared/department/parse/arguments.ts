import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectFieldNode,
  print,
  type TypeNode,
  type ValueNode,
} from "graphql";
import { definitions } from "./directive-definitions.ts";
import { type FaultList, type Placed, placeOf } from "./fault.ts";
import { didYouMean } from "./nearest.ts";

/**
 * The arguments of a directive as typed values, defaults filled in; every input object carries its `place`.
 * What does not fit the directive's definition is a fault, and then there is no value. `T` is the caller's word for
 * what `directives.graphql` defines.
 */
export function readArguments<T>(directive: ConstDirectiveNode, faults: FaultList): T | undefined {
  const definition = definitions.directives.get(directive.name.value);
  if (!definition) return undefined;
  return readFields(
    directive,
    `@${directive.name.value}`,
    directive.arguments ?? [],
    definition.node.arguments ?? [],
    faults,
  ) as T | undefined;
}

function readFields(
  at: Placed,
  owner: string,
  given: readonly (ArgumentNode | ObjectFieldNode)[],
  defined: readonly InputValueDefinitionNode[],
  faults: FaultList,
): Record<string, unknown> | undefined {
  const before = faults.count;
  const values: Record<string, unknown> = {};
  const names = defined.map(({ name }) => name.value);
  const seen = new Set<string>();
  for (const { name, value } of given) {
    const definition = defined.find((argument) => argument.name.value === name.value);
    if (!definition) {
      faults.add(name, `an argument of ${owner}`, `\`${name.value}\``, didYouMean(name.value, names));
    } else if (seen.has(name.value)) {
      faults.add(name, `\`${name.value}\` once in ${owner}`, "it again", "remove one of them");
    } else {
      values[name.value] = readValue(value, definition.type, `\`${name.value}\` of ${owner}`, faults);
    }
    seen.add(name.value);
  }
  for (const { name, type, defaultValue } of defined) {
    if (seen.has(name.value)) continue;
    if (defaultValue) values[name.value] = readValue(defaultValue, type, name.value, faults);
    else if (type.kind === Kind.NON_NULL_TYPE) {
      faults.add(at, `\`${name.value}: ${print(type)}\` in ${owner}`, "none", `add \`${name.value}\``);
    }
  }
  return faults.count === before ? values : undefined;
}

function readValue(node: ValueNode, type: TypeNode, what: string, faults: FaultList): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return readValue(node, type.type, what, faults);
  if (type.kind === Kind.LIST_TYPE) {
    const items = node.kind === Kind.LIST ? node.values : [node];
    if (items.length === 0) faults.add(node, `at least one value as ${what}`, "an empty list");
    return items.map((item) => readValue(item, type.type, what, faults));
  }
  const input = definitions.inputs.get(type.name.value);
  if (input) {
    if (node.kind !== Kind.OBJECT)
      return mistyped(node, `an object { ${fieldNames(input.fields)} } as ${what}`, faults);
    const values = readFields(node, type.name.value, node.fields, input.fields ?? [], faults);
    return values && { ...values, place: placeOf(node) };
  }
  const names = definitions.enums.get(type.name.value);
  if (names) return readEnumValue(node, names, `a value of ${type.name.value} as ${what}`, faults);
  return readScalar(node, type.name.value, what, faults);
}

function readEnumValue(node: ValueNode, names: readonly string[], expected: string, faults: FaultList): unknown {
  if (node.kind === Kind.ENUM && names.includes(node.value)) return node.value;
  const written = node.kind === Kind.ENUM || node.kind === Kind.STRING ? node.value : print(node);
  if (names.includes(written)) return mistyped(node, expected, faults, "write it without quotes");
  return mistyped(node, expected, faults, didYouMean(written, names));
}

function readScalar(node: ValueNode, type: string, what: string, faults: FaultList): unknown {
  if (type === "Boolean") {
    return node.kind === Kind.BOOLEAN ? node.value : mistyped(node, `true or false as ${what}`, faults);
  }
  if (type === "Int") {
    return node.kind === Kind.INT ? Number(node.value) : mistyped(node, `a whole number as ${what}`, faults);
  }
  if (node.kind !== Kind.STRING) return mistyped(node, `a text in quotes as ${what}`, faults);
  if (node.value === "" && !emptyAllowed.test(what))
    return mistyped(node, `a text that is not empty as ${what}`, faults);
  return node.value;
}

/** Codes, conditions and missing values may be the empty text; names of columns, tables and variables may not. */
const emptyAllowed = /^`(is|not|missing|value)` /;

function mistyped(node: ValueNode, expected: string, faults: FaultList, remedy?: string): undefined {
  faults.add(node, expected, excerpt(print(node)), remedy);
  return undefined;
}

/** Long enough to recognise, short enough for a line; never a URL, which may hold a password. */
function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  if (line.includes("://")) return "a URL";
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

function fieldNames(fields: readonly InputValueDefinitionNode[] = []): string {
  return fields.map(({ name }) => name.value).join(", ");
}
