import type { SelectionSetNode } from "graphql";
import { type CitizenRepresentation, type CitizenShape, planCitizens, shapeCitizens } from "./citizens.ts";
import { type Key, keyOfId } from "./keys.ts";
import type { Planner } from "./planner.ts";
import { loadReferences, planReference, type ReferencePlan } from "./references.ts";
import type { Request, Shaped } from "./request.ts";

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
  const only = onlyType(representations);
  const answers =
    only === undefined
      ? await loadTypes(plan, representations, planner, request)
      : await loadType(plan, only, representations as readonly Representation[], planner, request);
  request.entities.push({ answers, representations });
  return answers;
}

/** The type of all of them, where they have one. */
function onlyType(representations: readonly unknown[]): string | undefined {
  const type = typeOf(representations[0]);
  return type !== undefined && representations.every((each) => typeOf(each) === type) ? type : undefined;
}

function typeOf(representation: unknown): string | undefined {
  const type = (representation as Partial<Representation> | null | undefined)?.__typename;
  return typeof type === "string" ? type : undefined;
}

async function loadTypes(
  plan: EntitiesPlan,
  representations: readonly unknown[],
  planner: Planner,
  request: Request,
): Promise<readonly Shaped[]> {
  const answers: Shaped[] = representations.map(() => null);
  const places = new Map<string, number[]>();
  for (const [index, representation] of representations.entries()) {
    const type = typeOf(representation);
    if (type === undefined) continue;
    const same = places.get(type);
    if (same) same.push(index);
    else places.set(type, [index]);
  }
  await Promise.all(
    [...places].map(async ([type, indexes]) => {
      const own = indexes.map((index) => representations[index] as Representation);
      const found = await loadType(plan, type, own, planner, request);
      for (const [at, index] of indexes.entries()) answers[index] = found[at] ?? null;
    }),
  );
  return answers;
}

/** Types of the entities of an answer, for graphql-js: their `__typename` need not be selected. */
export function typeNamesOf({ entities }: Request): ReadonlyMap<object, string> {
  const names = new Map<object, string>();
  for (const { answers, representations } of entities) {
    for (const [index, answer] of answers.entries()) {
      const type = typeOf(representations[index]);
      if (answer !== null && type !== undefined) names.set(answer as object, type);
    }
  }
  return names;
}

function loadType(
  plan: EntitiesPlan,
  type: string,
  representations: readonly Representation[],
  planner: Planner,
  request: Request,
): Promise<readonly Shaped[]> {
  if (type === "Citizen") {
    plan.citizens ??= planCitizens(plan.selectionSets, planner);
    return shapeCitizens(plan.citizens, representations, request);
  }
  const model = planner.model.types.get(type);
  if (!model) return Promise.resolve(representations.map(() => null));
  let rows = plan.rows.get(type);
  if (!rows) {
    const reference = { name: "id", type, on: model.id, where: [] };
    rows = planReference(reference, type, plan.selectionSets, planner);
    plan.rows.set(type, rows);
  }
  const keys = representations.map(({ id }): Key | undefined => {
    return typeof id === "string" ? keyOfId(planner.model, type, id, model.id.length) : undefined;
  });
  return loadReferences(rows, keys, request);
}
