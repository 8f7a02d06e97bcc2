import { describe, expect, it } from "vitest";
import { PHONE } from "../../../../shared/sql/formats/phone.ts";
import { read } from "./reading.ts";

describe("PHONE", () => {
  it.each([
    ["+1 (555) 010-9999", "+15550109999"],
    ["0049 (0)30 555 999", "+4930555999"],
    ["(030) 555-999 ext. 12", "030555999"],
    ["555.1234 x7", "5551234"],
    [5551234, "5551234"],
    ["n/a", null],
    ["123", null],
    ["  ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(PHONE, raw)).toBe(expected);
  });
});
