import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from "graphql";
import { mentionedTypes, vocabulary, vocabularyDefinitions, vocabularyRole } from "../vocabulary/vocabulary.ts";
import type { DepartmentModel, FieldModel, TypeModel } from "./model.ts";
import { itemOfConnection, pagingTypes } from "./parse/connections.ts";
import type { Declarations, EnumDeclaration, ObjectDeclaration } from "./parse/declarations.ts";
import { definitions as directiveDefinitions } from "./parse/directive-definitions.ts";
import { interfaceFields } from "./parse/value-fields.ts";

type MappedDepartment = Omit<DepartmentModel, "sdl" | "schema">;

/**
 * The SDL that a department publishes: what its file declares without the mapping, plus what federation and paging
 * need. No table or column name is in it. The same file always gives the same text.
 */
export function publish(department: MappedDepartment, declarations: Declarations): string {
  const own: DefinitionNode[] = [];
  if (declarations.query) own.push(publishObject(declarations.query, department.queryFields));
  const types: DefinitionNode[] = [];
  for (const [name, declaration] of declarations.types) {
    const model = department.types.get(name);
    types.push(model ? publishType(declaration, model) : publishObject(declaration, new Map()));
  }
  for (const [name, declaration] of declarations.enums) {
    if (!vocabularyRole(name)) types.push(publishEnum(declaration));
  }
  if (department.citizenFields.size > 0) types.unshift(publishCitizen(declarations.citizen, department));
  own.push(...types);
  const all = [...own, ...publishPaging(own)];
  const shared = vocabularyDefinitions(mentions(all).filter((name) => vocabulary.has(name)));
  const stub = mentions([...all, ...shared]).includes("Citizen") && department.citizenFields.size === 0;
  const document = [...(stub ? [citizenStub()] : []), ...all, ...shared];
  return `${[linkTo(document), ...document.map(print)].join("\n\n")}\n`;
}

/** The directives of federation that an import must name when they are used; built-in ones need none. */
const importable = [
  "authenticated",
  "cost",
  "external",
  "inaccessible",
  "key",
  "listSize",
  "policy",
  "requires",
  "requiresScopes",
  "shareable",
  "tag",
];

function linkTo(document: readonly DefinitionNode[]): string {
  const used = new Set<string>();
  for (const definition of document) {
    visit(definition, {
      Directive(node) {
        used.add(node.name.value);
      },
    });
  }
  const names = importable.filter((name) => used.has(name)).map((name) => `"@${name}"`);
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names.join(", ")}])`;
}

/** Rows of Citizen by the department's own keys alone; identity knows the keys, and the way back from a row. */
function publishCitizen(declaration: ObjectDeclaration | undefined, department: MappedDepartment) {
  const { keysField, citizenFields } = department;
  const frame = parseType(`type Citizen @key(fields: "ref") @key(fields: "record", resolvable: false) {
    ref: ID! @external
    record: ID @inaccessible
    ${keysField}: [ID!] @external
  }`);
  const added = publishFields(declaration?.fields ?? [], citizenFields).map((field) =>
    withDirective(field, `@requires(fields: "${keysField}")`, "first"),
  );
  return {
    ...frame,
    ...(declaration?.description ? { description: declaration.description } : {}),
    directives: [...(frame.directives ?? []), ...stripMapping(declaration?.directives ?? [])],
    fields: [...(frame.fields ?? []), ...added],
  };
}

/** For a department whose rows point to persons, but which adds nothing to them. */
function citizenStub(): ObjectTypeDefinitionNode {
  return parseType('type Citizen @key(fields: "record", resolvable: false) { record: ID @inaccessible }');
}

/**
 * A type with a table. One that implements an interface is an entity, and has all the interface's fields; they are
 * shareable, because the service desk holds some of them for its one queue over all departments.
 */
function publishType(declaration: ObjectDeclaration, model: TypeModel): ObjectTypeDefinitionNode {
  const published = publishObject(declaration, model.fields);
  const inherited = interfaceFields(model.interfaces);
  if (inherited.length === 0) return published;
  const named = (published.fields ?? []).map(({ name }) => name.value);
  const missing = inherited.filter(({ name }) => !named.includes(name.value));
  const fields = [...(published.fields ?? []), ...missing].map((field) => {
    const isShared = field.name.value !== "id" && inherited.some(({ name }) => name.value === field.name.value);
    return isShared ? withDirective(field, "@shareable", "last") : field;
  });
  const key = published.directives?.some(({ name }) => name.value === "key")
    ? []
    : [parseDirective('@key(fields: "id")')];
  return { ...published, directives: [...key, ...(published.directives ?? [])], fields };
}

function publishObject(
  { name, description, interfaces, directives, fields }: ObjectDeclaration,
  models: ReadonlyMap<string, FieldModel>,
): ObjectTypeDefinitionNode {
  return {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name,
    ...(description ? { description } : {}),
    interfaces: interfaces as NamedTypeNode[],
    directives: stripMapping(directives),
    fields: publishFields(fields, models),
  };
}

function publishEnum({ name, description, directives, values }: EnumDeclaration): EnumTypeDefinitionNode {
  return {
    kind: Kind.ENUM_TYPE_DEFINITION,
    name,
    ...(description ? { description } : {}),
    directives: stripMapping(directives),
    values: values.map((value) => ({ ...value, directives: stripMapping(value.directives ?? []) })),
  };
}

function publishFields(
  fields: readonly FieldDefinitionNode[],
  models: ReadonlyMap<string, FieldModel>,
): readonly FieldDefinitionNode[] {
  return fields.map((field) => {
    const published = {
      ...field,
      directives: stripMapping(field.directives ?? []),
      arguments: (field.arguments ?? []).map((argument) => ({
        ...argument,
        directives: stripMapping(argument.directives ?? []),
      })),
    };
    return models.get(field.name.value)?.kind === "rows"
      ? withDirective(published, listSize(field), "last")
      : published;
  });
}

/** A list that pages both ways has two slicing arguments, of which `first` always has a value: its default. */
function listSize(field: FieldDefinitionNode): string {
  const backwards = field.arguments?.some(({ name }) => name.value === "last") ?? false;
  const sized = 'sizedFields: ["nodes", "edges"]';
  return backwards
    ? `@listSize(slicingArguments: ["first", "last"], ${sized}, requireOneSlicingArgument: false)`
    : `@listSize(slicingArguments: ["first"], ${sized})`;
}

/** Connections and edges that are named and not defined, in the order in which they are named. */
function publishPaging(own: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const defined = new Set(own.flatMap((node) => ("name" in node && node.name ? [node.name.value] : [])));
  const named = mentions(own);
  return named.flatMap((name) => {
    const item = itemOfConnection(name) ?? /^(\w+)Edge$/.exec(name)?.[1];
    if (item === undefined || defined.has(name)) return [];
    const { connection, edge } = pagingTypes(item);
    defined.add(name);
    if (name === edge.name.value) return [edge];
    const withEdge = !defined.has(edge.name.value) && !named.includes(edge.name.value);
    return withEdge ? [connection, edge] : [connection];
  });
}

function mentions(document: readonly DefinitionNode[]): readonly string[] {
  return [...new Set(document.flatMap(mentionedTypes))];
}

function stripMapping(directives: readonly ConstDirectiveNode[]): readonly ConstDirectiveNode[] {
  return directives.filter(({ name }) => !directiveDefinitions.directives.get(name.value)?.mapping);
}

/** Adds a directive unless the author wrote one of that name. */
function withDirective(field: FieldDefinitionNode, directive: string, where: "first" | "last"): FieldDefinitionNode {
  const added = parseDirective(directive);
  const before = field.directives ?? [];
  if (before.some(({ name }) => name.value === added.name.value)) return field;
  return { ...field, directives: where === "first" ? [added, ...before] : [...before, added] };
}

function parseType(sdl: string): ObjectTypeDefinitionNode {
  return parse(sdl, { noLocation: true }).definitions[0] as ObjectTypeDefinitionNode;
}

function parseDirective(directive: string): ConstDirectiveNode {
  const [parsed] = parseType(`type T ${directive}`).directives ?? [];
  return parsed as ConstDirectiveNode;
}
