import { describe, expect, it } from "vitest";
import { YYYYMMDD } from "../../../../shared/sql/formats/yyyymmdd.ts";
import { read, written } from "./reading.ts";

describe("YYYYMMDD", () => {
  it.each([
    [20240229, "2024-02-29"],
    ["20240229 ", "2024-02-29"],
    [99991231, "9999-12-31"],
    [0, null],
    ["00000000", null],
    ["        ", null],
    [20230229, "unreadable"],
    [20241301, "unreadable"],
    [-20240101, "unreadable"],
    ["2024-01-01", "unreadable"],
    [20240101.5, "unreadable"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(YYYYMMDD, raw)).toBe(expected);
  });

  it("is looked for as a number", () => {
    expect(written(YYYYMMDD, "2024-02-29")).toEqual([20240229]);
    expect(written(YYYYMMDD, "2024-02-30")).toBe("unreadable");
  });
});
