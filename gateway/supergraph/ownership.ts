import { type DirectiveNode, Kind, parse, type TypeDefinitionNode, type TypeExtensionNode } from "graphql";
import { vocabularyRole } from "../../shared/vocabulary/vocabulary.ts";
import type { ComposedService, CompositionFault } from "./index.ts";

/**
 * Refuses a type that two subgraphs own: composition would merge them without a word and mix their rows.
 *
 * `Citizen`, the root types and the shared terms of the vocabulary belong to all. Of any other type, others than its
 * owner may hold a stub: an object whose every `@key` says `resolvable: false`.
 */
export function findSecondOwners(services: readonly ComposedService[]): CompositionFault[] {
  const owners = new Map<string, ComposedService[]>();
  for (const service of services) {
    for (const type of ownedTypes(service.sdl)) owners.set(type, [...(owners.get(type) ?? []), service]);
  }
  return [...owners]
    .filter(([, owning]) => owning.length > 1)
    .map(([type, owning]) => ({
      code: "TYPE_HAS_TWO_OWNERS",
      services: owning.map(({ name }) => name),
      message:
        `${listed(owning.map(nameAndFile))} define the type ${type}, but a type belongs to one department. ` +
        `Rename it in all but one, or hold it there as a stub: ` +
        `type ${type} @key(fields: "id", resolvable: false) { id: ID! }.`,
    }));
}

/** `permits (subgraphs/permits/department.graphql)`. */
export function nameAndFile({ name, file }: ComposedService): string {
  return file ? `${name} (${file})` : name;
}

function ownedTypes(sdl: string): Set<string> {
  const owned = new Set<string>();
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    if (!isTypeNode(node) || isShared(node.name.value) || isStub(node)) continue;
    owned.add(node.name.value);
  }
  return owned;
}

const roots = new Set(["Query", "Mutation", "Subscription", "Citizen"]);
const sharedRoles = new Set(["value", "enum", "scalar", "interface"]);

function isShared(name: string): boolean {
  // Names with two underscores, `FieldSet` and `_Any` are Federation's own.
  if (roots.has(name) || name.startsWith("_") || name.includes("__") || name === "FieldSet") return true;
  const role = vocabularyRole(name);
  return role !== undefined && sharedRoles.has(role);
}

function isTypeNode(node: { kind: string }): node is TypeDefinitionNode | TypeExtensionNode {
  return /Type(Definition|Extension)$/.test(node.kind);
}

function isStub({ kind, directives = [] }: TypeDefinitionNode | TypeExtensionNode): boolean {
  if (kind !== Kind.OBJECT_TYPE_DEFINITION && kind !== Kind.OBJECT_TYPE_EXTENSION) return false;
  const keys = directives.filter(({ name }) => name.value === "key" || name.value === "federation__key");
  return keys.length > 0 && keys.every(isUnresolvable);
}

function isUnresolvable({ arguments: given = [] }: DirectiveNode): boolean {
  const value = given.find(({ name }) => name.value === "resolvable")?.value;
  return value?.kind === Kind.BOOLEAN && !value.value;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
