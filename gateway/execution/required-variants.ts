import {
  type ConstArgumentNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  visit,
} from "graphql";
import { argumentOf, requiredBy, subgraphNames } from "./join-directives.ts";

/** A field with the arguments that some `@requires` gives it, under a name of its own. */
export interface Variant {
  /** `required_0_fee` for `fee(currency: "EUR")`. */
  readonly name: string;
  readonly field: string;
  readonly arguments: readonly ConstArgumentNode[];
}

/** The variants below a representation, each by its path of response keys: `category.required_0_fee`. */
export type VariantPaths = ReadonlySet<string>;

export interface RequiredVariants {
  /** The supergraph to plan with: variants are fields of it, and `@requires` names them without arguments. */
  readonly planningSdl: string;
  readonly byName: ReadonlyMap<string, Variant>;
  /** The variants that a field of a subgraph's type requires. */
  needsOf(subgraph: string, type: string, field: string): VariantPaths;
}

/**
 * Gives each field that a `@requires` selects with arguments a name of its own in the planned supergraph.
 *
 * The planner keeps one selection for each response key. Of `fee(currency: "EUR")` and `fee(currency: "USD")`, which two
 * fields require or one field and the client, only one would be asked for, and both would get its value.
 */
export function readVariants(supergraphSdl: string): RequiredVariants {
  const document = parse(supergraphSdl, { noLocation: true });
  const variants = new Map<string, Variant>();
  const prefix = unusedPrefix(supergraphSdl);
  const varied = fieldsWithArguments(document);
  const withVariants = replaceRequired(document, varied, (field, given) => {
    const key = print({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: field }, arguments: given });
    const known = variants.get(key) ?? { name: `${prefix}${variants.size}_${field}`, field, arguments: given };
    variants.set(key, known);
    return known.name;
  });
  const byName = new Map([...variants.values()].map((variant) => [variant.name, variant]));
  const needs = new Map<string, Set<string>>();
  const none: VariantPaths = new Set();
  if (variants.size > 0) readNeeds(withVariants, byName, needs);

  return {
    planningSdl: variants.size > 0 ? print(withDefinitions(withVariants, [...variants.values()])) : supergraphSdl,
    byName,
    needsOf: (subgraph, type, field) =>
      needs.get(`${subgraph} ${type} ${field}`) ?? needs.get(`${subgraph} ${field}`) ?? none,
  };
}

function unusedPrefix(sdl: string): string {
  let prefix = "required_";
  while (sdl.includes(prefix)) prefix += "_";
  return prefix;
}

/** Names of the fields that some `@requires` selects with arguments. */
function fieldsWithArguments(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const required = requiredBy(directive);
      if (!required) return;
      visit(required, { Field: (node) => void (node.arguments?.length && names.add(node.name.value)) });
    },
  });
  return names;
}

/**
 * The supergraph with `name(field, arguments)` in the place of each of these fields that a `@requires` selects, with
 * arguments or without: without, too, it needs a value of its own.
 */
function replaceRequired(
  document: DocumentNode,
  varied: ReadonlySet<string>,
  name: (field: string, given: readonly ConstArgumentNode[]) => string,
): DocumentNode {
  return visit(document, {
    Directive(directive) {
      const required = requiredBy(directive);
      if (!required) return;
      const replaced = visit(required, {
        Field(node) {
          if (!varied.has(node.name.value)) return;
          const given = (node.arguments ?? []) as readonly ConstArgumentNode[];
          return { ...node, name: { kind: Kind.NAME, value: name(node.name.value, given) }, arguments: [] };
        },
      });
      const value = replaced.selections.map(print).join(" ");
      const others = directive.arguments?.filter((argument) => argument.name.value !== "requires") ?? [];
      const requires = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: "requires" } };
      return { ...directive, arguments: [...others, { ...requires, value: { kind: Kind.STRING, value } }] };
    },
  });
}

/** Adds the variants to each type that has their field: what subgraphs say of the field holds for them. */
function withDefinitions(document: DocumentNode, variants: readonly Variant[]): DocumentNode {
  const extended = (node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) => {
    const { fields = [] } = node;
    return { ...node, fields: [...fields, ...fields.flatMap((field) => variantsOf(field, variants))] };
  };
  return visit(document, { ObjectTypeDefinition: extended, InterfaceTypeDefinition: extended });
}

function variantsOf(field: FieldDefinitionNode, variants: readonly Variant[]): FieldDefinitionNode[] {
  const accepted = new Set(field.arguments?.map(({ name }) => name.value));
  return variants
    .filter((variant) => variant.field === field.name.value)
    .filter((variant) => variant.arguments.every(({ name }) => accepted.has(name.value)))
    .map(({ name }) => ({
      kind: Kind.FIELD_DEFINITION,
      name: { kind: Kind.NAME, value: name },
      type: field.type,
      directives: field.directives?.filter((directive) => directive.name.value === "join__field") ?? [],
    }));
}

/** Reads which variants each field requires, by `subgraph type field`, and by `subgraph field` of any type. */
function readNeeds(
  document: DocumentNode,
  byName: ReadonlyMap<string, Variant>,
  needs: Map<string, Set<string>>,
): void {
  const subgraphs = subgraphNames(document);
  const add = (key: string, paths: readonly string[]) => needs.set(key, new Set([...(needs.get(key) ?? []), ...paths]));
  const read = ({ name: type, fields = [] }: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) => {
    for (const { name, directives = [] } of fields) {
      for (const directive of directives) {
        const required = requiredBy(directive);
        if (!required) continue;
        const subgraph = subgraphs.get(argumentOf(directive, "graph") ?? "");
        const paths = variantPaths(required, byName, []);
        add(`${subgraph} ${type.value} ${name.value}`, paths);
        add(`${subgraph} ${name.value}`, paths);
      }
    }
  };
  visit(document, { ObjectTypeDefinition: read, InterfaceTypeDefinition: read });
}

function variantPaths(
  { selections }: SelectionSetNode,
  byName: ReadonlyMap<string, Variant>,
  path: readonly string[],
): string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    const at = node.kind === Kind.FIELD ? [...path, node.name.value] : path;
    const below = node.selectionSet ? variantPaths(node.selectionSet, byName, at) : [];
    return node.kind === Kind.FIELD && byName.has(node.name.value) ? [at.join("."), ...below] : below;
  });
}
