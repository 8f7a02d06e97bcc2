import type { PlanNode, QueryPlan } from "@apollo/query-planner";
import { GraphQLError, type GraphQLObjectType, Kind, parse, type SelectionSetNode } from "graphql";
import { renamedKeys } from "./rewrites.ts";
import { type Selecting, selectedFields } from "./selected-fields.ts";

/** The errors of fields of an operation's root that its plan asks nobody for; `all` where it asks for none. */
export type Unanswered = (conditions: Selecting["conditions"]) => {
  readonly errors: readonly GraphQLError[];
  readonly all: boolean;
};

/**
 * Finds the root fields that a plan leaves out because no subgraph can ever give what is selected of them, such as a
 * field of an interface without types. The planner says nothing of it, and their null would look like an answer.
 *
 * Undefined where the plan asks for all of them.
 */
export function compileUnanswered(
  plan: QueryPlan,
  selecting: Omit<Selecting, "conditions">,
  root: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): Unanswered | undefined {
  const asked = plan.node && plan.node.kind !== "Subscription" ? askedOf(plan.node) : new Set<string>();
  const selected = (conditions: Selecting["conditions"]) =>
    [...selectedFields({ ...selecting, conditions }, root, [selectionSet])]
      .filter(([, [field]]) => !field?.name.value.startsWith("__"))
      .map(([key]) => key);
  if (selected({}).every((key) => asked.has(key))) return undefined;
  return (conditions) => {
    const keys = selected(conditions);
    const lost = keys.filter((key) => !asked.has(key)).map(selecting.clientKey);
    return { errors: lost.map(nobodyAnswers), all: lost.length === keys.length && lost.length > 0 };
  };
}

function nobodyAnswers(key: string): GraphQLError {
  const message = `No subgraph can answer "${key}" with the fields that are selected of it.`;
  return new GraphQLError(message, { path: [key], extensions: { code: "BAD_REQUEST" } });
}

/** Response keys of the root fields that a plan asks for. */
function askedOf(node: PlanNode): Set<string> {
  switch (node.kind) {
    case "Fetch": {
      if (node.requires) return new Set();
      const renamed = renamedKeys(node.outputRewrites);
      return new Set([...rootKeys(node.operation)].map((key) => renamed.get(key) ?? key));
    }
    case "Sequence":
    case "Parallel":
      return new Set(node.nodes.flatMap((child) => [...askedOf(child)]));
    case "Condition":
      return new Set([node.ifClause, node.elseClause].flatMap((child) => (child ? [...askedOf(child)] : [])));
    default:
      return new Set();
  }
}

function rootKeys(operation: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) keys.add((node.alias ?? node.name).value);
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet);
    }
  };
  for (const node of parse(operation, { noLocation: true }).definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) collect(node.selectionSet);
  }
  return keys;
}
