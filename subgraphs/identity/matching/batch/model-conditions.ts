import type { Condition } from "../condition.ts";
import type { Model } from "../model.ts";

type Weighed = Pick<Model, "comparisons" | "dependencies">;

/** The features that the conditions of a model look at, those of one comparison beside each other. */
export function featuresIn(model: Weighed): readonly string[] {
  const features = new Set<string>();
  for (const condition of conditionsOf(model))
    visit(condition, (part) => featuresOf(part).map((one) => features.add(one)));
  return [...features];
}

/** The conditions, as text, that stand more than once in a model and are more than a look at two codes. */
export function repeatedIn(model: Weighed): ReadonlySet<string> {
  const [seen, repeated] = [new Set<string>(), new Set<string>()];
  for (const condition of conditionsOf(model)) {
    visit(condition, (part) => {
      if ("missing" in part || "equal" in part || "not" in part) return;
      const name = JSON.stringify(part);
      (seen.has(name) ? repeated : seen).add(name);
    });
  }
  return repeated;
}

/** How many texts must be compared letter by letter to tell whether a condition holds. */
export function workOf(condition: Condition): number {
  let work = 0;
  visit(condition, (part) => {
    if ("similar" in part || "edits" in part) work += 1;
    if ("across" in part || "crossedAlike" in part) work += 2;
  });
  return work;
}

function conditionsOf({ comparisons, dependencies }: Weighed): Condition[] {
  return [
    ...comparisons.flatMap(({ missing, levels }) => [missing, ...levels.flatMap(({ when }) => when ?? [])]),
    ...dependencies.map(({ when }) => when),
  ];
}

function visit(condition: Condition, see: (part: Condition) => void): void {
  see(condition);
  const parts =
    "all" in condition ? condition.all : "any" in condition ? condition.any : "not" in condition ? [condition.not] : [];
  for (const part of parts) visit(part, see);
}

/** The features that a condition itself looks at, its parts aside. */
function featuresOf(condition: Condition): readonly string[] {
  if ("all" in condition || "any" in condition || "not" in condition) return [];
  if ("missing" in condition) return [condition.missing];
  if ("equal" in condition) return [condition.equal];
  if ("crossed" in condition) return condition.crossed;
  if ("crossedAlike" in condition) return condition.crossedAlike;
  if ("across" in condition) return condition.across;
  if ("similar" in condition) return [condition.similar];
  if ("edits" in condition) return [condition.edits];
  if ("sharing" in condition) return [condition.sharing];
  if ("beginning" in condition) return [condition.beginning];
  if ("starts" in condition) return [condition.starts];
  if ("near" in condition) return [condition.near];
  if ("eitherIs" in condition) return [condition.eitherIs];
  return [condition.eitherShort];
}
