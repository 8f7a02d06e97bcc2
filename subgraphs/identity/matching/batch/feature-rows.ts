import { longer } from "./numbering.ts";

/**
 * The codes of features that come from the same attributes, as rows that many records share, and the row of each record.
 * In two arrays whatever the number of records: a million small lists would keep the garbage collector busy.
 */
export class FeatureRows {
  private readonly width: number;
  private codes: Int32Array;
  private count = 1;
  private rowOf = new Int32Array(1024);

  constructor(width: number) {
    this.width = width;
    // Row 0 is of records that have nothing of it.
    this.codes = new Int32Array(256 * width);
  }

  /** Gives the number of the row. */
  add(codes: readonly number[]): number {
    const row = this.count;
    this.count += 1;
    if (this.count * this.width > this.codes.length) this.codes = longer(this.codes);
    for (let index = 0; index < this.width; index += 1) this.codes[row * this.width + index] = codes[index] ?? 0;
    return row;
  }

  put(record: number, row: number): void {
    while (record >= this.rowOf.length) this.rowOf = longer(this.rowOf);
    this.rowOf[record] = row;
  }

  /** The codes of one feature, of the records in the given order. */
  column(index: number, records: Int32Array): Int32Array {
    const { rowOf, codes, width } = this;
    return records.map((record) => codes[(rowOf[record] ?? 0) * width + index] ?? 0);
  }

  clear(): void {
    this.codes = new Int32Array(0);
    this.rowOf = new Int32Array(0);
  }
}
