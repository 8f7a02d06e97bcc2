import { type ComparisonLevel, collisionOf, levelWeight, type Model } from "../model.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";
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
): readonly (readonly LevelWeight[])[] {
  const rarities = new Map<string, Rarity>();
  const weightOf = (level: ComparisonLevel): LevelWeight => {
    const base = levelWeight(level);
    const found = level.frequency === undefined ? undefined : frequencies.get(level.frequency);
    if (level.frequency === undefined || found === undefined) return { of: () => base, most: base };
    const rarity = rarities.get(level.frequency) ?? rarityOf(table, level.frequency, found, model);
    rarities.set(level.frequency, rarity);
    return { of: (a, b) => base + rarity.of(a, b), most: base + rarity.most };
  };
  return model.comparisons.map(({ levels }) => levels.map(weightOf));
}

type Rarity = LevelWeight;

/** Bits that the rarity of the agreed value adds to what u says; the commoner of two different values counts. */
function rarityOf(table: FeatureTable, feature: string, { collision, shares }: ValueFrequencies, model: Model): Rarity {
  const column = table.column(feature);
  const usual = collisionOf(model, feature, collision);
  const bits = shares.map((share) => Math.log2(usual / share));
  const most = bits.reduce((greatest, rare) => (rare > greatest ? rare : greatest), 0);
  if (column.lists === undefined) {
    const of = (a: number, b: number): number => {
      const [left, right] = [column.codes[a] ?? 0, column.codes[b] ?? 0];
      return left === 0 || right === 0 ? 0 : Math.min(bits[left] ?? 0, bits[right] ?? 0);
    };
    return { of, most };
  }
  const { lists } = column;
  const of = (a: number, b: number): number => {
    if (column.codes[a] === column.codes[b]) return bits[lists[column.codes[a] ?? 0]?.[0] ?? -1] ?? 0;
    const other = codesOf(column, b);
    // The first of those shared in the order of their texts, as in memory.
    for (const code of lists[column.codes[a] ?? 0] ?? []) if (other.includes(code)) return bits[code] ?? 0;
    return 0;
  };
  return { of, most };
}
