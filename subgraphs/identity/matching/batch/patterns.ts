import type { Pattern } from "../expectation.ts";
import type { Compared } from "./compare.ts";

/** So many pairs of the candidates are counted; more would tell the same. */
export const candidateSample = 1_000_000;

/** The level patterns of compared pairs and how many showed each; with `only`, of the pairs where that dependency holds. */
export function patternsOf(
  chunks: Iterable<Compared>,
  options: { readonly limit?: number; readonly only?: number } = {},
): { patterns: Pattern[]; total: number; scale: number } {
  const all = [...chunks];
  const count = all.reduce((sum, { a }) => sum + a.length, 0);
  const { limit = Number.POSITIVE_INFINITY, only } = options;
  const kept = sampling(count, limit);
  const counts = new Map<string, number>();
  let total = 0;
  for (const { a, b, levels, dependencies } of all) {
    for (let index = 0; index < a.length; index += 1) {
      if (only !== undefined && ((dependencies[index] ?? 0) & (1 << only)) === 0) continue;
      if (!kept(a[index] ?? 0, b[index] ?? 0)) continue;
      let name = "";
      for (const column of levels) name += String.fromCharCode((column[index] ?? -1) + 1);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      total += 1;
    }
  }
  const names = [...counts.keys()].sort();
  const patterns = names.map((name) => ({
    levels: Array.from(name, (letter) => letter.charCodeAt(0) - 1),
    pairs: counts.get(name) ?? 0,
  }));
  return { patterns, total, scale: total === 0 ? 1 : count / total };
}

/** Whether a pair is among about `limit` of `count`: the same pairs in every run. */
export function sampling(count: number, limit: number): (a: number, b: number) => boolean {
  if (count <= limit) return () => true;
  const below = (limit / count) * 2 ** 32;
  return (a, b) => mixed(Math.imul(a, 0x9e3779b1) ^ mixed(b)) < below;
}

/** A number from 0 to 2^32 that looks like any other (the finaliser of MurmurHash3). */
export function mixed(number: number): number {
  let hash = number ^ (number >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
