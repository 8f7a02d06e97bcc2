import {
  type ConstDirectiveNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from "graphql";

/**
 * A supergraph in which each type names its resolvable keys before its others.
 *
 * For a field with `@requires` the planner comes back to a subgraph by the first key that the type has there, even where
 * the subgraph says `resolvable: false` of it and cannot find the object by it.
 */
export function resolvableKeysFirst(supergraphSdl: string): string {
  if (!supergraphSdl.includes("resolvable: false")) return supergraphSdl;
  const sorted = (node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) => {
    const { directives = [] } = node;
    return { ...node, directives: [...directives.filter(isUsable), ...directives.filter((found) => !isUsable(found))] };
  };
  const document = parse(supergraphSdl, { noLocation: true });
  return print(visit(document, { ObjectTypeDefinition: sorted, InterfaceTypeDefinition: sorted }));
}

/** False for `@join__type(graph: PERMITS, key: "number", resolvable: false)` only. */
function isUsable({ name, arguments: given = [] }: ConstDirectiveNode): boolean {
  if (name.value !== "join__type") return true;
  const resolvable = given.find((argument) => argument.name.value === "resolvable")?.value;
  return resolvable?.kind !== Kind.BOOLEAN || resolvable.value;
}
