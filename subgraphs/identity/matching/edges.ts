/** Weighed pairs column by column; only the first `length` entries of each column count. */
export interface WeighedPairs {
  readonly length: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** Total weight in bits, the prior included. */
  readonly weight: Float64Array;
  /** Bits by which dependencies between attributes corrected the sum. */
  readonly taken: Float32Array;
  /** Level of each comparison (-1 missing) and its weight in bits, by comparison. */
  readonly levels: readonly Int8Array[];
  readonly weights: readonly Float32Array[];
}
