import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { merge, ownValue, type Tree } from "./tree.ts";
import type { TypeNames } from "./type-names.ts";

/** Makes of an object what a fetch sends as its representation, or null where it lacks something. */
export type Represent = (object: unknown) => Tree | null;

/** Compiles the `requires` of a fetch. */
export function compileRepresent(selections: readonly QueryPlanSelectionNode[], typeNames: TypeNames): Represent {
  const [only] = selections;
  // Representations of one type: what is found is the result.
  if (only?.kind === "InlineFragment" && selections.length === 1) {
    const represent = compileRepresent(only.selections, typeNames);
    const covers = coverage(only.typeCondition, typeNames);
    return (object) => {
      if (typeof object !== "object" || object === null) return null;
      return (covers(object as Tree) && represent(object)) || {};
    };
  }
  const parts = selections.map((selection) => compilePart(selection, typeNames));
  return (object) => {
    if (typeof object !== "object" || object === null) return null;
    const result: Tree = {};
    for (const part of parts) if (!part(object as Tree, result)) return null;
    return result;
  };
}

/** Adds its part to the representation; false when the object lacks it. */
type Part = (object: Tree, result: Tree) => boolean;

function compilePart(selection: QueryPlanSelectionNode, typeNames: TypeNames): Part {
  if (selection.kind === "InlineFragment") {
    const represent = compileRepresent(selection.selections, typeNames);
    const covers = coverage(selection.typeCondition, typeNames);
    return (object, result) => {
      const found = covers(object) && represent(object);
      if (found) merge(result, found);
      return true;
    };
  }
  const key = selection.alias ?? selection.name;
  const below = selection.selections ? compileRepresent(selection.selections, typeNames) : undefined;
  return (object, result) => {
    const value = ownValue(object, key);
    if (value === undefined) return false;
    result[key] = below ? each(value, below) : value;
    return true;
  };
}

/** Whether a fragment with this type condition is for an object. */
function coverage(condition: string | undefined, typeNames: TypeNames): (object: Tree) => boolean {
  if (condition === undefined) return () => true;
  const covered = typeNames(condition);
  return ({ __typename }) => typeof __typename === "string" && covered.has(__typename);
}

function each(value: unknown, represent: Represent): unknown {
  return Array.isArray(value) ? value.map((item) => each(item, represent)) : represent(value);
}
