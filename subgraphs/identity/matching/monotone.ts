import { type ComparisonLevel, levelWeight, type Model } from "./model.ts";

/** A level that weighs more than one which is closer. */
export interface Disorder {
  readonly closer: string;
  readonly farther: string;
}

/** Bits by which rounding may put a level above one that is closer. */
const rounding = 1e-9;

/**
 * The levels with such m that none weighs more, before term frequencies, than one that is closer: neighbours in the
 * wrong order get one weight for both (pool adjacent violators, Ayer et al. 1955, weighted by u), so that the sum of
 * all m stays as it was. What the data hardly show is learnt at random: without this, post codes that differ in two
 * characters may weigh less than any others that differ. Levels off the scale are not compared with the others, only
 * held above the last one, which says that nothing agrees.
 */
export function monotone<Level extends ComparisonLevel>(levels: readonly Level[]): Level[] {
  const pools: { m: number; u: number; levels: number[] }[] = [];
  for (const [index, { m, u, offScale }] of levels.entries()) {
    if (offScale) continue;
    let pool = { m, u, levels: [index] };
    for (let before = pools.at(-1); before && pool.m / pool.u > before.m / before.u; before = pools.at(-1)) {
      pool = { m: before.m + pool.m, u: before.u + pool.u, levels: [...before.levels, ...pool.levels] };
      pools.pop();
    }
    pools.push(pool);
  }
  const poolOf = new Map(pools.flatMap((pool) => pool.levels.map((index) => [index, pool] as const)));
  const last = pools.at(-1) ?? { m: 0, u: 1 };
  return levels.map((level, index) => {
    const pool = poolOf.get(index);
    if (pool?.levels.length === 1) return level;
    const ratio = pool === undefined ? Math.max(last.m / last.u, level.m / level.u) : pool.m / pool.u;
    return { ...level, m: Math.min(1, level.u * ratio) };
  });
}

/** The first level on the scale that weighs more than the one before it, or off it less than the last. */
export function disorderOf(levels: readonly ComparisonLevel[]): Disorder | undefined {
  const above = (farther: ComparisonLevel, closer: ComparisonLevel): Disorder | undefined =>
    levelWeight(farther) > levelWeight(closer) + rounding ? { closer: closer.name, farther: farther.name } : undefined;
  const scale = levels.filter(({ offScale }) => !offScale);
  const last = levels.at(-1);
  for (const [index, level] of levels.entries()) {
    const next = level.offScale ? last : scale[scale.indexOf(level) + 1];
    const found = next === undefined || index === levels.length - 1 ? undefined : above(next, level);
    if (found) return found;
  }
  return undefined;
}

/** The first attribute of a model whose levels are in no order, in words for people. */
export function disorderIn({ comparisons }: Pick<Model, "comparisons">): string | undefined {
  for (const { attribute, levels } of comparisons) {
    const found = disorderOf(levels);
    if (found) return `of ${attribute}, "${found.farther}" weighs more than "${found.closer}", which is closer`;
  }
  return undefined;
}
