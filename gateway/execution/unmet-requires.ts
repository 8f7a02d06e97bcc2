import type { PlanNode, QueryPlan, QueryPlanSelectionNode } from "@apollo/query-planner";
import { type DocumentNode, Kind, parse, type SelectionSetNode, visit } from "graphql";
import { requiredBy, subgraphNames } from "./join-directives.ts";

/** By `subgraph field`, whatever the type: the names that each `@requires` of such a field selects. */
export type Requirements = ReadonlyMap<string, readonly (readonly string[])[]>;

export function readRequirements(supergraphSdl: string): Requirements {
  const document = parse(supergraphSdl, { noLocation: true });
  const subgraphs = subgraphNames(document);
  const found = new Map<string, (readonly string[])[]>();
  visit(document, {
    FieldDefinition({ name, directives = [] }) {
      for (const directive of directives) {
        const required = requiredBy(directive);
        const graph = required && directive.arguments?.find((argument) => argument.name.value === "graph")?.value;
        if (!required || graph?.kind !== Kind.ENUM) continue;
        const key = `${subgraphs.get(graph.value)} ${name.value}`;
        found.set(key, [...(found.get(key) ?? []), namesIn(required)]);
      }
    },
  });
  return found;
}

/**
 * Whether some fetch of a plan asks for a field without what the field requires: neither does it send it, nor does it
 * select it beside the field.
 */
export function hasUnmetRequires(plan: QueryPlan, requirements: Requirements): boolean {
  if (requirements.size === 0 || !plan.node || plan.node.kind === "Subscription") return false;
  return isUnmet(plan.node, requirements);
}

function isUnmet(node: PlanNode, requirements: Requirements): boolean {
  switch (node.kind) {
    case "Fetch": {
      const sent = new Set(sentNames(node.requires ?? []));
      return levelsOf(parse(node.operation, { noLocation: true })).some(({ names, ofEntities }) =>
        names.some((name) => {
          const required = requirements.get(`${node.serviceName} ${name}`);
          const known = new Set([...names, ...(ofEntities ? sent : [])]);
          return required !== undefined && !required.some((fields) => fields.every((field) => known.has(field)));
        }),
      );
    }
    case "Flatten":
      return isUnmet(node.node, requirements);
    case "Sequence":
    case "Parallel":
      return node.nodes.some((child) => isUnmet(child, requirements));
    case "Condition":
      return [node.ifClause, node.elseClause].some((child) => child !== undefined && isUnmet(child, requirements));
    default:
      return false;
  }
}

interface Level {
  readonly names: readonly string[];
  /** The fields are those of the fetched entities. */
  readonly ofEntities: boolean;
}

function levelsOf(document: DocumentNode): Level[] {
  const levels: Level[] = [];
  visit(document, {
    OperationDefinition({ selectionSet }) {
      levels.push({ names: namesIn(selectionSet), ofEntities: false });
    },
    Field({ name, selectionSet }) {
      if (selectionSet) levels.push({ names: namesIn(selectionSet), ofEntities: name.value === "_entities" });
    },
  });
  return levels;
}

/** Names of the fields of one level, also of those in fragments. */
function namesIn({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    return node.kind === Kind.INLINE_FRAGMENT ? namesIn(node.selectionSet) : [];
  });
}

function sentNames(selections: readonly QueryPlanSelectionNode[]): string[] {
  return selections.flatMap((node) => (node.kind === "Field" ? [node.name] : sentNames(node.selections)));
}
