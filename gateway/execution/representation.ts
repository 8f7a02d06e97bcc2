import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { merge, ownValue, type Tree } from "./tree.ts";
import type { TypeNames } from "./type-names.ts";

/** Makes of an object what a fetch sends as its representation, or null where it lacks something. */
export type Represent = (object: unknown) => Tree | null;

/** Compiles the `requires` of a fetch. */
export function compileRepresent(selections: readonly QueryPlanSelectionNode[], typeNames: TypeNames): Represent {
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
    const covered = selection.typeCondition === undefined ? undefined : typeNames(selection.typeCondition);
    return (object, result) => {
      const typename = object.__typename;
      if (covered && !(typeof typename === "string" && covered.has(typename))) return true;
      const found = represent(object);
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

function each(value: unknown, represent: Represent): unknown {
  return Array.isArray(value) ? value.map((item) => each(item, represent)) : represent(value);
}
