import { listFeatures } from "../features.ts";
import { longer, PairNumbers, TextNumbers } from "./numbering.ts";
import { mixed } from "./patterns.ts";

/** One feature of all records, each distinct value kept once. */
export interface FeatureColumn {
  /** For each record the code of its value, or of its list of values; 0 is missing. */
  readonly codes: Int32Array;
  /** The text of each value code. */
  readonly values: readonly string[];
  /** Value codes of each list code, in the order of their texts; absent where records have one value each. */
  readonly lists?: readonly (readonly number[])[];
}

/** What linking compares, column by column. */
export interface FeatureTable {
  readonly count: number;
  column(feature: string): FeatureColumn;
  /** Whether any record has the feature. */
  known(feature: string): boolean;
}

const nothing: readonly number[] = [];

/** The value codes of a record, none when it is missing. */
export function codesOf(column: FeatureColumn, record: number): readonly number[] {
  const code = column.codes[record] ?? 0;
  if (column.lists !== undefined) return column.lists[code] ?? nothing;
  return code === 0 ? nothing : [code];
}

/** Gathers the values of one column. */
export class ColumnBuilder {
  private readonly values = new TextNumbers();
  private readonly lists: ListNumbers | undefined;

  constructor(feature: string) {
    if ((listFeatures as readonly string[]).includes(feature)) this.lists = new ListNumbers();
  }

  /** The code of a value or list, new or known. */
  code(value: string | readonly string[] | undefined): number {
    if (value === undefined) return 0;
    if (this.lists === undefined) return this.values.numberOf(typeof value === "string" ? value : (value[0] ?? ""));
    return this.lists.numberOf((typeof value === "string" ? [value] : value).map((one) => this.values.numberOf(one)));
  }

  /** The column of these codes; undefined when no record has the feature. */
  finish(codes: Int32Array): FeatureColumn | undefined {
    const values = this.values.texts;
    if (values.length === 1) return undefined;
    return { codes, values, ...(this.lists && { lists: this.lists.lists }) };
  }
}

/** Numbers distinct lists of codes; most have one. */
class ListNumbers {
  readonly lists: (readonly number[])[] = [nothing];
  /** The number of the list that ends with a step; a step is what came before and one more code. */
  private ofStep = new Int32Array(256);
  private readonly steps = new PairNumbers();

  numberOf(list: readonly number[]): number {
    let step = 0;
    for (let index = 0; index < list.length; index += 1) step = this.steps.numberOf(step, list[index] as number);
    while (step >= this.ofStep.length) this.ofStep = longer(this.ofStep);
    if (this.ofStep[step] === 0) this.ofStep[step] = this.lists.push(list) - 1;
    return this.ofStep[step] as number;
  }
}

/** The table of these columns; a feature that no record has reads as missing everywhere. */
export function featureTable(count: number, columns: ReadonlyMap<string, FeatureColumn>): FeatureTable {
  const missing: FeatureColumn = { codes: new Int32Array(count), values: [""] };
  return {
    count,
    column: (feature) => columns.get(feature) ?? missing,
    known: (feature) => columns.has(feature),
  };
}

/** About one in so many of the records of a table, whichever were loaded side by side. */
export function sampleOf(table: FeatureTable, every: number): FeatureTable {
  const records = Int32Array.from({ length: table.count }, (_, record) => record).filter(
    (record) => mixed(record) % every === 0,
  );
  return {
    count: records.length,
    known: (feature) => table.known(feature),
    column(feature) {
      const column = table.column(feature);
      return { ...column, codes: records.map((record) => column.codes[record] as number) };
    },
  };
}
