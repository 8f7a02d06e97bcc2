import { listFeatures } from "../features.ts";
import type { BlockingRule } from "../model.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";
import { PairNumbers } from "./numbering.ts";
import type { Pairs } from "./pairs.ts";

/** Which block each entry is in. A record has one entry; under a rule with lists one for each combination of values. */
export interface Blocks {
  /** The record of each entry, ascending; absent where entry and record are one. */
  readonly records?: Int32Array;
  /** The block of each entry; 0 where something that the rule needs is missing. */
  readonly blockOf: Int32Array;
  /** Entries by block. */
  readonly sizes: Int32Array;
}

/** How many blocks of a size a rule makes. */
export interface BlockSize {
  readonly size: number;
  readonly blocks: number;
}

/** Puts records into blocks, rule after rule; what neighbouring rules have in common is worked out once. */
export class Blocking {
  private readonly table: FeatureTable;
  private readonly parts = new Map<string, Grouping>();
  private last: { readonly parts: string; readonly grouping: Grouping } | undefined;

  constructor(table: FeatureTable) {
    this.table = table;
  }

  blocks(rule: BlockingRule): Blocks {
    const scalars = rule.filter((part) => !isList(part));
    const lists = rule.filter(isList);
    let { groupOf, groups } = this.grouped(scalars);
    let records: Int32Array | undefined;
    for (const list of lists) {
      const expanded = this.expand(list, groupOf, records);
      records = expanded.records;
      ({ groupOf, groups } = refine({ groupOf: expanded.groupOf, groups }, expanded.values));
    }
    const sizes = new Int32Array(groups + 1);
    for (let entry = 0; entry < groupOf.length; entry += 1) {
      const block = groupOf[entry] as number;
      sizes[block] = (sizes[block] as number) + 1;
    }
    sizes[0] = 0;
    return { ...(records && { records }), blockOf: groupOf, sizes };
  }

  /** Records that agree on all these parts are in one group. */
  private grouped(parts: readonly string[]): Grouping {
    const [first, ...others] = parts;
    if (first === undefined) return { groupOf: new Int32Array(this.table.count).fill(1), groups: 1 };
    let grouping = this.part(first);
    for (const [index, part] of others.entries()) {
      const name = parts.slice(0, index + 2).join("+");
      if (this.last?.parts === name) grouping = this.last.grouping;
      else grouping = refine(grouping, this.part(part));
      if (index + 2 < parts.length) this.last = { parts: name, grouping };
    }
    return grouping;
  }

  private part(part: string): Grouping {
    let grouping = this.parts.get(part);
    if (grouping === undefined) {
      grouping = groupsBy(this.table, part);
      this.parts.set(part, grouping);
    }
    return grouping;
  }

  /** An entry for each value of the list of each record that has a group. */
  private expand(
    feature: string,
    groupOf: Int32Array,
    records: Int32Array | undefined,
  ): { readonly records: Int32Array; readonly groupOf: Int32Array; readonly values: Grouping } {
    const column = this.table.column(feature);
    let entries = 0;
    for (let entry = 0; entry < groupOf.length; entry += 1) {
      if (groupOf[entry] !== 0) entries += codesOf(column, records?.[entry] ?? entry).length;
    }
    const expanded = { records: new Int32Array(entries), groupOf: new Int32Array(entries) };
    const values = new Int32Array(entries);
    let at = 0;
    for (let entry = 0; entry < groupOf.length; entry += 1) {
      const group = groupOf[entry] as number;
      if (group === 0) continue;
      const record = records === undefined ? entry : (records[entry] as number);
      for (const value of codesOf(column, record)) {
        expanded.records[at] = record;
        expanded.groupOf[at] = group;
        values[at] = value;
        at += 1;
      }
    }
    return { ...expanded, values: { groupOf: values, groups: column.values.length - 1 } };
  }
}

/** The sizes of blocks of more than one record, ascending. */
export function sizesOf({ sizes }: Blocks): BlockSize[] {
  const largest = sizes.reduce((most, size) => (size > most ? size : most), 0);
  const counts = new Int32Array(largest + 1);
  for (let block = 1; block < sizes.length; block += 1) {
    const size = sizes[block] as number;
    counts[size] = (counts[size] as number) + 1;
  }
  const found: BlockSize[] = [];
  for (let size = 2; size <= largest; size += 1) {
    const blocks = counts[size] as number;
    if (blocks > 0) found.push({ size, blocks });
  }
  return found;
}

/** The pairs of all blocks of at most so many records; a pair that shares two blocks is there twice. */
export function pairsWithin(
  { records, blockOf, sizes }: Blocks,
  largest: number,
  apart: (a: number, b: number) => boolean,
): Pairs {
  const ends = new Int32Array(sizes.length);
  let [entries, most] = [0, 0];
  for (let block = 1; block < sizes.length; block += 1) {
    const size = sizes[block] as number;
    ends[block] = entries;
    if (size < 2 || size > largest) continue;
    entries += size;
    most += (size * (size - 1)) / 2;
  }
  const members = new Int32Array(entries);
  for (let entry = 0; entry < blockOf.length; entry += 1) {
    const block = blockOf[entry] as number;
    const size = sizes[block] as number;
    if (size < 2 || size > largest) continue;
    const end = ends[block] as number;
    members[end] = records === undefined ? entry : (records[entry] as number);
    ends[block] = end + 1;
  }
  const [as, bs] = [new Int32Array(most), new Int32Array(most)];
  let pairs = 0;
  for (let block = 1; block < sizes.length; block += 1) {
    const size = sizes[block] as number;
    if (size < 2 || size > largest) continue;
    const end = ends[block] as number;
    for (let one = end - size; one < end; one += 1) {
      const a = members[one] as number;
      for (let other = one + 1; other < end; other += 1) {
        const b = members[other] as number;
        if (apart(a, b)) continue;
        as[pairs] = a;
        bs[pairs] = b;
        pairs += 1;
      }
    }
  }
  return { a: as.subarray(0, pairs), b: bs.subarray(0, pairs) };
}

export function isList(part: string): boolean {
  return (listFeatures as readonly string[]).includes(part);
}

/** Records that have the same value, or the same first letters of one, are in one group. */
export function groupsBy(table: FeatureTable, part: string): Grouping {
  const [name = part, letters] = part.split(":");
  const { codes, values } = table.column(name);
  if (letters === undefined) return { groupOf: codes, groups: values.length - 1 };
  const beginnings = new Map<string, number>([["", 0]]);
  const shortened = Int32Array.from(values, (value) => {
    const beginning = value.slice(0, Number(letters));
    const code = beginnings.get(beginning) ?? beginnings.size;
    beginnings.set(beginning, code);
    return code;
  });
  const groupOf = new Int32Array(codes.length);
  for (let record = 0; record < groupOf.length; record += 1) {
    groupOf[record] = shortened[codes[record] as number] as number;
  }
  return { groupOf, groups: beginnings.size - 1 };
}

interface Grouping {
  /** Group 0 is of those with something missing. */
  readonly groupOf: Int32Array;
  readonly groups: number;
}

/** Two tables of so many cells fit the caches of most processors still; beyond, cells are looked up by a hash. */
const mostCells = 1 << 22;

/** Groups of what is in one group of both. */
function refine(left: Grouping, right: Grouping): Grouping {
  const cells = (left.groups + 1) * (right.groups + 1);
  return cells <= mostCells ? refineByCell(left, right, cells) : refineByHash(left, right);
}

function refineByCell(left: Grouping, right: Grouping, cells: number): Grouping {
  const numbers = new Int32Array(cells);
  const groupOf = new Int32Array(left.groupOf.length);
  const width = right.groups + 1;
  let groups = 0;
  for (let entry = 0; entry < groupOf.length; entry += 1) {
    const [one, other] = [left.groupOf[entry] as number, right.groupOf[entry] as number];
    if (one === 0 || other === 0) continue;
    const cell = one * width + other;
    let group = numbers[cell] as number;
    if (group === 0) {
      groups += 1;
      group = groups;
      numbers[cell] = group;
    }
    groupOf[entry] = group;
  }
  return { groupOf, groups };
}

function refineByHash(left: Grouping, right: Grouping): Grouping {
  const groupOf = new Int32Array(left.groupOf.length);
  const pairs = new PairNumbers(groupOf.length);
  for (let entry = 0; entry < groupOf.length; entry += 1) {
    const [one, other] = [left.groupOf[entry] as number, right.groupOf[entry] as number];
    if (one !== 0 && other !== 0) groupOf[entry] = pairs.numberOf(one, other);
  }
  return { groupOf, groups: pairs.count };
}
