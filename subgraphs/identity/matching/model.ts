import type { Condition } from "./condition.ts";

/** One answer that a comparison can give, tried in order; the last level has no condition and takes the rest. */
export interface ComparisonLevel {
  readonly name: string;
  readonly when?: Condition;
  /** Probability of this level among records of one person, given that both sides are known. */
  readonly m: number;
  /** Probability of this level among records of two persons, given that both sides are known. */
  readonly u: number;
  /** The feature whose rarity raises the weight of this level, and whose commonness lowers it. */
  readonly frequency?: string;
  /** True where the level tells of something else than how close two values are, such as two names that are swapped. */
  readonly offScale?: boolean;
}

export interface Comparison {
  readonly attribute: string;
  /** When this holds the attribute says nothing: its weight is 0. */
  readonly missing: Condition;
  /** The closest first. None weighs more, before term frequencies, than one that is closer: see `monotone`. */
  readonly levels: readonly ComparisonLevel[];
}

/**
 * Attributes that tend to agree together whoever the two people are, such as the surname and the address of one
 * household, or the parts of an address after a move. They are never counted as independent.
 */
export interface Dependency {
  readonly name: string;
  readonly when: Condition;
  readonly attributes: readonly string[];
  /** Match probability that they cannot exceed with the prior alone; absent where they only must not count too low. */
  readonly probability?: number;
  /** Bits below which they cannot count against a match: someone who moved changes street, number and post code at once. */
  readonly atLeast?: number;
  /**
   * True for the one dependency on which training measures how often such pairs are one person after all; what it
   * finds shifts the odds of every dependency. Registers without families would otherwise be kept apart for nothing.
   */
  readonly measured?: boolean;
}

/** Records that agree on all of these are compared; `feature:n` takes the first n letters. */
export type BlockingRule = readonly string[];

/** What a model was learnt from, without any label. */
export interface TrainingRecord {
  readonly records: number;
  readonly departments: readonly string[];
  /** Chance that two random records of them agreed on a feature: u of the levels that go by its rarity holds for it. */
  readonly collisions: Readonly<Record<string, number>>;
}

/** Everything that decides a link, readable and versioned. Weights are in bits: log2(m / u). */
export interface Model {
  readonly version: string;
  /** Absent before any training. */
  readonly trainedOn?: TrainingRecord;
  /** Among the records that it was trained on; in other populations there are as many matches per record. */
  readonly probabilityTwoRandomRecordsMatch: number;
  /** Match probabilities from which a pair is linked by itself, and from which a steward is asked. */
  readonly thresholds: { readonly link: number; readonly review: number };
  readonly comparisons: readonly Comparison[];
  readonly dependencies: readonly Dependency[];
  readonly blocking: readonly BlockingRule[];
  /** Blocks on which the training observes records of one person. */
  readonly training: readonly BlockingRule[];
}

/** The weight of a level in bits, before term frequencies. */
export function levelWeight(level: { readonly m: number; readonly u: number }): number {
  return Math.log2(level.m / level.u);
}

/** The weight that the probability of a random pair contributes. */
export function priorWeight(model: Model): number {
  const probability = model.probabilityTwoRandomRecordsMatch;
  return Math.log2(probability / (1 - probability));
}

/** The match probability of a total weight in bits. */
export function probabilityOf(weight: number): number {
  return 1 / (1 + 2 ** -weight);
}

/** The total weight in bits at which a match probability is reached. */
export function weightOf(probability: number): number {
  return Math.log2(probability / (1 - probability));
}

/**
 * The chance of agreeing on a feature that the model's u stands for: that of its training. What is common here is so
 * beside what u says, not beside what is usual here: where one number is a tenth of all, agreeing on it says nothing.
 */
export function collisionOf<Here extends number | undefined>(model: Model, feature: string, here: Here): number | Here {
  return model.trainedOn?.collisions[feature] ?? here;
}

/** The model for a population of another size: matches grow with its records, pairs with their square. */
export function forRecords(model: Model, records: number): Model {
  const trained = model.trainedOn?.records;
  const probability = model.probabilityTwoRandomRecordsMatch * ((trained ?? records) / Math.max(records, 2));
  const most = trained === undefined ? 1 / Math.max(records, 2) : 0.5;
  return { ...model, probabilityTwoRandomRecordsMatch: Math.min(probability, most) };
}
