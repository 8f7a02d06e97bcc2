import { describe, expect, it } from "vitest";
import { before, isoDate, nextDay, parseIsoDate } from "../../../../shared/sql/formats/calendar.ts";

describe("the calendar", () => {
  it.each([
    ["2024-02-29", "P1Y", "2023-02-28"],
    ["2024-03-31", "P1M", "2024-02-29"],
    ["2026-01-15", "P10Y", "2016-01-15"],
    ["2026-01-15", "P1Y2M", "2024-11-15"],
    ["2026-01-15", "P2W", "2026-01-01"],
    ["2026-03-01", "P1D", "2026-02-28"],
    ["2026-03-01", "P0D", "2026-03-01"],
  ])("goes back from %s by %s to %s", (date, period, expected) => {
    expect(before(date, period)).toBe(expected);
  });

  it("knows leap years and month ends", () => {
    expect([isoDate(1900, 2, 29), isoDate(2000, 2, 29), isoDate(2024, 4, 31)]).toEqual([
      undefined,
      "2000-02-29",
      undefined,
    ]);
    expect([nextDay("2023-12-31"), nextDay("2024-02-28")]).toEqual(["2024-01-01", "2024-02-29"]);
    expect(nextDay("9999-12-31")).toBeUndefined();
    expect([parseIsoDate("2024-2-1"), parseIsoDate("2024-02-01T00:00")]).toEqual([undefined, undefined]);
  });
});
