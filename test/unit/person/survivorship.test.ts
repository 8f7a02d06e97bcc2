import { describe, expect, it } from "vitest";
import { type Candidate, defaultSurvivorship, survivor } from "../../../subgraphs/person/survivorship.ts";

const from = (department: string, value: string, changed?: string, quality = 0): Candidate<string> => ({
  department,
  value,
  sameness: () => value.toLowerCase(),
  changed,
  quality,
});
const rules = { rules: ["SOURCE_PRIORITY", "MOST_FREQUENT", "LAST_UPDATED"], sources: ["register"] } as const;
const chosen = (...candidates: Candidate<string>[]) => {
  const found = survivor(candidates, rules);
  return found && [found.candidate.value, found.rule];
};

describe("survivorship", () => {
  it("has nothing to choose from no record, and no choice with one", () => {
    expect(chosen()).toBeNull();
    expect(chosen(from("a", "Doe"))).toEqual(["Doe", "ONLY_SOURCE"]);
  });

  it("believes the department that ranks first, even alone", () => {
    expect(chosen(from("a", "Doe"), from("b", "Doe"), from("register", "Roe"))).toEqual(["Roe", "SOURCE_PRIORITY"]);
  });

  it("else believes what most departments say, however many records one of them holds", () => {
    expect(chosen(from("a", "Doe"), from("a", "Doe"), from("a", "Doe"), from("b", "Roe"), from("c", "Roe"))).toEqual([
      "Roe",
      "MOST_FREQUENT",
    ]);
  });

  it("else believes whoever changed the record last, comparing instants and not their spelling", () => {
    const early = from("a", "Doe", "2024-01-01T10:00:00+02:00");
    const late = from("b", "Roe", "2024-01-01T09:00:00Z");
    expect(chosen(early, late, from("c", "Poe"))).toEqual(["Roe", "LAST_UPDATED"]);
  });

  it("settles a tie by the order of the records, the same every time", () => {
    expect(chosen(from("a", "Doe"), from("b", "Roe"))).toEqual(["Doe", "MOST_FREQUENT"]);
  });

  it("shows the best spelling of the value that it chose", () => {
    expect(chosen(from("a", "DOE", undefined, 0), from("b", "Doe", undefined, 2))).toEqual(["Doe", "MOST_FREQUENT"]);
  });

  it("has a rule for every field", () => {
    for (const { rules: each } of Object.values(defaultSurvivorship)) expect(each.length).toBeGreaterThan(0);
  });
});
