import {
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Tree } from "./tree.ts";

export type Introspect = (variables: Readonly<Record<string, unknown>>) => Tree;

/**
 * Answers the `__schema` and `__type` of an operation from the API schema, or undefined when it asks for neither. Without
 * variables the answer is made once.
 */
export function compileIntrospection(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Introspect | undefined {
  if (operation.operation !== "query") return undefined;
  const selectionSet = introspectionOnly(operation.selectionSet, fragments);
  if (selectionSet.selections.length === 0) return undefined;
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet }, ...fragments.values()],
  };
  const answer: Introspect = (variableValues) => {
    // Reading a schema that is in memory awaits nothing.
    const result = execute({ schema, document, variableValues, operationName: operation.name?.value });
    return result instanceof Promise ? {} : { ...result.data };
  };
  if (operation.variableDefinitions?.length) return answer;
  let kept: Tree | undefined;
  return (variables) => {
    kept ??= answer(variables);
    return kept;
  };
}

function introspectionOnly(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  return {
    kind: Kind.SELECTION_SET,
    selections: selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD) return /^__(schema|type)$/.test(node.name.value) ? [node] : [];
      const below = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (!below) return [];
      const selectionSet = introspectionOnly(below.selectionSet, fragments);
      if (selectionSet.selections.length === 0) return [];
      return [{ kind: Kind.INLINE_FRAGMENT, directives: node.directives, selectionSet }];
    }),
  };
}
