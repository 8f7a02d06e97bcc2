import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumTypeExtensionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type StringValueNode,
} from "graphql";
import { vocabularyRole } from "../../vocabulary/vocabulary.ts";
import type { FaultList } from "./fault.ts";

/** A type as the file declares it, its extensions merged in. */
export interface ObjectDeclaration {
  readonly name: NameNode;
  readonly description?: StringValueNode;
  readonly interfaces: readonly NamedTypeNode[];
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: readonly FieldDefinitionNode[];
}

export interface EnumDeclaration {
  readonly name: NameNode;
  readonly description?: StringValueNode;
  readonly directives: readonly ConstDirectiveNode[];
  readonly values: readonly EnumValueDefinitionNode[];
}

/** What a `department.graphql` declares, sorted by kind, in the order of the file. */
export interface Declarations {
  /** Directives of `extend schema`. */
  readonly schema: readonly ConstDirectiveNode[];
  /** The department's own types, connections it defines itself included; not Citizen and Query. */
  readonly types: ReadonlyMap<string, ObjectDeclaration>;
  readonly citizen?: ObjectDeclaration;
  readonly query?: ObjectDeclaration;
  readonly enums: ReadonlyMap<string, EnumDeclaration>;
}

/** Sorts the definitions of a file; whatever has no place in a wrapper is a fault. */
export function readDeclarations(document: DocumentNode, faults: FaultList): Declarations {
  const schema: ConstDirectiveNode[] = [];
  const objects = new Map<string, ObjectDeclaration>();
  const enums = new Map<string, EnumDeclaration>();
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      schema.push(...(node.directives ?? []));
      const [root] = node.operationTypes ?? [];
      if (root) faults.add(root, "only directives on `extend schema`", "a root type", "write `extend type Query`");
    } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) {
      if (mayBeDeclared(node, faults)) objects.set(node.name.value, mergeObject(objects, node, faults));
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_EXTENSION) {
      if (mayBeEnum(node, faults)) enums.set(node.name.value, mergeEnum(enums, node, faults));
    } else {
      refuse(node, faults);
    }
  }
  const citizen = objects.get("Citizen");
  const query = objects.get("Query");
  const types = new Map([...objects].filter(([name]) => name !== "Citizen" && name !== "Query"));
  for (const name of types.keys()) {
    const again = enums.get(name);
    if (again) faults.add(again.name, `one definition of ${name}`, "a type and an enum of that name", "rename one");
  }
  return { schema, types, enums, ...(citizen ? { citizen } : {}), ...(query ? { query } : {}) };
}

function mayBeDeclared(node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode, faults: FaultList): boolean {
  const name = node.name.value;
  if (name === "Citizen" || name === "Query") {
    const [implemented] = node.interfaces ?? [];
    if (implemented) faults.add(implemented, `no interface on ${name}`, `\`${implemented.name.value}\``, "remove it");
    return true;
  }
  if (name === "Mutation" || name === "Subscription") {
    faults.add(node.name, "types that are read", `\`${name}\``, "remove it: a wrapper can never write nor push");
    return false;
  }
  return isFreeName(node.name, faults);
}

function mayBeEnum(node: EnumTypeDefinitionNode | EnumTypeExtensionNode, faults: FaultList): boolean {
  return vocabularyRole(node.name.value) === "enum" || isFreeName(node.name, faults);
}

function isFreeName(node: NameNode, faults: FaultList): boolean {
  const name = node.value;
  if (vocabularyRole(name)) {
    faults.add(
      node,
      "a name that the vocabulary does not define",
      `\`${name}\``,
      vocabularyRole(name) === "enum" || vocabularyRole(name) === "owned"
        ? "choose another name"
        : "remove the definition: the wrapper publishes the vocabulary's, and types may name it",
    );
    return false;
  }
  if (name.startsWith("_") || name.includes("__") || builtIn.has(name)) {
    faults.add(node, "a name of your own", `the reserved \`${name}\``, "choose another name");
    return false;
  }
  return true;
}

const builtIn = new Set(["String", "Int", "Float", "Boolean", "ID", "FieldSet"]);

function mergeObject(
  objects: ReadonlyMap<string, ObjectDeclaration>,
  node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
  faults: FaultList,
): ObjectDeclaration {
  const before = objects.get(node.name.value);
  if (before && node.kind === Kind.OBJECT_TYPE_DEFINITION) duplicate(node.name, "type", faults);
  const fields = [...(before?.fields ?? [])];
  for (const field of node.fields ?? []) {
    if (fields.some(({ name }) => name.value === field.name.value)) {
      faults.add(
        field.name,
        `one field \`${field.name.value}\` in ${node.name.value}`,
        "a second",
        "remove one of them",
      );
    } else {
      fields.push(field);
    }
  }
  const description = (node.kind === Kind.OBJECT_TYPE_DEFINITION && node.description) || before?.description;
  return {
    name: before?.name ?? node.name,
    ...(description ? { description } : {}),
    interfaces: [...(before?.interfaces ?? []), ...(node.interfaces ?? [])],
    directives: [...(before?.directives ?? []), ...(node.directives ?? [])],
    fields,
  };
}

function mergeEnum(
  enums: ReadonlyMap<string, EnumDeclaration>,
  node: EnumTypeDefinitionNode | EnumTypeExtensionNode,
  faults: FaultList,
): EnumDeclaration {
  const before = enums.get(node.name.value);
  if (before && node.kind === Kind.ENUM_TYPE_DEFINITION) duplicate(node.name, "enum", faults);
  const values = [...(before?.values ?? [])];
  for (const value of node.values ?? []) {
    if (values.some(({ name }) => name.value === value.name.value)) {
      faults.add(
        value.name,
        `one value \`${value.name.value}\` in ${node.name.value}`,
        "a second",
        "remove one of them",
      );
    } else {
      values.push(value);
    }
  }
  const description = (node.kind === Kind.ENUM_TYPE_DEFINITION && node.description) || before?.description;
  return {
    name: before?.name ?? node.name,
    ...(description ? { description } : {}),
    directives: [...(before?.directives ?? []), ...(node.directives ?? [])],
    values,
  };
}

function duplicate(name: NameNode, kind: string, faults: FaultList): void {
  faults.add(
    name,
    `one definition of ${name.value}`,
    "a second",
    `write \`extend ${kind} ${name.value}\` or merge them`,
  );
}

function refuse(node: DefinitionNode, faults: FaultList): void {
  const words: Partial<Record<Kind, readonly [string, string]>> = {
    [Kind.SCALAR_TYPE_DEFINITION]: ["a scalar", "use String, Int, Float, Boolean, ID, Date, DateTime or Decimal"],
    [Kind.INTERFACE_TYPE_DEFINITION]: ["an interface", "types may implement ServiceRequest and Interaction"],
    [Kind.UNION_TYPE_DEFINITION]: ["a union", "give each type a list of its own"],
    [Kind.INPUT_OBJECT_TYPE_DEFINITION]: ["an input type", "declare each filter as an argument of its own"],
    [Kind.DIRECTIVE_DEFINITION]: ["a directive definition", "remove it: the wrapper knows its directives"],
    [Kind.OPERATION_DEFINITION]: ["a query", "this file holds the schema; queries go to the gateway"],
  };
  const name = "name" in node ? node.name : undefined;
  const role = name && vocabularyRole(name.value);
  const [found, remedy] = words[node.kind] ?? ["something else", "remove it"];
  faults.add(
    name ?? node,
    "types, enums and `extend schema`",
    name ? `${found}, \`${name.value}\`` : found,
    role ? `remove it: the wrapper publishes the vocabulary's ${name?.value}` : remedy,
  );
}
