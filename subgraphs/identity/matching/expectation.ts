import type { Comparison } from "./model.ts";

/** How many pairs showed one combination of levels; -1 is missing. */
export interface Pattern {
  readonly levels: readonly number[];
  readonly pairs: number;
}

export interface Estimate {
  /** Share of the pairs that are of one person. */
  readonly matches: number;
  /** Probability of each level among them, by comparison; undefined where no pair showed the comparison. */
  readonly m: readonly (readonly number[] | undefined)[];
  /** Expected number of matching pairs in which the comparison was observed. */
  readonly observed: readonly number[];
}

/**
 * Expectation maximisation over level patterns: u is fixed, m and the share of matches are learnt. The starting m
 * stays in as `prior` pairs, so that a level hardly seen keeps a sensible weight.
 */
export function expectMatches(
  patterns: readonly Pattern[],
  comparisons: readonly Comparison[],
  options: {
    matches: number;
    learn: readonly boolean[];
    prior: number;
    around?: readonly Comparison[];
    fixMatches?: boolean;
    rounds?: number;
  },
): Estimate {
  let matches = options.matches;
  let m = comparisons.map((comparison) => comparison.levels.map((level) => level.m));
  const u = comparisons.map((comparison) => comparison.levels.map((level) => level.u));
  let observed = comparisons.map(() => 0);
  const total = patterns.reduce((sum, pattern) => sum + pattern.pairs, 0);
  for (let round = 0; round < (options.rounds ?? 40); round += 1) {
    const counts = comparisons.map((comparison) => comparison.levels.map(() => 0));
    let expected = 0;
    for (const pattern of patterns) {
      const probability = posterior(pattern.levels, m, u, matches, options.learn);
      expected += probability * pattern.pairs;
      for (const [index, level] of pattern.levels.entries()) {
        const row = counts[index];
        if (level >= 0 && row !== undefined) row[level] = (row[level] ?? 0) + probability * pattern.pairs;
      }
    }
    observed = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    const next = counts.map((row, index) =>
      options.learn[index]
        ? smooth(row, (options.around ?? comparisons)[index]?.levels.map((level) => level.m) ?? [], options.prior)
        : (m[index] ?? []),
    );
    const moved = Math.max(
      ...next.flatMap((row, index) => row.map((value, level) => Math.abs(value - (m[index]?.[level] ?? 0)))),
    );
    m = next;
    if (options.fixMatches !== true) matches = Math.min(Math.max(expected / Math.max(total, 1), 1e-12), 1 - 1e-9);
    if (moved < 1e-5) break;
  }
  return { matches, m: m.map((row, index) => (options.learn[index] ? row : undefined)), observed };
}

/** The probability that a pair with these levels is of one person; comparisons not learnt from are left out. */
export function posterior(
  levels: readonly number[],
  m: readonly (readonly number[])[],
  u: readonly (readonly number[])[],
  matches: number,
  use?: readonly boolean[],
): number {
  let weight = Math.log(matches / (1 - matches));
  for (const [index, level] of levels.entries()) {
    if (level < 0 || use?.[index] === false) continue;
    weight += Math.log((m[index]?.[level] ?? 1) / (u[index]?.[level] ?? 1));
  }
  return 1 / (1 + Math.exp(-weight));
}

/** Shares of counts with `strength` further observations spread as `prior` says. */
export function smooth(counts: readonly number[], prior: readonly number[], strength: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0) + strength * prior.reduce((sum, share) => sum + share, 0);
  return counts.map((count, level) => Math.max((count + strength * (prior[level] ?? 0)) / total, 1e-9));
}
