import { describe, expect, it } from "vitest";
import { YES_NO } from "../../../../shared/sql/formats/yes-no.ts";
import { read, written } from "./reading.ts";

describe("YES_NO", () => {
  it.each([
    ["Y", true],
    ["j ", true],
    [1, true],
    [true, true],
    ["X", true],
    ["N", false],
    [0, false],
    ["F", false],
    [false, false],
    [" ", null],
    ["?", "unreadable"],
    [2, "unreadable"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(YES_NO, raw)).toBe(expected);
  });

  it("is looked for in all spellings that it reads", () => {
    for (const value of [true, false]) {
      for (const raw of written(YES_NO, value) ?? []) expect(read(YES_NO, raw as string)).toBe(value);
    }
  });
});
