import type { SelectionSetNode } from "graphql";
import { type CitizenRepresentation, type CitizenShape, planCitizens, shapeCitizens } from "./citizens.ts";
import { type Key, keyOfId } from "./keys.ts";
import type { Planner } from "./planner.ts";
import { loadReferences, planReference, type ReferencePlan } from "./references.ts";
import type { Request, Shaped, ShapedObject } from "./request.ts";

/** How `_entities` is answered, by type of the representations. Plans are made when a type first comes. */
export interface EntitiesPlan {
  readonly selectionSets: readonly SelectionSetNode[];
  citizens?: CitizenShape;
  readonly rows: Map<string, ReferencePlan>;
}

interface Representation extends CitizenRepresentation {
  readonly __typename: string;
}

/** Answers the representations, each in its place: null for what is not known here. */
export async function loadEntities(
  plan: EntitiesPlan,
  representations: readonly unknown[],
  planner: Planner,
  request: Request,
): Promise<readonly Shaped[]> {
  const answers: Shaped[] = representations.map(() => null);
  const places = new Map<string, number[]>();
  for (const [index, representation] of representations.entries()) {
    const type = (representation as Partial<Representation> | null)?.__typename;
    if (typeof type !== "string") continue;
    const same = places.get(type);
    if (same) same.push(index);
    else places.set(type, [index]);
  }
  await Promise.all(
    [...places].map(async ([type, indexes]) => {
      const own = indexes.map((index) => representations[index] as Representation);
      const found = await loadType(plan, type, own, planner, request);
      for (const [at, index] of indexes.entries()) {
        const answer = found[at] ?? null;
        if (answer !== null) request.typeNames.set(answer, type);
        answers[index] = answer;
      }
    }),
  );
  return answers;
}

async function loadType(
  plan: EntitiesPlan,
  type: string,
  representations: readonly Representation[],
  planner: Planner,
  request: Request,
): Promise<readonly (ShapedObject | Error | null)[]> {
  if (type === "Citizen") {
    plan.citizens ??= planCitizens(plan.selectionSets, planner);
    return shapeCitizens(plan.citizens, representations, request);
  }
  const model = planner.model.types.get(type);
  if (!model) return [];
  let rows = plan.rows.get(type);
  if (!rows) {
    const reference = { name: "id", type, on: model.id, where: [] };
    rows = planReference(reference, type, plan.selectionSets, planner);
    plan.rows.set(type, rows);
  }
  const keys = representations.map(({ id }): Key | undefined => {
    return typeof id === "string" ? keyOfId(planner.model, type, id, model.id.length) : undefined;
  });
  return (await loadReferences(rows, keys, request)) as readonly (ShapedObject | Error | null)[];
}
