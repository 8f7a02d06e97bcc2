import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type ScalarTypeDefinitionNode,
  visit,
} from "graphql";

export type VocabularyDefinition =
  | ObjectTypeDefinitionNode
  | InterfaceTypeDefinitionNode
  | EnumTypeDefinitionNode
  | ScalarTypeDefinitionNode;

/**
 * What a subgraph may do with a type of the vocabulary: publish a value type, enum, scalar or interface whole; hold an
 * entity as a stub of its key; leave an owned type to the one subgraph that it belongs to.
 */
export type VocabularyRole = "value" | "enum" | "scalar" | "interface" | "entity" | "owned";

/** The published terms: every type of the `.graphql` files of this folder, by name. */
export const vocabulary: ReadonlyMap<string, VocabularyDefinition> = readVocabulary();

/** Which of the roles a type of the vocabulary has, or undefined where the vocabulary has no such type. */
export function vocabularyRole(name: string): VocabularyRole | undefined {
  const definition = vocabulary.get(name);
  if (!definition) return undefined;
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION) return "enum";
  if (definition.kind === Kind.SCALAR_TYPE_DEFINITION) return "scalar";
  if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) return "interface";
  if (hasDirective(definition, "key")) return "entity";
  return hasDirective(definition, "shareable") ? "value" : "owned";
}

/**
 * The definitions of these types and of all that they mention, sorted by name. Entities are stubs of their key
 * (`resolvable: false`), except those named in `own`, which are left out together with what only they mention: their
 * subgraph defines them itself. Citizen is never included.
 *
 * @throws Error for a name that is not in the vocabulary: a slip in the calling subgraph's code.
 */
export function vocabularyDefinitions(
  names: Iterable<string>,
  { own = [] }: { own?: Iterable<string> } = {},
): readonly VocabularyDefinition[] {
  const left = new Set<string>(own);
  const found = new Map<string, VocabularyDefinition>();
  const include = (name: string): void => {
    if (left.has(name) || found.has(name)) return;
    const definition = vocabulary.get(name);
    if (!definition)
      throw new Error(`The vocabulary has no type ${name}; it has ${[...vocabulary.keys()].join(", ")}.`);
    const published = vocabularyRole(name) === "entity" ? stubOf(definition) : definition;
    found.set(name, published);
    for (const mentioned of mentionedTypes(published)) if (vocabulary.has(mentioned)) include(mentioned);
  };
  for (const name of names) include(name);
  return [...found.values()].sort((one, other) => (one.name.value < other.name.value ? -1 : 1));
}

/** The same as `vocabularyDefinitions`, as SDL text; for the subgraphs that are written by hand. */
export function vocabularySdl(names: Iterable<string>, options?: { own?: Iterable<string> }): string {
  return vocabularyDefinitions(names, options).map(print).join("\n\n");
}

/** Names of the types that fields, arguments and `implements` of the definition mention, in order, each once. */
export function mentionedTypes(definition: DefinitionNode): readonly string[] {
  const names = new Set<string>();
  visit(definition, {
    NamedType(node) {
      names.add(node.name.value);
    },
  });
  return [...names];
}

function readVocabulary(): Map<string, VocabularyDefinition> {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const definitions = new Map<string, VocabularyDefinition>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".graphql")) continue;
    for (const definition of parse(readFileSync(`${folder}${file}`, "utf8"), { noLocation: true }).definitions) {
      definitions.set((definition as VocabularyDefinition).name.value, definition as VocabularyDefinition);
    }
  }
  return definitions;
}

function stubOf(definition: VocabularyDefinition): VocabularyDefinition {
  const { name, description, fields = [] } = definition as ObjectTypeDefinitionNode;
  const key = keyOf(definition as ObjectTypeDefinitionNode);
  const directive = `@key(fields: "${key}", resolvable: false)`;
  const stub = parse(`type ${name.value} ${directive} { ${key}: ID! }`, { noLocation: true }).definitions[0];
  const keyField = fields.filter((field) => field.name.value === key);
  return { ...(stub as ObjectTypeDefinitionNode), ...(description ? { description } : {}), fields: keyField };
}

/** The key of an entity of the vocabulary: each has one of a single field. */
function keyOf(definition: ObjectTypeDefinitionNode): string {
  const argument = definition.directives?.find(({ name }) => name.value === "key")?.arguments?.[0]?.value;
  if (argument?.kind !== Kind.STRING) throw new Error(`${definition.name.value} has no key in the vocabulary.`);
  return argument.value;
}

function hasDirective(definition: VocabularyDefinition, name: string): boolean {
  return definition.directives?.some((directive) => directive.name.value === name) ?? false;
}
