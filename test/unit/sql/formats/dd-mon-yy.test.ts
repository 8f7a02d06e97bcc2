import { describe, expect, it } from "vitest";
import { DD_MON_YY } from "../../../../shared/sql/formats/dd-mon-yy.ts";
import { read } from "./reading.ts";

describe("DD_MON_YY", () => {
  it.each([
    ["04-MAR-87", "1987-03-04"],
    ["4-mar-87 ", "1987-03-04"],
    ["04-MAR-1987", "1987-03-04"],
    ["01-JAN-36", "2036-01-01"],
    ["01-JAN-37", "1937-01-01"],
    ["31-DEC-9999", "9999-12-31"],
    ["31-FEB-20", "unreadable"],
    ["04-MRZ-87", "unreadable"],
    [870304, "unreadable"],
    ["  ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(DD_MON_YY, raw)).toBe(expected);
  });
});
