import { describe, expect, it } from "vitest";
import { TRIM } from "../../../../shared/sql/formats/trim.ts";
import { read, written } from "./reading.ts";

describe("TRIM", () => {
  it.each([
    ["ACTIVE    ", "ACTIVE"],
    ["  Ä b ", "Ä b"],
    ["     ", null],
    ["", null],
    [42, "42"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(TRIM, raw)).toBe(expected);
  });

  it("keeps every digit of a big number", () => {
    expect(read(TRIM, 9007199254740993n)).toBe("9007199254740993");
  });

  it("is looked for as it is shown", () => {
    expect(written(TRIM, "AB")).toEqual(["AB"]);
  });
});
