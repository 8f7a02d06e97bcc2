import type { Compared } from "../matching/batch/compare.ts";
import { codesOf, type FeatureColumn } from "../matching/batch/feature-table.ts";
import type { ValueFrequencies } from "../matching/batch/frequencies.ts";
import { weigh } from "../matching/batch/weigh.ts";
import type { WeighedPairs } from "../matching/edges.ts";
import type { LinkableRecord } from "../matching/index.ts";
import { compareFew } from "./compare-few.ts";
import { RecordTable } from "./record-table.ts";
import type { StoredScoring } from "./scoring.ts";

/** A few records at hand, weighed in pairs as a run over all records does, by the same code. */
export class FewRecords {
  private readonly scoring: StoredScoring;
  private readonly table: RecordTable;
  /** By feature and value code, as far as they were read. */
  private readonly shares = new Map<string, number[]>();
  /** Until all that was asked for is read: others may have asked for the same. */
  private reading: Promise<unknown> = Promise.resolve();

  /** With `only`, all others are weighed against that record alone. */
  constructor(scoring: StoredScoring, only?: LinkableRecord) {
    this.scoring = scoring;
    this.table = new RecordTable(only);
  }

  /** Gives the number of the record. */
  add(record: LinkableRecord): number {
    return this.table.add(record);
  }

  /** Reads how common all values of these records are: pairs with them can agree on no others, and need not ask again. */
  async readAhead(records: readonly number[]): Promise<void> {
    await this.readShares(this.valuesOf(records));
  }

  /** Of each pair the record comes first that a run would number first: by department and key. */
  async weigh(pairs: readonly (readonly [number, number])[]): Promise<WeighedPairs> {
    const { table } = this;
    const { model } = this.scoring;
    const numbers = { a: Int32Array.from(pairs, ([a]) => a), b: Int32Array.from(pairs, ([, b]) => b) };
    const compared = compareFew(table, model, numbers);
    await this.readShares(this.agreedValues(compared));
    return await weigh([compared], model, { table, frequencies: this.frequencies() });
  }

  /** The values whose rarity decides what these pairs weigh. */
  private *agreedValues(compared: Compared): Iterable<Value> {
    for (const [number, { levels }] of this.scoring.model.comparisons.entries()) {
      const reached = compared.levels[number] ?? none;
      for (let index = 0; index < reached.length; index += 1) {
        const feature = levels[reached[index] ?? -1]?.frequency;
        if (feature === undefined || !this.scoring.features[feature]) continue;
        const column = this.table.column(feature);
        for (const code of agreedCodes(column, compared.a[index] ?? 0, compared.b[index] ?? 0)) yield { feature, code };
      }
    }
  }

  /** All values of records whose rarity could matter. */
  private *valuesOf(records: readonly number[]): Iterable<Value> {
    for (const feature of Object.keys(this.scoring.features)) {
      const column = this.table.column(feature);
      for (const record of records) for (const code of codesOf(column, record)) yield { feature, code };
    }
  }

  /** Reads how common values are, each once. */
  private async readShares(values: Iterable<Value>): Promise<void> {
    const wanted: Wanted[] = [];
    for (const { feature, code } of values) {
      let shares = this.shares.get(feature);
      if (shares === undefined) {
        shares = [];
        this.shares.set(feature, shares);
      }
      if (shares[code] !== undefined) continue;
      shares[code] = this.scoring.features[feature]?.rare ?? 0;
      wanted.push({ shares, code, feature, value: this.table.column(feature).values[code] ?? "" });
    }
    if (wanted.length > 0) this.reading = Promise.all([this.reading, this.readWanted(wanted)]);
    await this.reading;
  }

  private async readWanted(wanted: readonly Wanted[]): Promise<void> {
    const found = await this.scoring.shares(wanted);
    for (const [index, { shares, code }] of wanted.entries()) {
      const share = found[index];
      if (share !== undefined) shares[code] = share;
    }
  }

  private frequencies(): ReadonlyMap<string, ValueFrequencies> {
    const frequencies = new Map<string, ValueFrequencies>();
    for (const [feature, { collision, rare }] of Object.entries(this.scoring.features)) {
      const known = this.shares.get(feature) ?? [];
      const shares = Float64Array.from(known, (share) => share ?? rare);
      frequencies.set(feature, { collision, rare, shares, counts: noCounts });
    }
    return frequencies;
  }
}

/** A value of a feature, by its code. */
interface Value {
  readonly feature: string;
  readonly code: number;
}

interface Wanted extends Value {
  readonly value: string;
  /** Where its share is kept. */
  readonly shares: number[];
}

/** The values that two records agree on, or both values where they agree on something like them. */
function agreedCodes(column: FeatureColumn, a: number, b: number): readonly number[] {
  const [left, right] = [codesOf(column, a), codesOf(column, b)];
  return column.lists === undefined ? [...left, ...right] : left.filter((code) => right.includes(code));
}

const none = new Int8Array(0);
const noCounts = new Int32Array(0);
