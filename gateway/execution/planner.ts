import { type Operation, Supergraph } from "@apollo/federation-internals";
import { type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { separateRequires } from "./separate-requires.ts";
import { hasUnmetRequires, readRequirements } from "./unmet-requires.ts";

export interface Planner {
  plan(operation: Operation): QueryPlan;
}

/** Apollo's planner, whose plans are checked: one that asks for a field before what the field requires is made anew. */
export function createPlanner(supergraph: Supergraph, planningSdl: string): Planner {
  const planner = new QueryPlanner(supergraph);
  const requirements = readRequirements(planningSdl);
  let careful: QueryPlanner | undefined;
  return {
    plan(operation) {
      const plan = planner.buildQueryPlan(operation);
      if (!hasUnmetRequires(plan, requirements)) return plan;
      careful ??= new QueryPlanner(Supergraph.build(separateRequires(planningSdl), { validateSupergraph: false }));
      return careful.buildQueryPlan(operation);
    },
  };
}
