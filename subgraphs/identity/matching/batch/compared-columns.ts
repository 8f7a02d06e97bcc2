import { bytes, letterMask, type Text } from "../similarity.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";

/** Where the codes of a feature are: that of a record at `record * stride + offset`. */
export interface Codes {
  readonly data: Int32Array;
  readonly stride: number;
  readonly offset: number;
}

/** Columns of a table as conditions read them. */
export class ComparedColumns {
  readonly table: FeatureTable;
  /** Codes of values, or of lists. */
  readonly codes: (feature: string) => Codes;
  private readonly firsts = new Map<string, Codes>();
  private readonly textsOf = new Map<string, Texts>();
  private readonly translations = new Map<string, Int32Array>();

  constructor(table: FeatureTable, codes?: (feature: string) => Codes) {
    this.table = table;
    this.codes = codes ?? ((feature) => ({ data: table.column(feature).codes, stride: 1, offset: 0 }));
  }

  /** Codes of one value a record; of a list its first. */
  first(feature: string): Codes {
    const column = this.table.column(feature);
    if (column.lists === undefined) return this.codes(feature);
    let codes = this.firsts.get(feature);
    if (codes === undefined) {
      const data = Int32Array.from(column.codes, (_, record) => codesOf(column, record)[0] ?? 0);
      codes = { data, stride: 1, offset: 0 };
      this.firsts.set(feature, codes);
    }
    return codes;
  }

  texts(feature: string): Texts {
    let texts = this.textsOf.get(feature);
    if (texts === undefined) {
      texts = new Texts(this.table.column(feature).values);
      this.textsOf.set(feature, texts);
    }
    return texts;
  }

  /** For each value code of one feature the code of the same value of another; 0 where it has no such value. */
  translation(left: string, right: string): Int32Array {
    const name = `${left} ${right}`;
    let translated = this.translations.get(name);
    if (translated === undefined) {
      const [from, to] = [this.table.column(left).values, this.table.column(right).values];
      translated = translation(from, to);
      this.translations.set(name, translated);
      this.translations.set(`${right} ${left}`, inverse(translated, to.length));
    }
    return translated;
  }
}

/** The values of a feature as similarities read them, made where they are first compared: most never are. */
export class Texts {
  private readonly values: readonly string[];
  private readonly made: (Text | undefined)[];

  constructor(values: readonly string[]) {
    this.values = values;
    this.made = new Array(values.length).fill(undefined);
  }

  of(code: number): Text {
    const made = this.made[code];
    if (made !== undefined) return made;
    const text = bytes(this.values[code] ?? "");
    const result = { text, mask: letterMask(text) };
    this.made[code] = result;
    return result;
  }
}

/** The codes of these features record by record, so that what is compared of one lies side by side in memory. */
export function sideBySide(table: FeatureTable, features: readonly string[]): (feature: string) => Codes {
  const stride = features.length;
  const data = new Int32Array(table.count * stride);
  for (const [offset, feature] of features.entries()) {
    const { codes } = table.column(feature);
    for (let record = 0; record < table.count; record += 1) data[record * stride + offset] = codes[record] as number;
  }
  return (feature) => ({ data, stride, offset: features.indexOf(feature) });
}

function translation(from: readonly string[], to: readonly string[]): Int32Array {
  const codes = new Map<string, number>();
  for (let code = 1; code < to.length; code += 1) codes.set(to[code] as string, code);
  return Int32Array.from(from, (value, code) => (code === 0 ? 0 : (codes.get(value) ?? 0)));
}

function inverse(codes: Int32Array, length: number): Int32Array {
  const result = new Int32Array(length);
  for (let code = 1; code < codes.length; code += 1) {
    const other = codes[code] as number;
    if (other !== 0) result[other] = code;
  }
  return result;
}
