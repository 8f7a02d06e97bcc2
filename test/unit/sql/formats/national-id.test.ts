import { describe, expect, it } from "vitest";
import { NATIONAL_ID } from "../../../../shared/sql/formats/national-id.ts";
import { read } from "./reading.ts";

describe("NATIONAL_ID", () => {
  it.each([
    ["380-0101 123/4 ", "38001011234"],
    ["12.345.678-k", "12345678K"],
    [38001011234, "38001011234"],
    ["38001011235", "38001011235"],
    ["000000", null],
    [" - ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(NATIONAL_ID, raw)).toBe(expected);
  });
});
