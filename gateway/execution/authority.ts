import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Tree } from "./tree.ts";

/**
 * A type of which one subgraph alone knows who there is. Others refer to its entities by a key that they cannot check:
 * where the authority answers null for the key, or nothing at all, the reference is null, whatever is selected of it.
 *
 * Federation has no such rule. To it a reference is an object as soon as a subgraph gives it, and an entity that
 * cannot be resolved lacks fields: an object full of nulls, or null where one of the missing fields may not be null.
 */
export interface Authority {
  /** Name of the subgraph. */
  readonly subgraph: string;
  readonly type: string;
  /** The key by which others refer to the type. */
  readonly key: string;
  /** A field that clients see and the authority alone answers. */
  readonly field: string;
}

/** Whether a representation is such a reference. */
export function refersTo({ type, key }: Authority, representation: Tree): boolean {
  return representation.__typename === type && key in representation;
}

/**
 * The document as it is planned, in which the authority is asked about each reference, also about one of which nothing
 * is selected that only the authority leads to, as in `holder { __typename }`.
 */
export function askAuthority(document: DocumentNode, schema: GraphQLSchema, { type, field }: Authority): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const asked: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: field } };

  /** A field is selected for all values of the variables. */
  function asksAlways({ selections }: SelectionSetNode): boolean {
    return selections.some((node) => {
      if (node.directives?.length) return false;
      if (node.kind === Kind.FIELD) return node.name.value !== "__typename";
      const below = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      const condition = below?.typeCondition?.name.value ?? type;
      return below !== undefined && condition === type && asksAlways(below.selectionSet);
    });
  }

  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave(node) {
          const { selectionSet } = node;
          if (!selectionSet || getNamedType(types.getType())?.name !== type || asksAlways(selectionSet)) return;
          return { ...node, selectionSet: { ...selectionSet, selections: [...selectionSet.selections, asked] } };
        },
      },
    }),
  );
}
