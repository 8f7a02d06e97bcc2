import { describe, expect, it } from "vitest";
import { DATE } from "../../../../shared/sql/formats/date.ts";
import type { EngineTime } from "../../../../shared/sql/raw.ts";
import { context, read, written } from "./reading.ts";

describe("DATE", () => {
  it.each([
    ["2024-02-29", "2024-02-29"],
    ["2024-02-29 23:59:59", "2024-02-29"],
    ["2024-02-29T23:59:59.123", "2024-02-29"],
    ["9999-12-31 00:00:00", "9999-12-31"],
    ["2023-02-29", "unreadable"],
    ["0000-00-00", "unreadable"],
    ["29.02.2024", "unreadable"],
    [20240229, "unreadable"],
    ["", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(DATE, raw)).toBe(expected);
  });

  it("is looked for from midnight to midnight", () => {
    const span = DATE.span?.("2024-02-28", context);
    expect(Array.isArray(span) && span.map((each) => (each as EngineTime).text)).toEqual(["2024-02-28", "2024-02-29"]);
    expect(DATE.span?.("9999-12-31", context)).toHaveLength(1);
    expect(written(DATE, "2023-02-29")).toBe("unreadable");
    expect(written(DATE, "today")).toBe("unreadable");
  });
});
