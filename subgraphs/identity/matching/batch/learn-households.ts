import { type Model, probabilityOf, weightOf } from "../model.ts";
import type { Compared } from "./compare.ts";
import { candidateSample, patternsOf } from "./patterns.ts";

/**
 * Measures how often pairs of one household are one person, and shifts the odds of all dependencies by it. Among copies
 * of one person a wrong given name and a wrong birth date come independently; relatives differ in both at once. The
 * covariance of the two therefore tells their share, without any label.
 */
export function learnHouseholds(compared: readonly Compared[], model: Model, start: Model): Model {
  const index = start.dependencies.findIndex((dependency) => dependency.measured === true);
  const measured = start.dependencies[index];
  const given = model.comparisons.findIndex((comparison) => comparison.attribute === "givenName");
  const birth = model.comparisons.findIndex((comparison) => comparison.attribute === "dateOfBirth");
  if (measured?.probability === undefined || given < 0 || birth < 0) return model;
  const { patterns } = patternsOf(compared, { limit: candidateSample, only: index });
  const [lastGiven, lastBirth] = [given, birth].map((one) => (model.comparisons[one]?.levels.length ?? 0) - 1);
  let [total, otherGiven, otherBirth, both] = [0, 0, 0, 0];
  for (const { levels, pairs } of patterns) {
    if ((levels[given] ?? -1) < 0 || (levels[birth] ?? -1) < 0) continue;
    const [first, second] = [levels[given] === lastGiven, levels[birth] === lastBirth];
    total += pairs;
    otherGiven += first ? pairs : 0;
    otherBirth += second ? pairs : 0;
    both += first && second ? pairs : 0;
  }
  const relatives = relativesShare(total, otherGiven, otherBirth, both);
  const share = ((1 - relatives) * total + measured.probability * measuringPrior) / (total + measuringPrior);
  const shift = weightOf(Math.min(Math.max(share, 0.05), 0.9999)) - weightOf(measured.probability);
  const dependencies = model.dependencies.map((dependency, number) => {
    const probability = start.dependencies[number]?.probability;
    return probability === undefined
      ? dependency
      : { ...dependency, probability: probabilityOf(weightOf(probability) + shift) };
  });
  return { ...model, dependencies };
}

/** Observed pairs for which the starting model's opinion counts. */
export const measuringPrior = 0.5;

/** Some sources err in several attributes of one record: so much covariance needs no relatives to explain it. */
const carelessness = 0.015;

/** Share of relatives r from the covariance r(1 - r) x .8 of two differences that relatives show nine times in ten. */
function relativesShare(total: number, first: number, second: number, both: number): number {
  if (total === 0) return 0;
  const covariance = Math.max(0, both / total - (first / total) * (second / total));
  const root = Math.sqrt(Math.max(0, 1 - (4 * covariance) / 0.8)) / 2;
  return Math.min(first, second) / total > 0.45 ? 0.5 + root : Math.max(0, 0.5 - root - carelessness);
}
