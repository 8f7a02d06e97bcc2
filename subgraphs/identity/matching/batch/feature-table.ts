import { listFeatures } from "../features.ts";
import { bytes, letterMask, type Text } from "../similarity.ts";

/** One feature of all records, each distinct value kept once. */
export interface FeatureColumn {
  /** For each record the code of its value, or of its list of values; 0 is missing. */
  readonly codes: Int32Array;
  /** The text of each value code. */
  readonly values: readonly string[];
  /** The same as similarities read them; empty where records have lists. */
  readonly texts: readonly Text[];
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
  private readonly values: string[] = [""];
  private readonly lists: (readonly number[])[] | undefined;
  private codeOf = new Map<string, number>();
  /** The code of a list, after those of its values but the last, which come one by one, and by the code of its last. */
  private listOf: ListStep = { code: 0, further: undefined };

  constructor(feature: string) {
    if ((listFeatures as readonly string[]).includes(feature)) this.lists = [nothing];
  }

  /** The code of a value or list, new or known. */
  code(value: string | readonly string[] | undefined): number {
    if (value === undefined) return 0;
    if (this.lists === undefined) return this.valueCode(typeof value === "string" ? value : (value[0] ?? ""));
    const list = (typeof value === "string" ? [value] : value).map((one) => this.valueCode(one));
    let step = this.listOf;
    for (const one of list) step = furtherStep(step, one);
    if (step.code === 0) step.code = this.lists.push(list) - 1;
    return step.code;
  }

  /** The column of these codes; undefined when no record has the feature. */
  finish(codes: Int32Array): FeatureColumn | undefined {
    if (this.values.length === 1) return undefined;
    this.codeOf = new Map();
    this.listOf = { code: 0, further: undefined };
    const texts = this.lists === undefined ? this.values.map(textOf) : [];
    return { codes, values: this.values, texts, ...(this.lists && { lists: this.lists }) };
  }

  private valueCode(value: string): number {
    let code = this.codeOf.get(value);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.codeOf.set(value, code);
    }
    return code;
  }
}

/** A list, as far as its values have come; its code is 0 until a record has just these. */
interface ListStep {
  code: number;
  further: Map<number, ListStep> | undefined;
}

function furtherStep(step: ListStep, value: number): ListStep {
  step.further ??= new Map();
  let further = step.further.get(value);
  if (further === undefined) {
    further = { code: 0, further: undefined };
    step.further.set(value, further);
  }
  return further;
}

/** The table of these columns; a feature that no record has reads as missing everywhere. */
export function featureTable(count: number, columns: ReadonlyMap<string, FeatureColumn>): FeatureTable {
  const missing: FeatureColumn = { codes: new Int32Array(count), values: [""], texts: [textOf("")] };
  return {
    count,
    column: (feature) => columns.get(feature) ?? missing,
    known: (feature) => columns.has(feature),
  };
}

function textOf(value: string): Text {
  const text = bytes(value);
  return { text, mask: letterMask(text) };
}
