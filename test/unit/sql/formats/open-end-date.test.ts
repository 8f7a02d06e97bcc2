import { describe, expect, it } from "vitest";
import { OPEN_END_DATE } from "../../../../shared/sql/formats/open-end-date.ts";
import { read } from "./reading.ts";

describe("OPEN_END_DATE", () => {
  it.each([
    ["9999-12-31 00:00:00", null],
    [99991231, null],
    ["99991231", null],
    ["2024-02-29", "2024-02-29"],
    [20240229, "2024-02-29"],
    ["31-DEC-9999", "unreadable"],
    ["soon", "unreadable"],
    [" ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(OPEN_END_DATE, raw)).toBe(expected);
  });
});
