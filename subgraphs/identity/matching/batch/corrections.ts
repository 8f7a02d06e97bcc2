import { type Model, priorWeight, weightOf } from "../model.ts";

/** A dependency as the weights of one pair are corrected by it. */
export interface Correction {
  /** Its number in the model. */
  readonly number: number;
  /** The comparisons it is about. */
  readonly positions: readonly number[];
  /** Bits that they cannot exceed together, and below which they cannot fall. */
  readonly ceiling: number;
  readonly floor: number;
}

export function correctionsOf(model: Model): readonly Correction[] {
  const attributes = model.comparisons.map((comparison) => comparison.attribute);
  return model.dependencies.flatMap(({ attributes: about, probability, atLeast }, number) => {
    const positions = about.map((name) => attributes.indexOf(name)).filter((position) => position >= 0);
    if (positions.length === 0) return [];
    return [
      {
        number,
        positions,
        ceiling: probability === undefined ? Number.POSITIVE_INFINITY : weightOf(probability) - priorWeight(model),
        floor: atLeast ?? Number.NEGATIVE_INFINITY,
      },
    ];
  });
}

/** The bits by which dependencies correct a sum: down by the strictest of the ceilings, up by the highest floor. */
export function corrected(
  corrections: readonly Correction[],
  weights: Float64Array,
  holds: (dependency: number) => boolean,
): number {
  let [down, up] = [0, 0];
  for (const { number, positions, ceiling, floor } of corrections) {
    let sum = 0;
    for (const position of positions) sum += weights[position] as number;
    if ((ceiling - sum >= down && floor - sum <= up) || !holds(number)) continue;
    down = Math.min(down, ceiling - sum);
    up = Math.max(up, floor - sum);
  }
  return down + up;
}
