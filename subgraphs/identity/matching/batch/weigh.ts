import type { WeighedPairs } from "../edges.ts";
import { type Model, priorWeight } from "../model.ts";
import type { Compared } from "./compare.ts";
import { corrected, correctionsOf } from "./corrections.ts";
import type { FeatureTable } from "./feature-table.ts";
import type { ValueFrequencies } from "./frequencies.ts";
import { Gathering } from "./gathering.ts";
import { levelWeights } from "./level-weights.ts";

export interface WeighingOptions {
  readonly table: FeatureTable;
  readonly frequencies: ReadonlyMap<string, ValueFrequencies>;
  /** Bits below which a pair is not kept. */
  readonly atLeast?: number;
  readonly signal?: AbortSignal;
}

/** So many pairs hold up nothing. */
const soonWeighed = 1_000;
/** For so many pairs there is room at once: few need little, and of many most are not kept. */
const mostRoom = 1024;

/** Weighs compared pairs as `scorePair` does, and keeps those of at least so many bits. */
export async function weigh(
  chunks: Iterable<Compared>,
  model: Model,
  { table, frequencies, atLeast = Number.NEGATIVE_INFINITY, signal }: WeighingOptions,
): Promise<WeighedPairs> {
  const weightsOf = levelWeights(model, table, frequencies);
  const corrections = correctionsOf(model);
  const prior = priorWeight(model);
  let kept: Gathering | undefined;
  const [levels, weights] = [new Int8Array(weightsOf.length), new Float64Array(weightsOf.length)];
  for (const { a, b, levels: columns, dependencies } of chunks) {
    kept ??= new Gathering(model.comparisons.length, Math.min(a.length, mostRoom));
    for (let index = 0; index < a.length; index += 1) {
      const [left, right] = [a[index] as number, b[index] as number];
      let sum = prior;
      for (let number = 0; number < weightsOf.length; number += 1) {
        const level = columns[number]?.[index] as number;
        const bits = level < 0 ? 0 : (weightsOf[number]?.[level]?.of(left, right) ?? 0);
        levels[number] = level;
        weights[number] = bits;
        sum += bits;
      }
      const held = dependencies[index] as number;
      const taken = held === 0 ? 0 : corrected(corrections, weights, (number) => (held & (1 << number)) !== 0);
      const weight = sum + taken;
      if (weight >= atLeast) kept.add(left, right, { weight, taken, levels, weights });
    }
    if (a.length > soonWeighed) await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  return (kept ?? new Gathering(model.comparisons.length, 0)).finish();
}
