import { type Operation, Supergraph } from "@apollo/federation-internals";
import { type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { separateRequires } from "./separate-requires.ts";
import { hasUnmetRequires, readRequirements } from "./unmet-requires.ts";

/**
 * What a plan asks of a subgraph has no named fragments: what is read out of its operations (who answers a root field,
 * where an error belongs, which variant a field needs) is read field by field.
 */
const settings = { reuseQueryFragments: false };

export interface Planner {
  plan(operation: Operation): QueryPlan;
}

/** Apollo's planner, whose plans are checked: one that asks for a field before what the field requires is made anew. */
export function createPlanner(supergraph: Supergraph, planningSdl: string): Planner {
  const planner = new QueryPlanner(supergraph, settings);
  const requirements = readRequirements(planningSdl);
  let careful: QueryPlanner | undefined;
  return {
    plan(operation) {
      const plan = planner.buildQueryPlan(operation);
      if (!hasUnmetRequires(plan, requirements)) return plan;
      careful ??= new QueryPlanner(
        Supergraph.build(separateRequires(planningSdl), { validateSupergraph: false }),
        settings,
      );
      return careful.buildQueryPlan(operation);
    },
  };
}
