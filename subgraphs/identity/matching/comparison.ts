import type { Condition } from "./condition.ts";
import type { Comparison, ComparisonLevel } from "./model.ts";

/** A comparison whose levels are tried in order; where `missing` holds it says nothing. */
export function comparison(attribute: string, missing: Condition, levels: readonly ComparisonLevel[]): Comparison {
  return { attribute, missing, levels };
}

/** A level that tells of something else than how close two values are: see `offScale`. */
export function aside(...given: Parameters<typeof level>): ComparisonLevel {
  return { ...level(...given), offScale: true };
}

/** A level with the m and u that training starts from. */
export function level(
  name: string,
  when: Condition | undefined,
  m: number,
  u: number,
  frequency?: string,
): ComparisonLevel {
  return { name, ...(when && { when }), m, u, ...(frequency !== undefined && { frequency }) };
}
