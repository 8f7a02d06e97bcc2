import type { WeighedPairs } from "../edges.ts";
import { type Model, priorWeight } from "../model.ts";
import { sideBySide } from "./compared-columns.ts";
import { conditionCompiler, type PairTest } from "./compile-condition.ts";
import { corrected, correctionsOf } from "./corrections.ts";
import { Gathering, type Weighed } from "./gathering.ts";
import { type LevelWeight, levelWeights } from "./level-weights.ts";
import { featuresIn, repeatedIn, workOf } from "./model-conditions.ts";
import type { Pairs } from "./pairs.ts";
import type { WeighingOptions } from "./weigh.ts";

/** So many pairs are weighed before others get their turn. */
const pairsAtOnce = 65_536;

/**
 * Compares and weighs pairs in one go, and keeps those of at least so many bits. What is cheap to see comes first, and a
 * pair is left as soon as nothing that is still unknown of it could lift it to `atLeast`: the result is that of `weigh` on
 * compared pairs.
 */
export async function weighPairs(
  pairs: Pairs,
  weigher: PairWeigher,
  { atLeast = Number.NEGATIVE_INFINITY, signal }: Pick<WeighingOptions, "atLeast" | "signal"> = {},
): Promise<WeighedPairs> {
  const kept = new Gathering(weigher.levels.length);
  for (let from = 0; from < pairs.a.length; from += pairsAtOnce) {
    const to = Math.min(pairs.a.length, from + pairsAtOnce);
    for (let index = from; index < to; index += 1) {
      const [a, b] = [pairs.a[index] as number, pairs.b[index] as number];
      if (weigher.weigh(a, b, atLeast)) kept.add(a, b, weigher);
    }
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  return kept.finish();
}

/** One attribute as it is compared step by step. */
interface Steps {
  readonly missing: PairTest;
  /** The tests of the levels in order; the last level has none. */
  readonly tests: readonly PairTest[];
  readonly weights: readonly LevelWeight[];
  /** What it may weigh at most once the first level is out. */
  readonly mostBelow: number;
}

/** Stands for a level below the first that is not known yet. */
const below = -2;
/** Sums in another order differ by less than this. */
const rounding = 1e-6;

/** A model made ready to weigh one pair of a table after another; what it found of the last one stands in its columns. */
export class PairWeigher implements Weighed {
  weight = 0;
  taken = 0;
  readonly levels: Int8Array;
  readonly weights: Float64Array;
  private readonly steps: readonly Steps[];
  /** The attributes whose lower levels need a test, those first that may take most from the sum for their work. */
  private readonly order: readonly number[];
  private readonly prior: number;
  private readonly corrections;
  private readonly floors;
  private readonly dependencies: readonly PairTest[];
  private a = 0;
  private b = 0;
  private readonly holds = (number: number): boolean => (this.dependencies[number] as PairTest)(this.a, this.b);

  constructor(model: Model, { table, frequencies }: Pick<WeighingOptions, "table" | "frequencies">) {
    const codes = sideBySide(table, featuresIn(model));
    const weights = levelWeights(model, table, frequencies, codes);
    const compile = conditionCompiler(table, { codes, keep: true, repeated: repeatedIn(model) });
    this.steps = model.comparisons.map(({ missing, levels }, number) => {
      const own = weights[number] ?? [];
      return {
        missing: compile(missing),
        tests: levels.flatMap(({ when }) => (when === undefined ? [] : [compile(when)])),
        weights: own,
        mostBelow: own.slice(1).reduce((most, level) => Math.max(most, level.most), Number.NEGATIVE_INFINITY),
      };
    });
    const yields = this.steps.map(({ weights: own, mostBelow }, number) => {
      const work = model.comparisons[number]?.levels.reduce((sum, { when }) => sum + (when ? workOf(when) : 0), 0) ?? 0;
      return (mostBelow - (own.at(-1)?.most ?? 0)) / (1 + work);
    });
    this.order = [...this.steps.keys()]
      .filter((number) => (this.steps[number]?.tests.length ?? 0) > 1)
      .sort((one, other) => (yields[other] as number) - (yields[one] as number));
    this.dependencies = model.dependencies.map(({ when }) => compile(when));
    this.corrections = correctionsOf(model);
    this.floors = this.corrections.filter(({ floor }) => Number.isFinite(floor));
    this.prior = priorWeight(model);
    this.levels = new Int8Array(model.comparisons.length);
    this.weights = new Float64Array(model.comparisons.length);
  }

  /** False where the pair weighs less than that; then its levels and weights may not be known. */
  weigh(a: number, b: number, atLeast: number): boolean {
    const least = atLeast - rounding;
    const { steps, levels, weights } = this;
    const order = this.order;
    let most = this.prior;
    for (let number = 0; number < steps.length; number += 1) {
      const bits = this.begin(number, steps[number] as Steps, a, b);
      weights[number] = bits;
      most += bits;
    }
    if (this.isHopeless(most, least)) return false;
    for (let index = 0; index < order.length; index += 1) {
      const number = order[index] as number;
      if (levels[number] !== below) continue;
      const step = steps[number] as Steps;
      let level = 1;
      while (level < step.tests.length && !(step.tests[level] as PairTest)(a, b)) level += 1;
      levels[number] = level;
      const bits = (step.weights[level] as LevelWeight).of(a, b);
      most += bits - (weights[number] as number);
      weights[number] = bits;
      if (this.isHopeless(most, least)) return false;
    }
    this.finish(a, b);
    return this.weight >= atLeast;
  }

  /** The level where it is missing, the first or the only one below; else only that it is further below. */
  private begin(number: number, { missing, tests, weights, mostBelow }: Steps, a: number, b: number): number {
    if (missing(a, b)) {
      this.levels[number] = -1;
      return 0;
    }
    const [first] = tests;
    if (first === undefined || first(a, b)) {
      this.levels[number] = 0;
      return (weights[0] as LevelWeight).of(a, b);
    }
    if (tests.length > 1) {
      this.levels[number] = below;
      return mostBelow;
    }
    this.levels[number] = 1;
    return (weights[1] as LevelWeight).of(a, b);
  }

  /** Whether even the most that the weights may come to is too little, with every floor that dependencies might put in. */
  private isHopeless(most: number, least: number): boolean {
    if (most >= least) return false;
    for (const { positions, floor } of this.floors) {
      let sum = 0;
      for (const position of positions) sum += this.weights[position] as number;
      if (most - sum + floor >= least) return false;
    }
    return true;
  }

  /** Sums up in the order of the model, so that the last digit is that of every other way to weigh. */
  private finish(a: number, b: number): void {
    this.a = a;
    this.b = b;
    let sum = this.prior;
    for (let number = 0; number < this.weights.length; number += 1) sum += this.weights[number] as number;
    this.taken = corrected(this.corrections, this.weights, this.holds);
    this.weight = sum + this.taken;
  }
}
