import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  visit,
} from "graphql";

/** The specs by which a supergraph says who may read what. */
const rightsSpecs = ["authenticated", "requiresScopes", "policy"];

/**
 * A copy of a supergraph for a planner that refuses rights specs, and whether there were any.
 *
 * The specs are found by the URL of their `@link`, under whatever name they were linked (`as`) or imported: a search for
 * `@policy` would miss a renamed one and would take out a directive of another spec that is called so.
 */
export function withoutRights(supergraphSdl: string): { planningSdl: string; hasRights: boolean } {
  const document = parse(supergraphSdl, { noLocation: true });
  const links = rightsLinks(document);
  if (links.length === 0) return { planningSdl: supergraphSdl, hasRights: false };
  const directives = new Set(links.flatMap(({ directives }) => directives));
  const types = new Set(links.flatMap(({ types }) => types));
  const namespaces = links.map(({ namespace }) => `${namespace}__`);
  const ofRights = (name: string, names: ReadonlySet<string>) =>
    names.has(name) || namespaces.some((namespace) => name.startsWith(namespace));

  const stripped = visit(document, {
    Directive: (node) => (isRightsLink(node) || ofRights(node.name.value, directives) ? null : undefined),
    DirectiveDefinition: (node) => (ofRights(node.name.value, directives) ? null : undefined),
    ScalarTypeDefinition: (node) => (ofRights(node.name.value, types) ? null : undefined),
  });
  return { planningSdl: print(stripped), hasRights: true };
}

interface RightsLink {
  /** What the spec's elements are called by: `as`, or the spec's own name. */
  readonly namespace: string;
  readonly directives: readonly string[];
  readonly types: readonly string[];
}

function rightsLinks(document: DocumentNode): RightsLink[] {
  return document.definitions.filter(isSchema).flatMap(({ directives = [] }) => directives.flatMap(readLink));
}

function isSchema(node: DefinitionNode) {
  return node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION;
}

function isRightsLink(directive: DirectiveNode): boolean {
  return rightsSpecOf(directive) !== undefined;
}

/** The rights spec that a `@link(url:)` names, whatever the link directive itself is called. */
function rightsSpecOf(directive: DirectiveNode): string | undefined {
  const url = textArgument(directive, "url");
  const [, name] = /\/([A-Za-z]+)\/v\d+\.\d+\/?$/.exec(url ?? "") ?? [];
  return name !== undefined && rightsSpecs.includes(name) ? name : undefined;
}

function readLink(directive: DirectiveNode): RightsLink[] {
  const spec = rightsSpecOf(directive);
  if (!spec) return [];
  const namespace = textArgument(directive, "as") ?? spec;
  const imports = importsOf(directive);
  return [
    {
      namespace,
      directives: [namespace, ...imports.filter((name) => name.startsWith("@")).map((name) => name.slice(1))],
      types: imports.filter((name) => !name.startsWith("@")),
    },
  ];
}

/** Local names of what is imported: `"@policy"` or `{ name: "@policy", as: "@rights" }`. */
function importsOf(directive: DirectiveNode): string[] {
  const value = directive.arguments?.find(({ name }) => name.value === "import")?.value;
  if (value?.kind !== Kind.LIST) return [];
  return value.values.flatMap((item) => {
    if (item.kind === Kind.STRING) return [item.value];
    if (item.kind !== Kind.OBJECT) return [];
    const named = new Map(item.fields.map(({ name, value }) => [name.value, value]));
    const local = named.get("as") ?? named.get("name");
    return local?.kind === Kind.STRING ? [local.value] : [];
  });
}

function textArgument(directive: DirectiveNode | ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
