import { describe, expect, it } from "vitest";
import { LAST_COMMA_FIRST } from "../../../../shared/sql/formats/last-comma-first.ts";
import { read } from "./reading.ts";

describe("LAST_COMMA_FIRST", () => {
  it.each([
    ["DOE, JOHN Q    ", "John Q Doe"],
    ["DOE,JOHN", "John Doe"],
    ["DOE, JOHN, JR", "John Doe Jr"],
    ["Doe, John", "John Doe"],
    ["DOE", "Doe"],
    ["DOE,", "Doe"],
    [",", null],
    ["   ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(LAST_COMMA_FIRST, raw)).toBe(expected);
  });
});
