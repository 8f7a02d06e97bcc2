import { readFileSync } from "node:fs";
import {
  type DirectiveDefinitionNode,
  type EnumTypeDefinitionNode,
  type InputObjectTypeDefinitionNode,
  Kind,
  parse,
} from "graphql";
import { formatNames } from "../../sql/formats/index.ts";

/** A directive that may stand in `department.graphql`. */
export interface DirectiveDefinition {
  readonly node: DirectiveDefinitionNode;
  /** Read by the wrapper and stripped before publication. */
  readonly mapping: boolean;
}

interface Definitions {
  readonly directives: ReadonlyMap<string, DirectiveDefinition>;
  /** Input objects and enums of the mapping language, `Format` included. */
  readonly inputs: ReadonlyMap<string, InputObjectTypeDefinitionNode>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

/** What may be written in `department.graphql`: the mapping language and the directives that are published. */
export const definitions: Definitions = readDefinitions();

/** Directives that the wrapper writes itself, so that an author who does gets told why not. */
export const writtenByWrapper: ReadonlyMap<string, string> = new Map([
  ["link", "the wrapper imports what is used"],
  ["external", "the wrapper writes the keys of Citizen"],
  ["requires", "the wrapper writes the keys of Citizen"],
  ["provides", "a row is always read whole"],
  ["override", "a field belongs to one department"],
  ["interfaceObject", "implement the interface instead"],
  ["extends", "write `extend type` instead"],
  ["composeDirective", "custom directives are not published"],
  ["specifiedBy", "scalars come from the vocabulary"],
]);

function readDefinitions(): Definitions {
  const directives = new Map<string, DirectiveDefinition>();
  const inputs = new Map<string, InputObjectTypeDefinitionNode>();
  const enums = new Map<string, readonly string[]>([["Format", formatNames]]);
  for (const [file, mapping] of [
    ["../directives.graphql", true],
    ["./published-directives.graphql", false],
    ["../../vocabulary/governance.graphql", false],
  ] as const) {
    for (const node of parse(readFileSync(new URL(file, import.meta.url), "utf8"), { noLocation: true }).definitions) {
      if (node.kind === Kind.DIRECTIVE_DEFINITION) directives.set(node.name.value, { node, mapping });
      if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) inputs.set(node.name.value, node);
      if (node.kind === Kind.ENUM_TYPE_DEFINITION) enums.set(node.name.value, valueNames(node));
    }
  }
  return { directives, inputs, enums };
}

function valueNames(node: EnumTypeDefinitionNode): readonly string[] {
  return (node.values ?? []).map(({ name }) => name.value);
}
