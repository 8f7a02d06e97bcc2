import type { DecidedRecord, DecisionKind } from "../store/crosswalk.ts";
import type { Bonds } from "./engine.ts";

/**
 * What the decisions say of records that are there; where two of them speak of one pair, the later one counts.
 * `numberOf` gives a record's number, or undefined where it is gone.
 */
export function bondsOf(
  decisions: readonly DecidedRecord[],
  numberOf: (department: string, lookupKey: string) => number | undefined,
): Bonds {
  const groups = new Map<number, { kind: DecisionKind; members: { record: number; side: number }[] }>();
  for (const { decision, kind, department, lookupKey, side } of decisions) {
    const record = numberOf(department, lookupKey);
    if (record === undefined) continue;
    const group = groups.get(decision) ?? { kind, members: [] };
    group.members.push({ record, side });
    groups.set(decision, group);
  }
  const bonds = new Map<string, { pair: readonly [number, number]; must: boolean }>();
  for (const { kind, members } of groups.values()) {
    const must = kind === "CONFIRM" || kind === "MERGE";
    for (const [index, one] of members.entries()) {
      for (const other of members.slice(index + 1)) {
        if (one.record === other.record || (!must && one.side === other.side)) continue;
        const pair =
          one.record < other.record ? ([one.record, other.record] as const) : ([other.record, one.record] as const);
        bonds.set(pair.join(":"), { pair, must });
      }
    }
  }
  const all = [...bonds.values()];
  return {
    must: all.filter(({ must }) => must).map(({ pair }) => pair),
    cannot: all.filter(({ must }) => !must).map(({ pair }) => pair),
  };
}
