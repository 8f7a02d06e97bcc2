import { describe, expect, it } from "vitest";
import { comparePairs } from "../../../subgraphs/identity/matching/batch/compare.ts";
import { countFrequencies, frequencyFeatures } from "../../../subgraphs/identity/matching/batch/frequencies.ts";
import { loadRecords } from "../../../subgraphs/identity/matching/batch/load.ts";
import { weigh } from "../../../subgraphs/identity/matching/batch/weigh.ts";
import { PairWeigher, weighPairs } from "../../../subgraphs/identity/matching/batch/weigh-pairs.ts";
import { defaultModel } from "../../../subgraphs/identity/matching/default-model.ts";
import type { WeighedPairs } from "../../../subgraphs/identity/matching/edges.ts";
import { forRecords } from "../../../subgraphs/identity/matching/model.ts";
import { townspeople } from "./townspeople.ts";

/** Townspeople twice over: as they are, and as a careless clerk has them. */
async function* pages() {
  const people = townspeople(120);
  yield { department: "1", records: people.map((person, index) => ({ ...person, key: String(index) })) };
  const careless = people.map((person, index) => ({
    ...person,
    key: String(index),
    ...(index % 2 === 0 ? { givenName: person.familyName, familyName: person.givenName } : {}),
    ...(index % 3 === 0 ? { familyName: `${person.familyName}s` } : {}),
    ...(index % 5 === 0 ? { dateOfBirth: person.dateOfBirth?.replace(/^(\d\d\d)\d/, "$13") } : {}),
    ...(index % 7 === 0 ? { address: { thoroughfare: "Mill Lane", postCode: "20412" } } : {}),
  }));
  yield { department: "2", records: careless };
}

function rowsOf({ length, a, b, weight, taken, levels, weights }: WeighedPairs): unknown[] {
  return Array.from({ length }, (_, index) => ({
    pair: [a[index], b[index]],
    weight: weight[index],
    taken: taken[index],
    levels: levels.map((column) => column[index]),
    weights: weights.map((column) => column[index]),
  }));
}

describe("weighing pairs in one go", () => {
  it.each([
    Number.NEGATIVE_INFINITY,
    -8,
    0,
    12,
  ])("keeps the pairs of at least %s bits that weighing compared pairs keeps, to the last digit", async (atLeast) => {
    const { table, count } = await loadRecords(pages(), { useIdentifiers: true });
    const model = forRecords(defaultModel(), count);
    const frequencies = countFrequencies(table, frequencyFeatures(model));
    const [a, b]: [number[], number[]] = [[], []];
    for (let one = 0; one < count; one += 1) {
      for (let other = one + 1; other < count; other += 1) {
        a.push(one);
        b.push(other);
      }
    }
    const pairs = { a: Int32Array.from(a), b: Int32Array.from(b) };
    const compared = await weigh(comparePairs(table, model, pairs), model, { table, frequencies, atLeast });
    const weighed = await weighPairs(pairs, new PairWeigher(model, { table, frequencies }), { atLeast });
    expect(rowsOf(weighed)).toEqual(rowsOf(compared));
    expect(weighed.length).toBeGreaterThanOrEqual(120 - 60);
    expect(weighed.length === a.length).toBe(atLeast === Number.NEGATIVE_INFINITY);
  });
});
