import { type GraphQLSchema, getVariableValues, Kind, type OperationDefinitionNode, print } from "graphql";

/** Reads the variables of an operation as graphql-js does: coerced values, or what is wrong with them. */
export type ReadVariables = (variables: Readonly<Record<string, unknown>>) => ReturnType<typeof getVariableValues>;

/**
 * Most operations of a gateway have the one variable `representations`, whose items are of no type that could be
 * coerced: that none of them is null is all there is to see.
 */
export function variablesReader(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
): ReadVariables {
  const definitions = variableDefinitions ?? [];
  const read: ReadVariables = (variables) => getVariableValues(schema, definitions, variables);
  const [only] = definitions;
  if (!only || definitions.length > 1) return read;
  const name = only.variable.name.value;
  const ofEntities = only.type.kind === Kind.NON_NULL_TYPE && print(only.type) === "[_Any!]!";
  if (!ofEntities) return read;
  return (variables) => {
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isWhole(given) ? { coerced: { [name]: given } } : read(variables);
  };
}

function isWhole(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (item === null || item === undefined) return false;
  return true;
}
