import { mixed } from "./patterns.ts";

/** Numbers distinct texts from 1 in the order in which they come; 0 is the empty first entry of `texts`. */
export class TextNumbers {
  readonly texts: string[] = [""];
  private readonly slots = new Slots(256);

  numberOf(text: string): number {
    const hash = hashOf(text);
    const texts = this.texts;
    const slots = this.slots;
    let at = slots.first(hash);
    for (;;) {
      const number = slots.numbers[at] as number;
      if (number === 0) break;
      if (slots.hashes[at] === hash && texts[number] === text) return number;
      at = slots.next(at);
    }
    const number = texts.push(text) - 1;
    slots.fill(at, hash, number);
    return number;
  }
}

/** Numbers distinct pairs of numbers from 1 in the order in which they come. */
export class PairNumbers {
  count = 0;
  private readonly slots: Slots;
  private lefts: Int32Array<ArrayBuffer>;
  private rights: Int32Array<ArrayBuffer>;

  /** Space for so many pairs to begin with. */
  constructor(expected = 128) {
    this.slots = new Slots(2 * expected);
    this.lefts = new Int32Array(expected + 1);
    this.rights = new Int32Array(expected + 1);
  }

  numberOf(left: number, right: number): number {
    const hash = mixed(Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) | 0;
    const slots = this.slots;
    let at = slots.first(hash);
    for (;;) {
      const number = slots.numbers[at] as number;
      if (number === 0) break;
      if (this.lefts[number] === left && this.rights[number] === right) return number;
      at = slots.next(at);
    }
    this.count += 1;
    if (this.count >= this.lefts.length) {
      this.lefts = longer(this.lefts);
      this.rights = longer(this.rights);
    }
    this.lefts[this.count] = left;
    this.rights[this.count] = right;
    slots.fill(at, hash, this.count);
    return this.count;
  }
}

/**
 * Remembers a number for each text by two hashes of it, 64 bits that differ in every step, in place of the text: a
 * million texts would keep the garbage collector busy, and that two of them clash is less likely than that memory fails.
 */
export class TextMemory {
  private readonly slots = new Slots(256);
  private checks = new Int32Array(256);
  private at = 0;
  private hash = 0;
  private check = 0;

  get size(): number {
    return this.slots.filled;
  }

  /** 0 where the text is unknown; then `remember` gives it a number. */
  recall(text: string): number {
    let [hash, check] = [0x811c9dc5, 0x3c6ef372];
    for (let index = 0; index < text.length; index += 1) {
      const letter = text.charCodeAt(index);
      hash = hashed(hash, letter);
      check = Math.imul(check ^ (check >>> 15) ^ letter, 0x5bd1e995);
    }
    this.hash = mixed(hash) | 0;
    this.check = mixed(check) | 0;
    const slots = this.slots;
    this.at = slots.first(this.hash);
    for (;;) {
      const number = slots.numbers[this.at] as number;
      if (number === 0 || (slots.hashes[this.at] === this.hash && this.checks[number] === this.check)) return number;
      this.at = slots.next(this.at);
    }
  }

  /** Numbers must come in ascending order. */
  remember(number: number): void {
    while (number >= this.checks.length) this.checks = longer(this.checks);
    this.checks[number] = this.check;
    this.slots.fill(this.at, this.hash, number);
  }
}

/** Numbers by hash with open addressing, at most half full; 0 is a free slot. */
class Slots {
  numbers: Int32Array<ArrayBuffer>;
  hashes: Int32Array<ArrayBuffer>;
  filled = 0;

  constructor(least: number) {
    const size = 2 ** Math.ceil(Math.log2(least));
    this.numbers = new Int32Array(size);
    this.hashes = new Int32Array(size);
  }

  first(hash: number): number {
    return hash & (this.numbers.length - 1);
  }

  next(at: number): number {
    return (at + 1) & (this.numbers.length - 1);
  }

  fill(at: number, hash: number, number: number): void {
    this.numbers[at] = number;
    this.hashes[at] = hash;
    this.filled += 1;
    if (2 * this.filled > this.numbers.length) this.grow();
  }

  private grow(): void {
    const { numbers, hashes } = this;
    this.numbers = new Int32Array(2 * numbers.length);
    this.hashes = new Int32Array(2 * numbers.length);
    for (let from = 0; from < numbers.length; from += 1) {
      const number = numbers[from] as number;
      if (number === 0) continue;
      const hash = hashes[from] as number;
      let at = this.first(hash);
      while (this.numbers[at] !== 0) at = this.next(at);
      this.numbers[at] = number;
      this.hashes[at] = hash;
    }
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = hashed(hash, text.charCodeAt(index));
  return mixed(hash) | 0;
}

/** A step of the hash of Fowler, Noll and Vo. */
function hashed(hash: number, letter: number): number {
  return Math.imul(hash ^ letter, 0x01000193);
}

export function longer(column: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * column.length);
  result.set(column);
  return result;
}
