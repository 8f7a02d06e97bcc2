import { type ComparisonLevel, collisionOf, levelWeight, type Model } from "../model.ts";
import { type Codes, codesIn } from "./compared-columns.ts";
import type { FeatureTable } from "./feature-table.ts";
import type { ValueFrequencies } from "./frequencies.ts";

/** What a level weighs in bits. */
export interface LevelWeight {
  of(a: number, b: number): number;
  /** No pair of records weighs more. */
  readonly most: number;
}

/** The weights of all levels, by comparison; rarity included where the model goes by it. */
export function levelWeights(
  model: Model,
  table: FeatureTable,
  frequencies: ReadonlyMap<string, ValueFrequencies>,
  codes = codesIn(table),
): readonly (readonly LevelWeight[])[] {
  const rarities = new Map<string, Rarity>();
  const weightOf = (level: ComparisonLevel): LevelWeight => {
    const base = levelWeight(level);
    const found = level.frequency === undefined ? undefined : frequencies.get(level.frequency);
    if (level.frequency === undefined || found === undefined) return { of: () => base, most: base };
    const rarity = rarities.get(level.frequency) ?? rarityOf(table, level.frequency, found, model, codes);
    rarities.set(level.frequency, rarity);
    return { of: (a, b) => base + rarity.of(a, b), most: base + rarity.most };
  };
  return model.comparisons.map(({ levels }) => levels.map(weightOf));
}

type Rarity = LevelWeight;

/** Bits that the rarity of the agreed value adds to what u says; the commoner of two different values counts. */
function rarityOf(
  table: FeatureTable,
  feature: string,
  { collision, shares }: ValueFrequencies,
  model: Model,
  codes: (feature: string) => Codes,
): Rarity {
  const { lists } = table.column(feature);
  const { data, stride, offset } = codes(feature);
  const usual = collisionOf(model, feature, collision);
  const bits = shares.map((share) => Math.log2(usual / share));
  const most = bits.reduce((greatest, rare) => (rare > greatest ? rare : greatest), 0);
  const of = (a: number, b: number): number => {
    const [left, right] = [data[a * stride + offset] as number, data[b * stride + offset] as number];
    if (lists === undefined) return left === 0 || right === 0 ? 0 : Math.min(bits[left] ?? 0, bits[right] ?? 0);
    const [first = [], second = []] = [lists[left], lists[right]];
    if (left === right) return bits[first[0] ?? -1] ?? 0;
    // The first of those shared in the order of their texts, as in memory.
    for (const code of first) if (second.includes(code)) return bits[code] ?? 0;
    return 0;
  };
  return { of, most };
}
