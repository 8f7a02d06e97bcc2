import {
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLInterfaceType,
  type GraphQLNamedOutputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from "graphql";
import { objectMaker, type Property } from "../../shared/object-maker.ts";
import { leafCheck } from "./leaf-values.ts";
import { dependsOnType, type Selecting, selectedFields } from "./selected-fields.ts";
import { absent, isTree, ownValue, type Tree } from "./tree.ts";

/** Makes the client's data of what subgraphs answered: selected fields only, in the order selected, nulls propagated. */
export type Shape = (data: Tree) => Tree | null;

/** Compiles what a client gets from an operation, for one set of values of its `@skip` and `@include` variables. */
export function compileShape(selecting: Selecting, root: GraphQLObjectType, selectionSet: SelectionSetNode): Shape {
  const complete = compileFields(selecting, root, [selectionSet]);
  return (data) => {
    const completed = complete(data, undefined);
    return completed === bubble ? null : completed;
  };
}

/** Stands for a null where the schema allows none: it takes the enclosing value along. */
const bubble = Symbol("null in a non-null place");

/** A completed value, null, or `bubble`. */
type Complete = (value: unknown) => unknown;

/** Makes the client's object of what the subgraphs answered, or `bubble`. */
type CompleteFields = (tree: Tree, context: undefined) => Readonly<Tree> | typeof bubble;

function compileFields(
  selecting: Selecting,
  type: GraphQLObjectType | GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
): CompleteFields {
  const definitions = type.getFields();
  const properties = Array.from(
    selectedFields(selecting, type, selectionSets),
    ([source, nodes]): Property<undefined> => {
      const name = nodes[0]?.name.value as string;
      const key = selecting.clientKey(source);
      // Not the value that a subgraph gave, but the object's type.
      if (name === "__typename") return { key, read: () => type.name };
      const definition = definitions[name];
      // Introspection was completed by graphql-js.
      const complete = definition ? compileValue(selecting, definition.type, nodes) : (value: unknown) => value;
      // A key that every object inherits a value of.
      if (source in Object.prototype) return { key, read: (tree: Tree) => complete(ownValue(tree, source)) };
      return { key, from: source, read: complete };
    },
  );
  return objectMaker(properties, bubble);
}

function compileValue(selecting: Selecting, type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
  if (!isNonNullType(type)) {
    const complete = compileNullable(selecting, type, nodes);
    return (value) => {
      if (value === null || value === undefined) return null;
      const completed = complete(value);
      return completed === bubble ? null : completed;
    };
  }
  const complete = compileNullable(selecting, type.ofType, nodes);
  return (value) => {
    if (value === null || value === undefined) return bubble;
    return complete(value) ?? bubble;
  };
}

function compileNullable(selecting: Selecting, type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
  if (isListType(type)) return compileList(compileValue(selecting, type.ofType, nodes));
  if (isLeafType(type)) {
    const check = leafCheck(type);
    return (value) => (check(value) ? value : null);
  }
  return compileObject(selecting, type as GraphQLNamedOutputType, nodes);
}

function compileList(complete: Complete): Complete {
  return (value) => {
    if (!Array.isArray(value)) return null;
    const result: unknown[] = new Array(value.length);
    for (let index = 0; index < value.length; index++) {
      const item = complete(value[index]);
      if (item === bubble) return bubble;
      result[index] = item;
    }
    return result;
  };
}

function compileObject(selecting: Selecting, type: GraphQLNamedOutputType, nodes: readonly FieldNode[]): Complete {
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  if (isObjectType(type)) {
    const fields = compileFields(selecting, type, selectionSets);
    return (value) => (isTree(value) && value[absent] === undefined ? fields(value, undefined) : null);
  }
  // Of an interface only the types that are met are compiled.
  const byName = new Map<string, CompleteFields | undefined>();
  const fieldsOf = (name: string) => {
    if (byName.has(name)) return byName.get(name);
    const met = selecting.schema.getType(name);
    const fields = met && compileMet(selecting, type, met, selectionSets);
    // Names come from subgraphs: only those of the schema are kept.
    if (met) byName.set(name, fields);
    return fields;
  };
  return (value) => {
    if (!isTree(value) || value[absent]) return null;
    const { __typename: name = type.name } = value;
    const fields = typeof name === "string" ? fieldsOf(name) : undefined;
    return fields ? fields(value, undefined) : null;
  };
}

/**
 * The fields of an object that is said to be of a type, in the place of an abstract one.
 *
 * A subgraph with `@interfaceObject` knows the interface only. That is enough where the client asks nothing that depends
 * on more, for then the plan asks nobody for the type.
 */
function compileMet(
  selecting: Selecting,
  place: GraphQLNamedOutputType,
  met: GraphQLNamedType,
  selectionSets: readonly SelectionSetNode[],
): CompleteFields | undefined {
  if (!isObjectType(met) && !isInterfaceType(met)) return undefined;
  if (met !== place && !selecting.schema.isSubType(place as GraphQLAbstractType, met)) return undefined;
  if (isInterfaceType(met) && dependsOnType(selecting, met, selectionSets)) return undefined;
  return compileFields(selecting, met, selectionSets);
}
