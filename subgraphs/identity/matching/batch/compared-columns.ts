import { bytes, countBits, letterMask, mostSimilar, similarityFrom, type Text, withinEdits } from "../similarity.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";
import { mixed } from "./patterns.ts";

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
  private readonly keep: boolean;
  private readonly firsts = new Map<string, Codes>();
  private readonly similaritiesOf = new Map<string, Similarities>();
  private readonly textsOf = new Map<string, Texts>();
  private readonly translations = new Map<string, Int32Array>();

  constructor(
    table: FeatureTable,
    options: { readonly codes?: ((feature: string) => Codes) | undefined; readonly keep?: boolean | undefined },
  ) {
    this.table = table;
    this.keep = options.keep === true;
    this.codes = options.codes ?? ((feature) => ({ data: table.column(feature).codes, stride: 1, offset: 0 }));
  }

  /** For each list code of a feature whether the list has just one value. */
  single(feature: string): Uint8Array {
    const { lists = [] } = this.table.column(feature);
    const single = new Uint8Array(lists.length);
    for (const [code, { length }] of lists.entries()) single[code] = Number(length === 1);
    return single;
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

  /** Whether values of two features, by their codes, are at least so similar. */
  alike(left: string, right: string, atLeast: number): (left: number, right: number) => boolean {
    const [leftTexts, rightTexts] = [this.texts(left), this.texts(right)];
    if (!this.keep) return (one, other) => leftTexts.similarity(one, rightTexts, other, atLeast) >= atLeast;
    const name = `${left} ${right}`;
    const similarities = this.similaritiesOf.get(name) ?? new Similarities(leftTexts, rightTexts);
    this.similaritiesOf.set(name, similarities);
    similarities.least = Math.min(similarities.least, atLeast);
    return (one, other) => similarities.of(one, other) >= atLeast;
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

/**
 * The values of a feature as similarities read them. Most pairs are told apart by their outlines, which lie side by side
 * in one array; to fetch two texts from all over the memory takes longer than to compare them.
 */
export class Texts {
  private readonly values: readonly string[];
  private readonly made: (Text | undefined)[];
  private readonly outlines: Int32Array;

  constructor(values: readonly string[]) {
    this.values = values;
    this.made = new Array(values.length).fill(undefined);
    this.outlines = new Int32Array(outline * values.length);
    for (let code = 1; code < values.length; code += 1) {
      const text = bytes(values[code] as string);
      this.outlines[outline * code] = letterMask(text);
      this.outlines[outline * code + 1] = text.length;
      this.outlines[outline * code + 2] = beginningOf(text);
    }
  }

  of(code: number): Text {
    const made = this.made[code];
    if (made !== undefined) return made;
    const result = { text: bytes(this.values[code] ?? ""), mask: this.outlines[outline * code] ?? 0 };
    this.made[code] = result;
    return result;
  }

  /** Whether at most so many edits lie between two values. */
  within(left: number, right: number, atMost: number): boolean {
    const { outlines } = this;
    const [one, other] = [outlines[outline * left] as number, outlines[outline * right] as number];
    if (countBits(one & ~other) > atMost || countBits(other & ~one) > atMost) return false;
    const longer = (outlines[outline * left + 1] as number) - (outlines[outline * right + 1] as number);
    if (longer > atMost || -longer > atMost) return false;
    return withinEdits(this.of(left), this.of(right), atMost);
  }

  /** How similar a value is to one of another feature; of those that are less than `least` only that they are. */
  similarity(left: number, others: Texts, right: number, least: number): number {
    const one = this.outlines;
    const other = others.outlines;
    const [m, n] = [one[outline * left + 1] as number, other[outline * right + 1] as number];
    const prefix = Math.min(
      m,
      n,
      commonBytes((one[outline * left + 2] as number) ^ (other[outline * right + 2] as number)),
    );
    const most = mostSimilar(one[outline * left] as number, m, other[outline * right] as number, n, prefix);
    return most < least ? most : similarityFrom(this.of(left), others.of(right), least);
  }
}

/** Of each value its letters as bits, its length, its first four bytes, and room to keep it within a line of cache. */
const outline = 4;

/** The first four bytes, the first of them lowest. */
function beginningOf(text: string): number {
  let beginning = 0;
  for (let index = 0; index < 4 && index < text.length; index += 1) beginning |= text.charCodeAt(index) << (8 * index);
  return beginning;
}

/** How many bytes agree before the first that differs. */
function commonBytes(difference: number): number {
  return difference === 0 ? 4 : (31 - Math.clz32(difference & -difference)) >> 3;
}

/** So many similarities of two features are kept, each until another one takes its place. */
const kept = 2 ** 15;

/** Similarities of the values of two features. Names repeat: most that are asked for have just been worked out. */
export class Similarities {
  /** Below this nobody asks how much it is. */
  least = 1;
  /** The codes of the two values, in turns. */
  private readonly values = new Int32Array(2 * kept);
  private readonly results = new Float64Array(kept);
  private readonly leftTexts: Texts;
  private readonly rightTexts: Texts;

  constructor(leftTexts: Texts, rightTexts: Texts) {
    this.leftTexts = leftTexts;
    this.rightTexts = rightTexts;
  }

  /** Of two value codes, neither of them missing. */
  of(left: number, right: number): number {
    const at = mixed(Math.imul(left, 0x9e3779b1) ^ right) & (kept - 1);
    const values = this.values;
    if (values[2 * at] === left && values[2 * at + 1] === right) return this.results[at] as number;
    const similarity = this.leftTexts.similarity(left, this.rightTexts, right, this.least);
    values[2 * at] = left;
    values[2 * at + 1] = right;
    this.results[at] = similarity;
    return similarity;
  }
}

/** The codes where the table has them. */
export function codesIn(table: FeatureTable): (feature: string) => Codes {
  return (feature) => ({ data: table.column(feature).codes, stride: 1, offset: 0 });
}

/** The codes of these features record by record, so that what is compared of one lies side by side in memory. */
export function sideBySide(table: FeatureTable, features: readonly string[]): (feature: string) => Codes {
  const stride = features.length;
  const data = new Int32Array(table.count * stride);
  const columns = features.map((feature) => table.column(feature).codes);
  // A few records at a time: they stay in the cache until the last column is written.
  for (let from = 0; from < table.count; from += 256) {
    const to = Math.min(table.count, from + 256);
    for (let offset = 0; offset < stride; offset += 1) {
      const codes = columns[offset] as Int32Array;
      for (let record = from; record < to; record += 1) data[record * stride + offset] = codes[record] as number;
    }
  }
  const elsewhere = codesIn(table);
  return (feature) => {
    const offset = features.indexOf(feature);
    return offset < 0 ? elsewhere(feature) : { data, stride, offset };
  };
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
