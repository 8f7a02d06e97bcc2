import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import { InvalidDocument } from "./documents.ts";

/** Errors are of use one by one; a list of thousands with one fault each is not. */
const maxErrors = 20;

/**
 * Checks the variables against the operation and gives back those that it declares, as they were sent.
 * Throws `InvalidDocument` with `BAD_USER_INPUT` errors.
 */
export function readVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const declared = operation.variableDefinitions;
  if (!declared?.length) return undefined;
  const given = variables ?? {};
  const read = getVariableValues(schema, declared, given, { maxErrors });
  if (read.errors) {
    throw new InvalidDocument(
      read.errors.map((error) => new CivigraphError("BAD_USER_INPUT", { detail: error.message }).toGraphQLError()),
    );
  }
  const kept: Record<string, unknown> = {};
  for (const { variable } of declared) {
    const name = variable.name.value;
    if (Object.hasOwn(given, name)) kept[name] = given[name];
  }
  return kept;
}
