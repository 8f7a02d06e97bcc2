import { type DirectiveNode, type DocumentNode, Kind, parse, type SelectionSetNode } from "graphql";

/** `@join__graph(name: "permits")` of each value of `join__Graph`. */
export function subgraphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const graphs = definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === "join__Graph",
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives = [] }) => [
      name.value,
      directives.map((directive) => argumentOf(directive, "name")).find((found) => found !== undefined) ?? "",
    ]),
  );
}

/** The selection set of a `@join__field(requires: "...")`. */
export function requiredBy(directive: DirectiveNode): SelectionSetNode | undefined {
  const required = directive.name.value === "join__field" ? argumentOf(directive, "requires") : undefined;
  if (!required) return undefined;
  const [operation] = parse(`{ ${required} }`, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
}

/** An argument that is a string or the name of an enum's value. */
export function argumentOf(directive: DirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
