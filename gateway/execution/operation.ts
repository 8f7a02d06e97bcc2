import { operationFromDocument, type Schema } from "@apollo/federation-internals";
import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from "graphql";
import { LRUCache } from "lru-cache";
import type { CallContext } from "../../shared/transport/subgraph.ts";
import { askAuthority } from "./authority.ts";
import type { Compiling, Run } from "./fetch.ts";
import { compileIntrospection } from "./introspection.ts";
import { compilePlan } from "./plan.ts";
import { type PlanNames, plannedDocument } from "./planned-names.ts";
import type { Planner } from "./planner.ts";
import { compileShape, type Shape } from "./shape.ts";
import { compileUnanswered } from "./unanswered.ts";
import { createVisiblePaths } from "./visible-paths.ts";

export interface Planning extends Compiling {
  readonly planner: Planner;
  /** The planner's own form of the API schema. */
  readonly plannedSchema: Schema;
  /** The API schema: no hidden types or fields. */
  readonly schema: GraphQLSchema;
  readonly planNames: PlanNames;
}

/** An operation, ready to run any number of times. */
export type CompiledOperation = (
  variables: Readonly<Record<string, unknown>>,
  context: CallContext,
) => Promise<ExecutionResult>;

/** Plans the named operation of a valid document. Throws a GraphQLError when there is no such operation. */
export function compileOperation(
  planning: Planning,
  given: DocumentNode,
  operationName: string | undefined,
): CompiledOperation {
  const { schema, planner, plannedSchema, planNames, authority } = planning;
  const { document, clientKey } = plannedDocument(given, planNames);
  const operation = namedOperation(document, operationName);
  const rootType = schema.getRootType(operation.operation);
  if (!rootType || operation.operation === "subscription") throw badRequest("Subscriptions are not served.");
  const fragments = fragmentsOf(document, operation);
  const { variableDefinitions = [], selectionSet } = operation;

  const selected = onlyOperation(operation, fragments);
  const asked = authority ? askAuthority(selected, schema, authority) : selected;
  const planned = operationFromDocument(plannedSchema, asked, { validate: false });
  const plan = planner.plan(planned);
  const step = compilePlan(plan, planning);
  const unanswered = compileUnanswered(plan, { schema, fragments, clientKey }, rootType, selectionSet);
  const introspect = compileIntrospection(schema, operation, fragments);
  const visible = createVisiblePaths(selectionSet, fragments, clientKey);
  const conditions = conditionVariables(operation, fragments);
  const shapes = new LRUCache<string, Shape>({ max: 32 });

  function shapeFor(coerced: Readonly<Record<string, unknown>>): Shape {
    const key = conditions.map((name) => coerced[name]).join();
    let shape = shapes.get(key);
    if (!shape) {
      shape = compileShape(
        { schema, fragments, conditions: coerced, clientKey },
        rootType as NonNullable<typeof rootType>,
        selectionSet,
      );
      shapes.set(key, shape);
    }
    return shape;
  }

  return async (variables, context) => {
    const { coerced, errors: faults } = getVariableValues(schema, variableDefinitions, variables);
    if (faults) return { errors: faults.map(({ message }) => badRequest(message, "BAD_USER_INPUT")) };
    const undecided = conditions.filter((name) => coerced[name] === null);
    if (undecided.length > 0) return { errors: undecided.map(neitherTrueNorFalse) };
    const nobody = unanswered?.(coerced);
    if (nobody?.all) return { errors: nobody.errors };
    const run: Run = { data: {}, errors: [...(nobody?.errors ?? [])], variables, coerced, context, visible };
    await step(run);
    if (introspect) Object.assign(run.data, introspect(coerced));
    const data = shapeFor(coerced)(run.data);
    return run.errors.length > 0 ? { data, errors: run.errors } : { data };
  };
}

function namedOperation({ definitions }: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const found = name ? operations.filter((operation) => operation.name?.value === name) : operations;
  const [operation, ...others] = found;
  if (!operation) throw badRequest(name ? `There is no operation named "${name}".` : "There is no operation.");
  if (others.length > 0) throw badRequest("The document holds several operations: name one in `operationName`.");
  return operation;
}

/** The fragments that an operation spreads, also within others. A document can hold more, for its other operations. */
function fragmentsOf(
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, FragmentDefinitionNode> {
  const all = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const byName = new Map(all.map((fragment) => [fragment.name.value, fragment]));
  const spread = new Map<string, FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = byName.get(name.value);
        if (!fragment || spread.has(name.value)) return;
        spread.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return spread;
}

function onlyOperation(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] };
}

/** Names of the variables that decide what is selected. */
function conditionVariables(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  const names = new Set<string>();
  visit(onlyOperation(operation, fragments), {
    Directive({ name, arguments: given = [] }) {
      const value = given[0]?.value;
      if (/^(skip|include)$/.test(name.value) && value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

/** A variable that may be null because it has a default is null where it is sent as null. */
function neitherTrueNorFalse(name: string): GraphQLError {
  const message = `Variable "$${name}" decides what is selected: it must be true or false, but got null.`;
  return badRequest(message, "BAD_USER_INPUT");
}

function badRequest(message: string, code = "BAD_REQUEST"): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
