import { describe, expect, it } from "vitest";
import { DD_MM_YYYY, MM_DD_YYYY } from "../../../../shared/sql/formats/dd-mm-yyyy.ts";
import { read } from "./reading.ts";

describe("DD_MM_YYYY", () => {
  it.each([
    ["04.03.1987", "1987-03-04"],
    ["4.3.87 ", "1987-03-04"],
    ["29/02/2024", "2024-02-29"],
    ["04-03-1987 00:00:00", "1987-03-04"],
    ["01.01.36", "2036-01-01"],
    ["01.01.37", "1937-01-01"],
    ["31.12.9999", "9999-12-31"],
    ["00.00.0000", null],
    ["  ", null],
    ["29.02.2023", "unreadable"],
    ["03/13/1987", "unreadable"],
    ["04.03/1987", "unreadable"],
    ["00.03.1987", "unreadable"],
    ["1987-03-04", "unreadable"],
    ["04.03.1987 10:15", "unreadable"],
    ["04.03.", "unreadable"],
    [4031987, "unreadable"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(DD_MM_YYYY, raw)).toBe(expected);
  });
});

describe("MM_DD_YYYY", () => {
  it.each([
    ["03/04/1987", "1987-03-04"],
    ["3/13/87", "1987-03-13"],
    ["13/03/1987", "unreadable"],
    ["00/00/0000", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(MM_DD_YYYY, raw)).toBe(expected);
  });
});
