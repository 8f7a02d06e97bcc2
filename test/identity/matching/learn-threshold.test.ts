import { describe, expect, it } from "vitest";
import { fewEnough, isMixed } from "../../../subgraphs/identity/matching/batch/learn-threshold.ts";
import { match } from "../../../subgraphs/identity/matching/match.ts";
import { startingModel } from "../../../subgraphs/identity/matching/starting-model.ts";
import { townspeople } from "./townspeople.ts";

const sizes = [100, 500, 1000, 2500, 5000, 10_000, 20_000, 50_000];

describe("whether so few persons are mixed that links may be this sure", () => {
  it("never asks for more of more persons, and never for less where more are mixed", () => {
    for (const persons of sizes) {
      for (let mixed = 0; mixed < 30; mixed += 1) {
        if (!fewEnough(mixed, persons)) expect(fewEnough(mixed + 1, persons)).toBe(false);
        else for (const more of sizes.filter((size) => size > persons)) expect(fewEnough(mixed, more)).toBe(true);
      }
    }
  });

  it("keeps a step that mixes half of what is tolerated in nine of ten samples that are too small to be sure", () => {
    for (const persons of [100, 500, 1000, 2500, 5000]) {
      expect(accepted(persons, 1 / 10_000)).toBeGreaterThanOrEqual(0.9);
    }
  });

  it("leaves a step that mixes twenty times what is tolerated in nine of ten samples of a thousand persons", () => {
    for (const persons of sizes.filter((size) => size >= 1000)) {
      expect(accepted(persons, 40 / 10_000)).toBeLessThanOrEqual(0.1);
    }
  });

  it("keeps a step that mixes as much as is tolerated in one of ten samples at most, once many persons were observed", () => {
    for (const persons of [40_000, 100_000]) expect(accepted(persons, 2 / 10_000)).toBeLessThan(0.11);
  });

  it("takes one mixed person for evidence only among few hundred", () => {
    expect(fewEnough(1, 400)).toBe(false);
    expect(fewEnough(1, 600)).toBe(true);
    expect(fewEnough(2, 5000)).toBe(false);
  });
});

describe("whether records of two persons are mixed", () => {
  const mixed = (...identifiers: readonly string[]) => isMixed([...identifiers.keys()], new Map(identifiers.entries()));

  it("is told by two numbers of one agency, unless one of them may be the other, mistyped", () => {
    expect(mixed("tax:4410077", "tax:9982345")).toBe(true);
    expect(mixed("tax:4410077", "tax:4410707")).toBe(false);
  });

  it("is not told by the numbers of two agencies, of which everybody has one each", () => {
    expect(mixed("tax:4410077", "health:123450099")).toBe(false);
    expect(mixed("tax:4410077", "health:123450099", "health:999988880")).toBe(true);
  });
});

/** The share of simulated samples in which a step with this rate of mixed persons is kept. */
function accepted(persons: number, rate: number): number {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const samples = 4000;
  let kept = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    // Exponential gaps between events: as many as fall within the expected number are a Poisson sample.
    let [mixed, reached] = [-1, 0];
    while (reached < persons * rate) {
      mixed += 1;
      reached += -Math.log(1 - random());
    }
    if (fewEnough(Math.max(mixed, 0), persons)) kept += 1;
  }
  return kept / samples;
}

describe("training with identifiers", () => {
  const numbered = townspeople(600).map((person, index) => ({
    ...person,
    identifier: [{ schemaAgency: "NATIONAL", notation: String((index + 1) * 7_654_321).padStart(11, "3") }],
  }));
  async function* pages() {
    for (const department of ["a", "b"]) {
      const records = numbered.map((record, index) => ({ ...record, key: `${department}${index}` }));
      yield { department, records };
    }
  }
  const sources = ["a", "b"].map((department) => ({ department, uniquePerPerson: true }));

  it("keeps the usual threshold where few records mix nobody, and says that they were few", async () => {
    const remarks: string[] = [];
    const { model } = await match({ sources, records: pages(), train: true, onRemark: (one) => remarks.push(one) });
    expect(model.thresholds.link).toBeCloseTo(startingModel().thresholds.link, 10);
    expect(remarks).toEqual([
      expect.stringMatching(/^Too few persons with identifiers .* as much as 600 who all have one, and 11,402 are/),
    ]);
  });

  it("says nothing of identifiers where there are none", async () => {
    const remarks: string[] = [];
    await match({
      sources,
      records: pages(),
      train: true,
      useIdentifiers: false,
      onRemark: (one) => remarks.push(one),
    });
    expect(remarks).toEqual([]);
  });
});
