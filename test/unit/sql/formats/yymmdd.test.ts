import { describe, expect, it } from "vitest";
import { YYMMDD } from "../../../../shared/sql/formats/yymmdd.ts";
import { read } from "./reading.ts";

describe("YYMMDD", () => {
  it.each([
    [870304, "1987-03-04"],
    ["870304", "1987-03-04"],
    [50304, "2005-03-04"],
    [360501, "2036-05-01"],
    [360502, "1936-05-02"],
    ["000101", "2000-01-01"],
    [0, null],
    ["      ", null],
    [871304, "unreadable"],
    [1870304, "unreadable"],
    ["8703-4", "unreadable"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(YYMMDD, raw)).toBe(expected);
  });

  it("takes nobody to be born in the future", () => {
    expect(read(YYMMDD, 260502, { yearsAhead: 0 })).toBe("1926-05-02");
    expect(read(YYMMDD, 260501, { yearsAhead: 0 })).toBe("2026-05-01");
  });

  it("takes 29 February to be of the latest leap year that it can", () => {
    expect(read(YYMMDD, "000229")).toBe("2000-02-29");
    expect(read(YYMMDD, "360229", { today: "2027-01-01" })).toBe("2036-02-29");
    expect(read(YYMMDD, "370229")).toBe("unreadable");
  });
});
