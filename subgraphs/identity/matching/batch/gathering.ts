import type { WeighedPairs } from "../edges.ts";

/** What one pair weighs. */
export interface Weighed {
  /** Total weight in bits, corrected, the prior included. */
  readonly weight: number;
  /** Bits by which dependencies corrected the sum. */
  readonly taken: number;
  /** Level of each comparison (-1 missing) and its weight in bits. */
  readonly levels: Int8Array;
  readonly weights: Float64Array;
}

/** Weighed pairs in columns that grow: a million links must not be a million objects. */
export class Gathering {
  private length = 0;
  private a: Int32Array;
  private b: Int32Array;
  private weight: Float64Array;
  private taken: Float32Array;
  private levels: Int8Array[];
  private weights: Float32Array[];

  /** With room for so many pairs to begin with. */
  constructor(comparisons: number, room = 1024) {
    this.a = new Int32Array(room);
    this.b = new Int32Array(room);
    this.weight = new Float64Array(room);
    this.taken = new Float32Array(room);
    this.levels = Array.from({ length: comparisons }, () => new Int8Array(room));
    this.weights = Array.from({ length: comparisons }, () => new Float32Array(room));
  }

  /** Levels and weights are copied: whoever weighs the next pair may write over them. */
  add(a: number, b: number, weighed: Weighed): void {
    const at = this.length;
    if (at === this.a.length) this.resize(at + (at >> 1) + 1, at);
    this.a[at] = a;
    this.b[at] = b;
    this.weight[at] = weighed.weight;
    this.taken[at] = weighed.taken;
    for (let number = 0; number < this.levels.length; number += 1) {
      (this.levels[number] as Int8Array)[at] = weighed.levels[number] as number;
      (this.weights[number] as Float32Array)[at] = weighed.weights[number] as number;
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
