import type { Condition } from "../condition.ts";
import type { Text } from "../similarity.ts";
import { type Codes, ComparedColumns } from "./compared-columns.ts";
import type { FeatureTable } from "./feature-table.ts";

/** Whether something holds between two records of a table, by number. */
export type PairTest = (a: number, b: number) => boolean;

export interface Compiling {
  /** Where the codes are, if not in the columns of the table. */
  readonly codes?: (feature: string) => Codes;
  /** True where so many pairs are compared that similarities of values are worth keeping. */
  readonly keep?: boolean;
  /** Conditions, by their text, that are tested once for each pair in a row. */
  readonly repeated?: ReadonlySet<string>;
}

/** Makes conditions ready for the columns of a table: the same as `holds`, what several of them need made only once. */
export function conditionCompiler(
  table: FeatureTable,
  { codes, keep, repeated }: Compiling = {},
): (condition: Condition) => PairTest {
  const columns = new ComparedColumns(table, { codes, keep });
  const remembered = new Map<string, PairTest>();
  const compile = (condition: Condition): PairTest => {
    if (repeated === undefined) return compiled(condition, columns, compile);
    const name = JSON.stringify(condition);
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const test = compiled(condition, columns, compile);
    if (!repeated.has(name)) return test;
    const remembering = rememberingLast(test);
    remembered.set(name, remembering);
    return remembering;
  };
  return compile;
}

function compiled(condition: Condition, columns: ComparedColumns, compile: (part: Condition) => PairTest): PairTest {
  if ("missing" in condition) {
    const { data, stride, offset } = columns.first(condition.missing);
    return (a, b) => data[a * stride + offset] === 0 || data[b * stride + offset] === 0;
  }
  if ("all" in condition) return allOf(condition.all.map(compile));
  if ("any" in condition) return anyOf(condition.any.map(compile));
  if ("not" in condition) {
    const test = compile(condition.not);
    return (a, b) => !test(a, b);
  }
  if ("equal" in condition) {
    const { data, stride, offset } = columns.first(condition.equal);
    return (a, b) => {
      const code = data[a * stride + offset];
      return code !== 0 && code === data[b * stride + offset];
    };
  }
  if ("sharing" in condition) return sharing(columns, condition.sharing);
  if ("crossed" in condition) {
    const [left, right] = condition.crossed;
    const same = sameAcross(columns, left, right);
    return (a, b) => same(a, b) && same(b, a);
  }
  if ("across" in condition) {
    const alike = alikeAcross(columns, condition.across, condition.atLeast);
    return (a, b) => alike(a, b) || alike(b, a);
  }
  if ("crossedAlike" in condition) {
    const alike = alikeAcross(columns, condition.crossedAlike, condition.atLeast);
    return (a, b) => alike(a, b) && alike(b, a);
  }
  if ("eitherIs" in condition) {
    const { data, stride, offset } = columns.first(condition.eitherIs);
    const code = columns.table.column(condition.eitherIs).values.indexOf(condition.value, 1);
    return code < 0 ? () => false : (a, b) => data[a * stride + offset] === code || data[b * stride + offset] === code;
  }
  if ("similar" in condition) return alikeAcross(columns, [condition.similar, condition.similar], condition.atLeast);
  if ("near" in condition) {
    const { data, stride, offset } = columns.first(condition.near);
    const numbers = Float64Array.from(columns.table.column(condition.near).values, Number);
    return (a, b) => {
      const [left, right] = [data[a * stride + offset] as number, data[b * stride + offset] as number];
      if (left === 0 || right === 0) return false;
      return Math.abs((numbers[left] as number) - (numbers[right] as number)) <= condition.within;
    };
  }
  if ("edits" in condition) {
    const [{ data, stride, offset }, texts] = [columns.first(condition.edits), columns.texts(condition.edits)];
    return (a, b) => {
      const [left, right] = [data[a * stride + offset] as number, data[b * stride + offset] as number];
      if (left === 0 || right === 0) return false;
      return left === right || texts.within(left, right, condition.atMost);
    };
  }
  const [feature, test] = onTexts(condition);
  const [{ data, stride, offset }, texts] = [columns.first(feature), columns.texts(feature)];
  return (a, b) => {
    const [left, right] = [data[a * stride + offset] as number, data[b * stride + offset] as number];
    return left !== 0 && right !== 0 && test(texts.of(left), texts.of(right));
  };
}

function sharing(columns: ComparedColumns, feature: string): PairTest {
  const { data, stride, offset } = columns.codes(feature);
  const { lists } = columns.table.column(feature);
  const single = columns.single(feature);
  return (a, b) => {
    const [left, right] = [data[a * stride + offset] as number, data[b * stride + offset] as number];
    if (left === 0 || right === 0) return false;
    if (left === right) return true;
    // Most have one phone and one mailbox, and then two lists are as different as two values.
    if (single[left] === 1 && single[right] === 1) return false;
    return lists !== undefined && haveCommon(lists[left] ?? [], lists[right] ?? []);
  };
}

function haveCommon(left: readonly number[], right: readonly number[]): boolean {
  for (let index = 0; index < left.length; index += 1) {
    for (let other = 0; other < right.length; other += 1) if (left[index] === right[other]) return true;
  }
  return false;
}

/** Remembers what it said of the last pair. */
function rememberingLast(test: PairTest): PairTest {
  let [left, right, held] = [-1, -1, false];
  return (a, b) => {
    if (a === left && b === right) return held;
    held = test(a, b);
    [left, right] = [a, b];
    return held;
  };
}

/** The conditions that look at the two texts of one feature. */
function onTexts(
  condition: Extract<Condition, object>,
): readonly [feature: string, test: (left: Text, right: Text) => boolean] {
  if ("starts" in condition) {
    const { starts, letters } = condition;
    return [starts, (left, right) => sameStart(left.text, right.text, letters)];
  }
  if ("eitherShort" in condition) {
    const { eitherShort, letters } = condition;
    return [eitherShort, (left, right) => Math.min(left.text.length, right.text.length) <= letters];
  }
  if ("beginning" in condition) {
    const { beginning, least } = condition;
    return [
      beginning,
      ({ text: left }, { text: right }) => {
        const shorter = Math.min(left.length, right.length);
        return shorter >= least && sameStart(left, right, shorter);
      },
    ];
  }
  throw new Error(`no test is known for the condition ${JSON.stringify(condition)}`);
}

function sameStart(left: string, right: string, letters: number): boolean {
  for (let index = 0; index < letters; index += 1) {
    if (left.charCodeAt(index) !== right.charCodeAt(index)) {
      // Both shorter and equal so far: past the end charCodeAt is NaN, which equals nothing.
      return index >= left.length && index >= right.length;
    }
  }
  return true;
}

function allOf(tests: readonly PairTest[]): PairTest {
  return (a, b) => {
    for (const test of tests) if (!test(a, b)) return false;
    return true;
  };
}

function anyOf(tests: readonly PairTest[]): PairTest {
  return (a, b) => {
    for (const test of tests) if (test(a, b)) return true;
    return false;
  };
}

/** Whether one feature of the first record is another feature of the second, whose codes are other codes. */
function sameAcross(columns: ComparedColumns, left: string, right: string): PairTest {
  const [lefts, rights] = [columns.first(left), columns.first(right)];
  const translated = columns.translation(left, right);
  return (a, b) => {
    const code = translated[lefts.data[a * lefts.stride + lefts.offset] as number];
    return code !== 0 && code === rights.data[b * rights.stride + rights.offset];
  };
}

/** Whether one feature of the first record is like another feature of the second. */
function alikeAcross(columns: ComparedColumns, [left, right]: readonly [string, string], atLeast: number): PairTest {
  if (atLeast >= 1) return sameAcross(columns, left, right);
  const [lefts, rights] = [columns.first(left), columns.first(right)];
  const alike = columns.alike(left, right, atLeast);
  return (a, b) => {
    const first = lefts.data[a * lefts.stride + lefts.offset] as number;
    const second = rights.data[b * rights.stride + rights.offset] as number;
    return first !== 0 && second !== 0 && alike(first, second);
  };
}
