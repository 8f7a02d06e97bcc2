import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from "graphql";
import { argumentOf } from "./join-directives.ts";

/** Ends the name of the second of two subgraphs that are planned in the place of one. */
const second = " for @requires";

/** The subgraph that is asked for what is planned of another name. */
export function askedSubgraph(plannedName: string): string {
  return plannedName.endsWith(second) ? plannedName.slice(0, -second.length) : plannedName;
}

/**
 * A supergraph that plans each subgraph with `@requires` as two: a first that has the root fields and lacks those with
 * `@requires`, and a second that is reached by keys alone and has them.
 *
 * Where one requirement needs another of the subgraph that the plan starts from, the planner adds the field to the first
 * fetch, which cannot yet send what the field requires. Of two subgraphs it must go to the second by a key.
 */
export function separateRequires(supergraphSdl: string): string {
  const document = parse(supergraphSdl, { noLocation: true });
  const graphs = new Set<string>();
  visit(document, {
    Directive(directive) {
      const graph = argumentOf(directive, "graph");
      if (graph && isRequiring(directive)) graphs.add(graph);
    },
  });
  if (graphs.size === 0) return supergraphSdl;

  const suffix = unusedSuffix(supergraphSdl);
  const copied = (directive: ConstDirectiveNode): ConstDirectiveNode[] => {
    const graph = argumentOf(directive, "graph");
    if (!directive.name.value.startsWith("join__") || !graph || !graphs.has(graph)) return [directive];
    const copy = withArgument(directive, "graph", { kind: Kind.ENUM, value: graph + suffix });
    return isRequiring(directive) ? [copy] : [directive, copy];
  };
  const both = <T extends { readonly directives?: readonly ConstDirectiveNode[] }>(node: T): T => ({
    ...node,
    directives: node.directives?.flatMap(copied) ?? [],
  });
  const roots = rootTypes(document);
  const graphOf = (value: EnumValueDefinitionNode): EnumValueDefinitionNode[] => {
    if (!graphs.has(value.name.value)) return [value];
    const directives = value.directives?.map((directive) => {
      const name = (argumentOf(directive, "name") ?? "") + second;
      return withArgument(directive, "name", { kind: Kind.STRING, value: name });
    });
    return [
      value,
      { ...value, name: { kind: Kind.NAME, value: value.name.value + suffix }, directives: directives ?? [] },
    ];
  };
  const fieldsOf = ({ name, fields = [], directives = [] }: ObjectTypeDefinitionNode) =>
    roots.has(name.value) ? fields.map((field) => withGraphs(field, directives)) : fields.map(both);
  return print(
    visit(document, {
      ObjectTypeDefinition: (node) => ({ ...both(node), fields: fieldsOf(node) }),
      InterfaceTypeDefinition: (node) => ({ ...both(node), fields: node.fields?.map(both) ?? [] }),
      InputObjectTypeDefinition: (node) => ({ ...both(node), fields: node.fields?.map(both) ?? [] }),
      UnionTypeDefinition: both,
      ScalarTypeDefinition: both,
      EnumTypeDefinition: (node) =>
        node.name.value === "join__Graph"
          ? { ...node, values: node.values?.flatMap(graphOf) ?? [] }
          : { ...both(node), values: node.values?.map(both) ?? [] },
    }),
  );
}

function isRequiring(directive: DirectiveNode): boolean {
  return directive.name.value === "join__field" && Boolean(argumentOf(directive, "requires"));
}

function withArgument(directive: ConstDirectiveNode, name: string, value: ConstValueNode): ConstDirectiveNode {
  const replaced = directive.arguments?.map((given) => (given.name.value === name ? { ...given, value } : given));
  return { ...directive, arguments: replaced ?? [] };
}

/** A root field that says which subgraphs have it, where saying nothing means all that have the type. */
function withGraphs(field: FieldDefinitionNode, ofType: readonly ConstDirectiveNode[]): FieldDefinitionNode {
  const { directives = [] } = field;
  if (directives.some(({ name }) => name.value === "join__field")) return field;
  const graphs = ofType
    .filter(({ name }) => name.value === "join__type")
    .flatMap(({ arguments: given = [] }) => given.filter(({ name }) => name.value === "graph"));
  const said = graphs.map(
    (graph): ConstDirectiveNode => ({
      kind: Kind.DIRECTIVE,
      name: { kind: Kind.NAME, value: "join__field" },
      arguments: [graph],
    }),
  );
  return { ...field, directives: [...directives, ...said] };
}

function rootTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  const schema = definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION);
  const named = schema?.kind === Kind.SCHEMA_DEFINITION ? schema.operationTypes : [];
  return new Set(named.map(({ type }) => type.name.value));
}

function unusedSuffix(sdl: string): string {
  let suffix = "_REQUIRES";
  while (sdl.includes(suffix)) suffix += "_";
  return suffix;
}
