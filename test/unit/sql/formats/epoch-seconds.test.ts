import { describe, expect, it } from "vitest";
import { EPOCH_SECONDS } from "../../../../shared/sql/formats/epoch-seconds.ts";
import { read, written } from "./reading.ts";

describe("EPOCH_SECONDS", () => {
  it.each([
    [1700000000, "2023-11-15T00:13:20+02:00"],
    ["1719871200", "2024-07-02T01:00:00+03:00"],
    [-86400, "1969-12-31T03:00:00+03:00"],
    [0, null],
    ["", null],
    [1700000000000, "unreadable"],
    ["now", "unreadable"],
    [1.5, "unreadable"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(EPOCH_SECONDS, raw)).toBe(expected);
  });

  it("is looked for as the same instant, whatever its offset", () => {
    expect(written(EPOCH_SECONDS, "2023-11-15T00:13:20+02:00")).toEqual([1700000000]);
    expect(written(EPOCH_SECONDS, "2023-11-14T22:13:20Z")).toEqual([1700000000]);
    expect(written(EPOCH_SECONDS, "then")).toBe("unreadable");
  });
});
