import { describe, expect, it } from "vitest";
import { TITLE_CASE } from "../../../../shared/sql/formats/title-case.ts";
import { read } from "./reading.ts";

describe("TITLE_CASE", () => {
  it.each([
    ["O'NEIL-SMITH  ", "O'Neil-Smith"],
    ["MC DONALD", "Mc Donald"],
    ["ÅSA ÖBERG", "Åsa Öberg"],
    ["de Vries", "de Vries"],
    ["  ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(TITLE_CASE, raw)).toBe(expected);
  });

  it("cannot be looked for: many spellings read alike", () => {
    expect(TITLE_CASE).not.toHaveProperty("write");
  });
});
