import { describe, expect, it } from "vitest";
import { doubtfulRemark, withoutDoubtful } from "../../../subgraphs/identity/matching/batch/doubt.ts";
import { defaultModel } from "../../../subgraphs/identity/matching/default-model.ts";
import { levelWeight, type Model } from "../../../subgraphs/identity/matching/model.ts";
import { disorderOf } from "../../../subgraphs/identity/matching/monotone.ts";
import { startingModel } from "../../../subgraphs/identity/matching/starting-model.ts";

/** The starting model as training would leave it that found so many of one person to differ in an attribute. */
function differing(attribute: string, share: number): Model {
  const start = startingModel();
  const comparisons = start.comparisons.map((one) =>
    one.attribute !== attribute
      ? one
      : {
          ...one,
          levels: one.levels.map((level, index) => {
            const isLast = index === one.levels.length - 1;
            const others = 1 - (one.levels.at(-1)?.m ?? 0);
            return { ...level, m: isLast ? share : (level.m / others) * (1 - share) };
          }),
        },
  );
  return { ...start, comparisons };
}

const levelsOf = (model: Model, attribute: string) =>
  model.comparisons.find((one) => one.attribute === attribute)?.levels ?? [];

function weightOfDifference(model: Model, attribute: string): number {
  const level = levelsOf(model, attribute).at(-1);
  return level === undefined ? Number.NaN : levelWeight(level);
}

describe("what training may not believe", () => {
  it.each([
    "givenName",
    "dateOfBirth",
  ])("takes back a %s that differs in three of ten records of one person", (attribute) => {
    const learnt = differing(attribute, 0.3);
    expect(weightOfDifference(learnt, attribute)).toBeGreaterThan(-2);
    const { model, doubtful } = withoutDoubtful(learnt, startingModel());
    expect(doubtful).toEqual([attribute]);
    expect(weightOfDifference(model, attribute)).toBeLessThan(-5);
    expect(disorderOf(levelsOf(model, attribute))).toBeUndefined();
    expect(doubtfulRemark(attribute)).toMatch(
      /different (given names|dates of birth) .* relatives may be linked as one/,
    );
  });

  it("leaves a model as it is whose differences errors explain, and what relatives share besides", () => {
    for (const model of [differing("dateOfBirth", 0.22), differing("familyName", 0.5), defaultModel()]) {
      expect(withoutDoubtful(model, startingModel())).toEqual({ model, doubtful: [] });
    }
  });
});
