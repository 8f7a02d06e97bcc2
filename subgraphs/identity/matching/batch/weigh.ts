import type { WeighedPairs } from "../edges.ts";
import { type ComparisonLevel, collisionOf, levelWeight, type Model, priorWeight, weightOf } from "../model.ts";
import type { Compared } from "./compare.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";
import type { ValueFrequencies } from "./frequencies.ts";

/** Weighs compared pairs as `scorePair` does, and keeps those of at least so many bits. */
export async function weigh(
  chunks: Iterable<Compared>,
  model: Model,
  options: {
    readonly table: FeatureTable;
    readonly frequencies: ReadonlyMap<string, ValueFrequencies>;
    readonly atLeast?: number;
    readonly signal?: AbortSignal;
  },
): Promise<WeighedPairs> {
  const { table, frequencies, atLeast = Number.NEGATIVE_INFINITY, signal } = options;
  const raritiesOf = new Map<string, Rarity>();
  const weighers = model.comparisons.map(({ levels }) => levels.map((level) => weigher(level)));
  const correct = corrections(model);
  const prior = priorWeight(model);
  const kept = new Gathering(model.comparisons.length);
  const weights = new Float64Array(model.comparisons.length);
  for (const chunk of chunks) {
    const { a, b, levels, dependencies } = chunk;
    for (let index = 0; index < a.length; index += 1) {
      let weight = prior;
      for (let number = 0; number < levels.length; number += 1) {
        const level = levels[number]?.[index] as number;
        const bits = level < 0 ? 0 : (weighers[number]?.[level]?.(a[index] as number, b[index] as number) ?? 0);
        weights[number] = bits;
        weight += bits;
      }
      const taken = correct(weights, dependencies[index] as number);
      if (weight + taken >= atLeast) kept.add(chunk, index, weight + taken, taken, weights);
    }
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  return kept.finish();

  function weigher(level: ComparisonLevel): Rarity {
    const base = levelWeight(level);
    const found = level.frequency === undefined ? undefined : frequencies.get(level.frequency);
    if (level.frequency === undefined || found === undefined) return () => base;
    const rarity = raritiesOf.get(level.frequency) ?? rarityOf(table, level.frequency, found, model);
    raritiesOf.set(level.frequency, rarity);
    return (a, b) => base + rarity(a, b);
  }
}

type Rarity = (a: number, b: number) => number;

/** Bits that the rarity of the agreed value adds to what u says; the commoner of two different values counts. */
function rarityOf(table: FeatureTable, feature: string, { collision, shares }: ValueFrequencies, model: Model): Rarity {
  const column = table.column(feature);
  const usual = collisionOf(model, feature, collision);
  const bits = shares.map((share) => Math.log2(usual / share));
  if (column.lists === undefined) {
    return (a, b) => {
      const [left, right] = [column.codes[a] ?? 0, column.codes[b] ?? 0];
      return left === 0 || right === 0 ? 0 : Math.min(bits[left] ?? 0, bits[right] ?? 0);
    };
  }
  const { lists } = column;
  return (a, b) => {
    const other = codesOf(column, b);
    // The first of those shared in the order of their texts, as in memory.
    for (const code of lists[column.codes[a] ?? 0] ?? []) if (other.includes(code)) return bits[code] ?? 0;
    return 0;
  };
}

/** The bits by which dependencies correct the sum: down by the strictest of the ceilings, up by the highest floor. */
function corrections(model: Model): (weights: Float64Array, held: number) => number {
  const attributes = model.comparisons.map((comparison) => comparison.attribute);
  const dependencies = model.dependencies.flatMap((dependency, index) => {
    const positions = dependency.attributes.map((name) => attributes.indexOf(name)).filter((position) => position >= 0);
    if (positions.length === 0) return [];
    const { probability, atLeast } = dependency;
    const ceiling = probability === undefined ? undefined : weightOf(probability) - priorWeight(model);
    return [{ bit: 1 << index, positions, ceiling, atLeast }];
  });
  return (weights, held) => {
    if (held === 0) return 0;
    let [down, up] = [0, 0];
    for (const { bit, positions, ceiling, atLeast } of dependencies) {
      if ((held & bit) === 0) continue;
      let sum = 0;
      for (const position of positions) sum += weights[position] ?? 0;
      if (ceiling !== undefined) down = Math.min(down, ceiling - sum);
      if (atLeast !== undefined) up = Math.max(up, atLeast - sum);
    }
    return down + up;
  };
}

/** Weighed pairs in columns that grow: a million links must not be a million objects. */
class Gathering {
  private length = 0;
  private a = new Int32Array(1024);
  private b = new Int32Array(1024);
  private weight = new Float64Array(1024);
  private taken = new Float32Array(1024);
  private levels: Int8Array[];
  private weights: Float32Array[];

  constructor(comparisons: number) {
    this.levels = Array.from({ length: comparisons }, () => new Int8Array(1024));
    this.weights = Array.from({ length: comparisons }, () => new Float32Array(1024));
  }

  add(chunk: Compared, index: number, weight: number, taken: number, weights: Float64Array): void {
    const at = this.length;
    if (at === this.a.length) this.resize(at + (at >> 1), at);
    this.a[at] = chunk.a[index] as number;
    this.b[at] = chunk.b[index] as number;
    this.weight[at] = weight;
    this.taken[at] = taken;
    for (let number = 0; number < weights.length; number += 1) {
      (this.levels[number] as Int8Array)[at] = chunk.levels[number]?.[index] as number;
      (this.weights[number] as Float32Array)[at] = weights[number] as number;
    }
    this.length += 1;
  }

  finish(): WeighedPairs {
    const { length, a, b, weight, taken, levels, weights } = this;
    return { length, a, b, weight, taken, levels, weights };
  }

  private resize(size: number, used: number): void {
    const longer = <Column extends Int32Array | Float64Array | Float32Array | Int8Array>(
      make: (size: number) => Column,
      column: Column,
    ): Column => {
      const result = make(size);
      result.set(column.subarray(0, used));
      return result;
    };
    this.a = longer((n) => new Int32Array(n), this.a);
    this.b = longer((n) => new Int32Array(n), this.b);
    this.weight = longer((n) => new Float64Array(n), this.weight);
    this.taken = longer((n) => new Float32Array(n), this.taken);
    this.levels = this.levels.map((column) => longer((n) => new Int8Array(n), column));
    this.weights = this.weights.map((column) => longer((n) => new Float32Array(n), column));
  }
}
