import { describe, expect, it } from "vitest";
import { CENTS, IMPLIED_DECIMALS_2, IMPLIED_DECIMALS_3 } from "../../../../shared/sql/formats/implied-decimals.ts";
import { read, written } from "./reading.ts";

describe("implied decimals", () => {
  it.each([
    [12345, "123.45"],
    [5, "0.05"],
    [-5, "-0.05"],
    [0, "0.00"],
    ["0012345 ", "123.45"],
    ["", null],
    ["12.5", "unreadable"],
    [12.5, "unreadable"],
    ["1234E", "unreadable"],
  ])("read %j cents as %j", (raw, expected) => {
    expect(read(CENTS, raw)).toBe(expected);
    expect(read(IMPLIED_DECIMALS_2, raw)).toBe(expected);
  });

  it("keep every digit of a big number", () => {
    expect(read(CENTS, 9007199254740993n)).toBe("90071992547409.93");
  });

  it("read litres as cubic metres", () => {
    expect(read(IMPLIED_DECIMALS_3, 1250)).toBe("1.250");
    expect(read(IMPLIED_DECIMALS_3, -7)).toBe("-0.007");
  });

  it("are looked for as whole numbers, however many noughts are given", () => {
    expect(["1", "1.0", "1.000"].map((value) => written(CENTS, value))).toEqual([[100], [100], [100]]);
    expect(written(CENTS, "-0.05")).toEqual([-5]);
    expect(written(CENTS, "90071992547409.93")).toEqual([9007199254740993n]);
    expect(written(CENTS, "1.001")).toEqual([]);
    expect(written(CENTS, "1e3")).toBe("unreadable");
    expect(written(CENTS, "")).toBe("unreadable");
  });
});
