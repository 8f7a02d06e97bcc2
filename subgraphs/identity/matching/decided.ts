import type { Edge } from "./clustering.ts";

/** The weight of a pair that a steward has declared to be one person, and of one declared to be two. */
export const demanded = Number.POSITIVE_INFINITY;
export const forbidden = Number.NEGATIVE_INFINITY;

/** What stewards decided on the records of one component. */
export interface Decisions {
  /** The number of the person that a record was declared to belong to; of most records nothing was declared. */
  personOf(record: number): readonly number[];
  apart(a: number, b: number): boolean;
  /** Puts groups together that hold records of one person; where that would join two persons, single records move. */
  join(groups: readonly (readonly number[])[]): number[][];
}

export function decisionsAmong(
  records: readonly number[],
  edges: readonly Edge[],
  cannotLink: ReadonlySet<string>,
): Decisions {
  const together = edges
    .filter(({ weight }) => weight === demanded)
    .sort((one, other) => one.a - other.a || one.b - other.b);
  const barred = new Set(edges.filter(({ weight }) => weight === forbidden).map(({ a, b }) => nameOf(a, b)));
  const apart = (a: number, b: number): boolean => cannotLink.has(nameOf(a, b)) || barred.has(nameOf(a, b));
  const persons = personsOf(together);
  return {
    personOf: (record) => persons.get(record) ?? [],
    apart,
    join(groups) {
      const groupOf = new Map<number, number[]>();
      for (const group of groups) {
        const members = [...group];
        for (const record of members) groupOf.set(record, members);
      }
      const move = (moved: readonly number[], to: number[]): void => {
        for (const record of moved) {
          const from = groupOf.get(record);
          from?.splice(from.indexOf(record), 1);
          to.push(record);
          groupOf.set(record, to);
        }
      };
      for (const { a, b } of together) {
        const [left, right] = [groupOf.get(a), groupOf.get(b)];
        if (left === undefined || right === undefined || left === right) continue;
        const free = (some: readonly number[], others: readonly number[]): boolean =>
          !some.some((one) => others.some((other) => apart(one, other)));
        if (free(left, right)) move([...right], left);
        else if (free(left, [b])) move([b], left);
        else if (free([a], right)) move([a], right);
        else if (!apart(a, b)) move([a, b], []);
      }
      const joined = [...new Set(records.map((record) => groupOf.get(record) ?? [record]))];
      for (const group of joined) group.sort((one, other) => one - other);
      return joined.sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
    },
  };
}

/** Numbers the persons that decisions make, by record. */
function personsOf(together: readonly Edge[]): ReadonlyMap<number, readonly number[]> {
  const persons = new Map<number, readonly number[]>();
  for (const [index, { a, b }] of together.entries()) {
    const numbers = [...(persons.get(a) ?? []), ...(persons.get(b) ?? []), index];
    const least = [Math.min(...numbers)];
    for (const [record, [number]] of persons)
      if (number !== undefined && numbers.includes(number)) persons.set(record, least);
    persons.set(a, least).set(b, least);
  }
  return persons;
}

/** How pairs are named among those that cannot be linked. */
export function nameOf(a: number, b: number): string {
  return `${Math.min(a, b)}:${Math.max(a, b)}`;
}
