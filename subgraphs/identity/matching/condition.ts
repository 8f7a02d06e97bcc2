import type { Features } from "./features.ts";
import { damerauLevenshtein, jaroWinkler } from "./similarity.ts";

/**
 * What must hold between two records for a comparison level, as data: it is written in the model file, turned
 * into SQL for the batch and evaluated in memory for one pair. A missing value makes a condition false.
 */
export type Condition =
  | { readonly missing: string }
  | { readonly equal: string }
  | { readonly crossed: readonly [string, string] }
  | { readonly crossedAlike: readonly [string, string]; readonly atLeast: number }
  | { readonly across: readonly [string, string]; readonly atLeast: number }
  | { readonly similar: string; readonly atLeast: number }
  | { readonly edits: string; readonly atMost: number }
  | { readonly sharing: string }
  | { readonly beginning: string; readonly least: number }
  | { readonly starts: string; readonly letters: number }
  | { readonly near: string; readonly within: number }
  | { readonly eitherIs: string; readonly value: string }
  | { readonly eitherShort: string; readonly letters: number }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** Whether the condition holds between two records in memory. */
export function holds(condition: Condition, a: Features, b: Features): boolean {
  if ("missing" in condition) return a[condition.missing] === undefined || b[condition.missing] === undefined;
  if ("all" in condition) return condition.all.every((part) => holds(part, a, b));
  if ("any" in condition) return condition.any.some((part) => holds(part, a, b));
  if ("not" in condition) return !holds(condition.not, a, b);
  if ("sharing" in condition) {
    const other = many(b, condition.sharing);
    return many(a, condition.sharing).some((value) => other.includes(value));
  }
  if ("eitherIs" in condition)
    return one(a, condition.eitherIs) === condition.value || one(b, condition.eitherIs) === condition.value;
  if ("crossed" in condition) {
    const [left, right] = condition.crossed;
    return same(a, left, b, right) && same(a, right, b, left);
  }
  if ("crossedAlike" in condition) {
    const [left, right] = condition.crossedAlike;
    return alike(a, left, b, right, condition.atLeast) && alike(a, right, b, left, condition.atLeast);
  }
  if ("across" in condition) {
    const [left, right] = condition.across;
    return alike(a, left, b, right, condition.atLeast) || alike(a, right, b, left, condition.atLeast);
  }
  if ("equal" in condition) return same(a, condition.equal, b, condition.equal);
  if ("similar" in condition) return alike(a, condition.similar, b, condition.similar, condition.atLeast);
  if ("edits" in condition) {
    const [left, right] = [one(a, condition.edits), one(b, condition.edits)];
    if (left === undefined || right === undefined) return false;
    return (
      Math.abs(left.length - right.length) <= condition.atMost && damerauLevenshtein(left, right) <= condition.atMost
    );
  }
  if ("starts" in condition) {
    const [left, right] = [one(a, condition.starts), one(b, condition.starts)];
    return (
      left !== undefined &&
      right !== undefined &&
      left.slice(0, condition.letters) === right.slice(0, condition.letters)
    );
  }
  if ("eitherShort" in condition) {
    const [left, right] = [one(a, condition.eitherShort), one(b, condition.eitherShort)];
    return left !== undefined && right !== undefined && Math.min(left.length, right.length) <= condition.letters;
  }
  if ("beginning" in condition) {
    const [left, right] = [one(a, condition.beginning), one(b, condition.beginning)];
    if (left === undefined || right === undefined || Math.min(left.length, right.length) < condition.least)
      return false;
    return left.startsWith(right) || right.startsWith(left);
  }
  const [left, right] = [one(a, condition.near), one(b, condition.near)];
  return left !== undefined && right !== undefined && Math.abs(Number(left) - Number(right)) <= condition.within;
}

/**
 * The condition as a DuckDB expression over the record aliases `a` and `b`; NULL counts as false. Within CASE WHEN
 * DuckDB evaluates what follows in AND and OR only where it still matters; anywhere else it evaluates everything.
 */
export function conditionSql(condition: Condition): string {
  if ("missing" in condition) return `(a.${condition.missing} IS NULL OR b.${condition.missing} IS NULL)`;
  if ("all" in condition) return `(${condition.all.map(conditionSql).join(" AND ")})`;
  if ("any" in condition) return `(${condition.any.map(conditionSql).join(" OR ")})`;
  if ("not" in condition) return `(CASE WHEN ${conditionSql(condition.not)} THEN false ELSE true END)`;
  if ("sharing" in condition) return `list_has_any(a.${condition.sharing}, b.${condition.sharing})`;
  if ("eitherIs" in condition) {
    const value = `'${condition.value.replaceAll("'", "''")}'`;
    return `(coalesce(a.${condition.eitherIs} = ${value}, false) OR coalesce(b.${condition.eitherIs} = ${value}, false))`;
  }
  if ("crossed" in condition) {
    const [left, right] = condition.crossed;
    return `(a.${left} = b.${right} AND a.${right} = b.${left})`;
  }
  if ("crossedAlike" in condition) {
    const [left, right] = condition.crossedAlike;
    const one = alikeSql(`a.${left}`, `b.${right}`, condition.atLeast);
    return `(${one} AND ${alikeSql(`a.${right}`, `b.${left}`, condition.atLeast)})`;
  }
  if ("across" in condition) {
    const [left, right] = condition.across;
    const one = alikeSql(`a.${left}`, `b.${right}`, condition.atLeast);
    return `(${one} OR ${alikeSql(`a.${right}`, `b.${left}`, condition.atLeast)})`;
  }
  if ("equal" in condition) return `(a.${condition.equal} = b.${condition.equal})`;
  if ("similar" in condition) return alikeSql(`a.${condition.similar}`, `b.${condition.similar}`, condition.atLeast);
  if ("edits" in condition) {
    return editsSql(`a.${condition.edits}`, `b.${condition.edits}`, condition.atMost);
  }
  if ("starts" in condition) {
    return `(left(a.${condition.starts}, ${condition.letters}) = left(b.${condition.starts}, ${condition.letters}))`;
  }
  if ("eitherShort" in condition) {
    return `(least(length(a.${condition.eitherShort}), length(b.${condition.eitherShort})) <= ${condition.letters})`;
  }
  if ("beginning" in condition) {
    const [left, right] = [`a.${condition.beginning}`, `b.${condition.beginning}`];
    const long = `least(length(${left}), length(${right})) >= ${condition.least}`;
    return `(${long} AND (starts_with(${left}, ${right}) OR starts_with(${right}, ${left})))`;
  }
  return `(abs(CAST(a.${condition.near} AS INTEGER) - CAST(b.${condition.near} AS INTEGER)) <= ${condition.within})`;
}

function one(features: Features, name: string): string | undefined {
  const value = features[name];
  return typeof value === "string" ? value : value?.[0];
}

function many(features: Features, name: string): readonly string[] {
  const value = features[name];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function same(a: Features, left: string, b: Features, right: string): boolean {
  const value = one(a, left);
  return value !== undefined && value === one(b, right);
}

function alike(a: Features, left: string, b: Features, right: string, atLeast: number): boolean {
  const [first, second] = [one(a, left), one(b, right)];
  return first !== undefined && second !== undefined && jaroWinkler(first, second) >= atLeast;
}

/**
 * DuckDB's `damerau_levenshtein` costs ten times its `levenshtein` and thirty times its `hamming`, which bound it: a
 * transposition is two substitutions.
 */
function editsSql(left: string, right: string, atMost: number): string {
  const counted = `damerau_levenshtein(${left}, ${right}) <= ${atMost}`;
  const near = `levenshtein(${left}, ${right}) <= ${2 * atMost} AND ${counted}`;
  const shifted = atMost === 1 ? "false" : near;
  return `(CASE
    WHEN ${left} = ${right} THEN true
    WHEN strlen(${left}) = strlen(${right}) THEN CASE
      WHEN hamming(${left}, ${right}) <= ${atMost} THEN true
      WHEN ${atMost === 1 ? `hamming(${left}, ${right}) = 2 AND ${counted}` : shifted} THEN true ELSE false END
    WHEN abs(strlen(${left}) - strlen(${right})) <= ${atMost}
      AND ${atMost === 1 ? `levenshtein(${left}, ${right}) <= 1` : near} THEN true
    ELSE false END)`;
}

function alikeSql(left: string, right: string, atLeast: number): string {
  if (atLeast >= 1) return `(${left} = ${right})`;
  return `(jaro_winkler_similarity(${left}, ${right}, ${atLeast}) >= ${atLeast})`;
}
