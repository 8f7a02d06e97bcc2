import { describe, expect, it } from "vitest";
import { otherComparison } from "../../../subgraphs/identity/matching/comparisons.ts";
import { defaultModel, match } from "../../../subgraphs/identity/matching/index.ts";
import { type ComparisonLevel, levelWeight } from "../../../subgraphs/identity/matching/model.ts";
import { disorderIn, disorderOf, monotone } from "../../../subgraphs/identity/matching/monotone.ts";
import { townspeople } from "./townspeople.ts";

const level = (name: string, m: number, u: number, offScale?: boolean): ComparisonLevel => ({
  name,
  m,
  u,
  ...(offScale === undefined ? {} : { offScale }),
});
const weights = (levels: readonly ComparisonLevel[]) => levels.map((one) => Number(levelWeight(one).toFixed(6)));

describe("the order of levels", () => {
  it("gives neighbours in the wrong order one weight, and leaves the sum of m as it was", () => {
    const learnt = [
      level("same", 0.7, 0.01),
      level("one", 0.02, 0.4),
      level("two", 0.08, 0.2),
      level("none", 0.2, 0.39),
    ];
    expect(disorderOf(learnt)).toEqual({ closer: "one", farther: "two" });
    const pooled = monotone(learnt);
    expect(disorderOf(pooled)).toBeUndefined();
    expect(weights(pooled)).toEqual([6.129283, ...Array(3).fill(Number(Math.log2(0.3 / 0.99).toFixed(6)))]);
    expect(pooled.reduce((sum, { m }) => sum + m, 0)).toBeCloseTo(1, 12);
  });

  it("leaves levels alone that are in order, and those off the scale above the last", () => {
    const learnt = [level("same", 0.7, 0.01), level("swapped", 0.1, 0.0001, true), level("none", 0.2, 0.9899)];
    expect(monotone(learnt)).toEqual(learnt);
    const useless = [level("same", 0.7, 0.01), level("swapped", 0.00001, 0.1, true), level("none", 0.2, 0.89)];
    expect(disorderOf(useless)).toEqual({ closer: "swapped", farther: "none" });
    expect(disorderOf(monotone(useless))).toBeUndefined();
  });

  it("holds in the shipped model, and in comparisons that are added to it", () => {
    const comparisons = [...defaultModel().comparisons, otherComparison("occupation")];
    expect(comparisons.map(({ levels }) => disorderOf(levels))).toEqual(comparisons.map(() => undefined));
  });

  it("holds after training on a few records, which tell little of most levels", async () => {
    async function* pages() {
      const people = townspeople(300).map((person, number) => ({ ...person, key: String(number) }));
      const copies = people.map((person) => ({
        ...person,
        key: `${person.key} again`,
        address: { ...person.address, postCode: person.address?.postCode?.replace(/.$/, "x") },
      }));
      yield { department: "registry", records: [...people, ...copies] };
    }
    const { model } = await match({
      sources: [{ department: "registry", uniquePerPerson: false }],
      records: pages(),
      train: true,
    });
    const trained = model.comparisons.filter(({ attribute }) => attribute !== "identifier" && attribute !== "email");
    expect(trained.map(({ attribute }) => attribute)).toContain("postCode");
    expect(trained.flatMap(({ levels }) => disorderOf(levels) ?? [])).toEqual([]);
  });

  it("is missed in a model that lost it, and both levels are named", () => {
    expect(disorderIn(defaultModel())).toBeUndefined();
    const model = structuredClone(defaultModel());
    const last = model.comparisons[0]?.levels.at(-1) as { m: number };
    last.m = 1;
    expect(disorderIn(model)).toMatch(/^of \w+, "different" weighs more than ".+", which is closer$/);
  });
});
