import type { PlanNode, QueryPlan } from "@apollo/query-planner";
import { type Compiling, compileFetch, type Step } from "./fetch.ts";
import { askedSubgraph } from "./separate-requires.ts";
import { variantFetches } from "./variant-fetches.ts";

/** Compiles a plan of the planner into one step. */
export function compilePlan({ node }: QueryPlan, compiling: Compiling): Step {
  if (!node) return async () => {};
  if (node.kind === "Subscription") throw new Error("Subscriptions are not planned.");
  return compileNode(node, [], compiling);
}

function compileNode(node: PlanNode, path: readonly string[], compiling: Compiling): Step {
  switch (node.kind) {
    case "Fetch": {
      const asked = { ...node, serviceName: askedSubgraph(node.serviceName) };
      return parallel(variantFetches(asked, compiling.variants).map((fetch) => compileFetch(fetch, path, compiling)));
    }
    case "Flatten":
      return compileNode(node.node, [...path, ...node.path.map(String)], compiling);
    case "Sequence": {
      const steps = node.nodes.map((child) => compileNode(child, path, compiling));
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case "Parallel":
      return parallel(node.nodes.map((child) => compileNode(child, path, compiling)));
    case "Condition": {
      const { condition } = node;
      const then = node.ifClause && compileNode(node.ifClause, path, compiling);
      const otherwise = node.elseClause && compileNode(node.elseClause, path, compiling);
      return async (run) => {
        await (run.coerced[condition] === true ? then : otherwise)?.(run);
      };
    }
    case "Defer":
      throw new Error("@defer is not planned.");
  }
}

function parallel(steps: readonly Step[]): Step {
  const [only] = steps;
  if (only && steps.length === 1) return only;
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
