import { describe, expect, it } from "vitest";
import { LOWER_EMAIL } from "../../../../shared/sql/formats/lower-email.ts";
import { read } from "./reading.ts";

describe("LOWER_EMAIL", () => {
  it.each([
    [" Ann.Doe@Example.NET ", "ann.doe@example.net"],
    ["Ann <ANN@x.org>", "ann@x.org"],
    ["mailto:a@b.c", "a@b.c"],
    ["none", null],
    ["a@b c@d", null],
    ["", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(LOWER_EMAIL, raw)).toBe(expected);
  });
});
