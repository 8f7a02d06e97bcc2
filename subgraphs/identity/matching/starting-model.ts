import { otherBlocking, startingBlocking, startingTraining } from "./blocking-rules.ts";
import { otherComparison, startingComparisons } from "./comparisons.ts";
import { startingDependencies } from "./dependencies.ts";
import type { Model } from "./model.ts";

/** The model before any training: structure, and probabilities that are only plausible. */
export function startingModel(): Model {
  return {
    version: "untrained",
    probabilityTwoRandomRecordsMatch: 0.00001,
    thresholds: { link: 0.8, review: 0.3 },
    comparisons: startingComparisons(),
    dependencies: startingDependencies,
    blocking: startingBlocking,
    training: startingTraining,
  };
}

/** The model with a comparison for each further feature that the records carry. */
export function withOtherFeatures(model: Model, features: readonly string[]): Model {
  const known = new Set(model.comparisons.map((comparison) => comparison.attribute));
  const added = features.filter((feature) => !known.has(feature)).map(otherComparison);
  const blocking = added.flatMap(({ attribute }) => otherBlocking(attribute));
  return { ...model, comparisons: [...model.comparisons, ...added], blocking: [...model.blocking, ...blocking] };
}
