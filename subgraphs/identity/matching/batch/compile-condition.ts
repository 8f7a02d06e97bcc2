import type { Condition } from "../condition.ts";
import { isSimilar, type Text, withinEdits } from "../similarity.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";

/** Whether something holds between two records of a table, by number. */
export type PairTest = (a: number, b: number) => boolean;

/** The condition made ready for the columns of a table: the same as `holds`, for millions of pairs. */
export function compileCondition(condition: Condition, table: FeatureTable): PairTest {
  const codes = (feature: string): Int32Array => firstCodes(table, feature);
  const texts = (feature: string): readonly Text[] => table.column(feature).texts;
  if ("missing" in condition) {
    const column = codes(condition.missing);
    return (a, b) => column[a] === 0 || column[b] === 0;
  }
  if ("all" in condition) return allOf(condition.all.map((part) => compileCondition(part, table)));
  if ("any" in condition) return anyOf(condition.any.map((part) => compileCondition(part, table)));
  if ("not" in condition) {
    const test = compileCondition(condition.not, table);
    return (a, b) => !test(a, b);
  }
  if ("equal" in condition) {
    const column = codes(condition.equal);
    return (a, b) => column[a] !== 0 && column[a] === column[b];
  }
  if ("sharing" in condition) {
    const column = table.column(condition.sharing);
    return (a, b) => {
      if (column.codes[a] === 0 || column.codes[b] === 0) return false;
      if (column.codes[a] === column.codes[b]) return true;
      if (column.lists === undefined) return false;
      const other = codesOf(column, b);
      return codesOf(column, a).some((code) => other.includes(code));
    };
  }
  if ("crossed" in condition) {
    const [left, right] = condition.crossed;
    const same = sameAcross(table, left, right);
    return (a, b) => same(a, b) && same(b, a);
  }
  if ("across" in condition) {
    const alike = alikeAcross(table, condition.across, condition.atLeast);
    return (a, b) => alike(a, b) || alike(b, a);
  }
  if ("crossedAlike" in condition) {
    const alike = alikeAcross(table, condition.crossedAlike, condition.atLeast);
    return (a, b) => alike(a, b) && alike(b, a);
  }
  if ("eitherIs" in condition) {
    const column = codes(condition.eitherIs);
    const code = table.column(condition.eitherIs).values.indexOf(condition.value, 1);
    return code < 0 ? () => false : (a, b) => column[a] === code || column[b] === code;
  }
  const [feature, test] = onTexts(condition);
  const [column, values] = [codes(feature), texts(feature)];
  return (a, b) => {
    const [left, right] = [column[a] ?? 0, column[b] ?? 0];
    return left !== 0 && right !== 0 && test(values[left] as Text, values[right] as Text);
  };
}

/** The conditions that look at the two texts of one feature. */
function onTexts(
  condition: Extract<Condition, object>,
): readonly [feature: string, test: (left: Text, right: Text) => boolean] {
  if ("similar" in condition) {
    const { similar, atLeast } = condition;
    return [similar, (left, right) => isSimilar(left, right, atLeast)];
  }
  if ("edits" in condition) {
    const { edits, atMost } = condition;
    return [edits, (left, right) => withinEdits(left, right, atMost)];
  }
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
  if ("near" in condition) {
    const { near, within } = condition;
    return [near, (left, right) => Math.abs(Number(left.text) - Number(right.text)) <= within];
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
function sameAcross(table: FeatureTable, left: string, right: string): PairTest {
  const [lefts, rights] = [firstCodes(table, left), firstCodes(table, right)];
  const numbers = new Map(table.column(right).values.map((value, code) => [value, code]));
  const translated = Int32Array.from(table.column(left).values, (value) => numbers.get(value) ?? 0);
  return (a, b) => {
    const code = translated[lefts[a] ?? 0] ?? 0;
    return code !== 0 && code === rights[b];
  };
}

/** Whether one feature of the first record is like another feature of the second. */
function alikeAcross(table: FeatureTable, [left, right]: readonly [string, string], atLeast: number): PairTest {
  const [lefts, rights] = [firstCodes(table, left), firstCodes(table, right)];
  const [leftTexts, rightTexts] = [table.column(left).texts, table.column(right).texts];
  return (a, b) => {
    const [first, second] = [lefts[a] ?? 0, rights[b] ?? 0];
    return first !== 0 && second !== 0 && isSimilar(leftTexts[first] as Text, rightTexts[second] as Text, atLeast);
  };
}

/** Codes of one value a record; of a list its first. */
function firstCodes(table: FeatureTable, feature: string): Int32Array {
  const column = table.column(feature);
  return column.lists === undefined
    ? column.codes
    : Int32Array.from(column.codes, (_, record) => codesOf(column, record)[0] ?? 0);
}
