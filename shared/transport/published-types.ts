import { Kind, parse, type TypeNode } from "graphql";

export interface PublishedField {
  /** Named type without lists and `!`. */
  readonly type: string;
  readonly nonNull: boolean;
  /** Scalar or enum, in lists or not. */
  readonly leaf: boolean;
  readonly requiresArguments: boolean;
}

export interface PublishedTypes {
  field(type: string, field: string): PublishedField | undefined;
  /** Whether an object of type `actual` may stand where `expected` was asked for. */
  fits(actual: unknown, expected: string): boolean;
  readonly rootTypes: Readonly<Record<"query" | "mutation" | "subscription", string>>;
}

/** What published SDL says of its types, without building a schema: it names directives that others define. */
export function readPublishedTypes(sdl: string): PublishedTypes {
  const fields = new Map<string, Map<string, PublishedField>>();
  const members = new Map<string, Set<string>>();
  const composite = new Set<string>();
  const { definitions } = parse(sdl);

  for (const node of definitions) {
    if (!("kind" in node) || !("name" in node) || !node.name) continue;
    if (/^(Object|Interface|Union)Type/.test(node.kind)) composite.add(node.name.value);
  }
  for (const node of definitions) {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION: {
        const known = entryOf(fields, node.name.value, () => new Map<string, PublishedField>());
        for (const { name, type, arguments: given = [] } of node.fields ?? []) {
          const named = namedType(type);
          known.set(name.value, {
            type: named,
            nonNull: type.kind === Kind.NON_NULL_TYPE,
            leaf: !composite.has(named),
            requiresArguments: given.some((arg) => arg.type.kind === Kind.NON_NULL_TYPE && !arg.defaultValue),
          });
        }
        for (const { name } of node.interfaces ?? []) {
          entryOf(members, name.value, () => new Set<string>()).add(node.name.value);
        }
        break;
      }
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.UNION_TYPE_EXTENSION:
        for (const { name } of node.types ?? []) {
          entryOf(members, node.name.value, () => new Set<string>()).add(name.value);
        }
    }
  }
  return {
    field: (type, field) => fields.get(type)?.get(field),
    fits: (actual, expected) =>
      actual === expected || (typeof actual === "string" && members.get(expected)?.has(actual) === true),
    rootTypes: { query: "Query", mutation: "Mutation", subscription: "Subscription" },
  };
}

function namedType(type: TypeNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

function entryOf<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
