import { holds } from "./condition.ts";
import { type Features, featuresOf, type LinkableRecord } from "./features.ts";
import {
  type Comparison,
  type ComparisonLevel,
  collisionOf,
  levelWeight,
  type Model,
  priorWeight,
  probabilityOf,
  weightOf,
} from "./model.ts";

/** How common values are, as `batch/frequencies.ts` counted them; without them no weight is adjusted. */
export interface Frequencies {
  /** Share of the records with a known value that carry this one. */
  share(feature: string, value: string): number | undefined;
  /** Probability that two random records agree on the feature. */
  collision(feature: string): number | undefined;
}

/** What one attribute said about a pair. */
export interface Evidence {
  readonly attribute: string;
  readonly level: string;
  /** Bits for (positive) or against (negative) one person. */
  readonly weight: number;
}

export interface PairScore {
  readonly probability: number;
  readonly weight: number;
  readonly evidence: readonly Evidence[];
}

/** Scores one pair in memory exactly as the batch does: same levels, same weights, same dependencies. */
export function scorePair(model: Model, a: LinkableRecord, b: LinkableRecord, frequencies?: Frequencies): PairScore {
  return scoreFeatures(model, featuresOf(a), featuresOf(b), frequencies);
}

/** Like `scorePair`, for records whose features are at hand. */
export function scoreFeatures(model: Model, a: Features, b: Features, frequencies?: Frequencies): PairScore {
  const evidence: Evidence[] = [];
  const weights = new Map<string, number>();
  for (const comparison of model.comparisons) {
    const level = levelOf(comparison, a, b);
    if (level === undefined) continue;
    const weight = levelWeight(level) + rarity(model, level, a, b, frequencies);
    weights.set(comparison.attribute, weight);
    evidence.push({ attribute: comparison.attribute, level: level.name, weight });
  }
  evidence.push(...corrections(model, a, b, weights));
  const weight = evidence.reduce((sum, one) => sum + one.weight, priorWeight(model));
  return { probability: probabilityOf(weight), weight, evidence };
}

function levelOf(comparison: Comparison, a: Features, b: Features): ComparisonLevel | undefined {
  if (holds(comparison.missing, a, b)) return undefined;
  return comparison.levels.find((level) => level.when === undefined || holds(level.when, a, b));
}

/** Bits that the rarity of the agreed value adds to what u says; the commoner of two different values counts. */
function rarity(
  model: Model,
  { frequency }: ComparisonLevel,
  a: Features,
  b: Features,
  frequencies: Frequencies | undefined,
): number {
  if (frequency === undefined || frequencies === undefined) return 0;
  const collision = collisionOf(model, frequency, frequencies.collision(frequency));
  const share = sharedShare(frequency, a, b, frequencies);
  return collision === undefined || share === undefined ? 0 : Math.log2(collision / share);
}

function sharedShare(feature: string, a: Features, b: Features, frequencies: Frequencies): number | undefined {
  const [left, right] = [a[feature], b[feature]];
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "string" && typeof right === "string") {
    const shares = [frequencies.share(feature, left), frequencies.share(feature, right)];
    return Math.max(...shares.map((share) => share ?? 0)) || undefined;
  }
  const shared = [...left].filter((value) => right.includes(value)).sort()[0];
  return shared === undefined ? undefined : frequencies.share(feature, shared);
}

/** What dependencies correct: down by the strictest of the ceilings, up by the highest floor. */
function corrections(model: Model, a: Features, b: Features, weights: ReadonlyMap<string, number>): Evidence[] {
  let down: Evidence = { attribute: "dependency", level: "", weight: 0 };
  let up = down;
  for (const dependency of model.dependencies) {
    if (!model.comparisons.some((comparison) => dependency.attributes.includes(comparison.attribute))) continue;
    const sum = dependency.attributes.reduce((total, name) => total + (weights.get(name) ?? 0), 0);
    const { probability, atLeast, name: level } = dependency;
    const ceiling = probability === undefined ? 0 : weightOf(probability) - priorWeight(model) - sum;
    const floor = atLeast === undefined ? 0 : atLeast - sum;
    if (ceiling >= down.weight && floor <= up.weight) continue;
    if (!holds(dependency.when, a, b)) continue;
    if (ceiling < down.weight) down = { attribute: "dependency", level, weight: ceiling };
    if (floor > up.weight) up = { attribute: "dependency", level, weight: floor };
  }
  return [down, up].filter((one) => one.weight !== 0);
}
