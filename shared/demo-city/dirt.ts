/** What is wrong with what a department wrote down of a person, with the share of its records that must have it. */
export const dirtRates = {
  IDENTIFIER_ABSENT: 0.15,
  NAME_TYPO: 0.05,
  NICKNAME: 0.08,
  STALE_ADDRESS: 0.12,
  CHANGED_SURNAME: 0.06,
  SHARED_TELEPHONE: 0.1,
  PLACEHOLDER_BIRTH_DATE: 0.02,
  NAMES_SWAPPED: 0.005,
  SPELT_OTHERWISE: 0.01,
  DAY_MONTH_SWAPPED: 0.01,
  ESTIMATED_BIRTH_DATE: 0.007,
  IDENTIFIER_MISTYPED: 0.003,
  IDENTIFIER_OF_RELATIVE: 0.001,
} as const;

export type DirtKind = keyof typeof dirtRates;

export type DirtRates = Readonly<Record<DirtKind, number>>;

export const dirtKinds = Object.keys(dirtRates) as readonly DirtKind[];

const bitOf = Object.fromEntries(dirtKinds.map((kind, i) => [kind, 1 << i])) as Record<DirtKind, number>;

/** The faults of one record, as bits: a city has hundreds of thousands of them. */
export type Dirt = number;

export function withDirt(dirt: Dirt, kind: DirtKind): Dirt {
  return dirt | bitOf[kind];
}

export function hasDirt(dirt: Dirt, kind: DirtKind): boolean {
  return (dirt & bitOf[kind]) !== 0;
}

export function kindsOf(dirt: Dirt): DirtKind[] {
  return dirtKinds.filter((kind) => hasDirt(dirt, kind));
}
