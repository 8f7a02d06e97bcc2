import { describe, expect, it } from "vitest";
import { formatOfType } from "../../../../shared/sql/formats/by-type.ts";
import { read, written } from "./reading.ts";

describe("a column without a format", () => {
  it.each([
    ["String", "padded  ", "padded  "],
    ["String", "", null],
    ["String", 42, "42"],
    ["ID", "A1   ", "A1"],
    ["Int", 42, 42],
    ["Int", "42 ", 42],
    ["Int", 2 ** 31, "unreadable"],
    ["Int", "4x", "unreadable"],
    ["Int", 1.5, "unreadable"],
    ["Float", "1.5", 1.5],
    ["Float", "", null],
    ["Float", "1,5", "unreadable"],
    ["Boolean", 1, true],
    ["Decimal", "0012.50", "0012.50"],
    ["Decimal", 12.5, "12.5"],
    ["Decimal", 1e-7, "0.0000001"],
    ["Decimal", "12,5", "unreadable"],
    ["Date", "2024-02-29 10:00:00", "2024-02-29"],
    ["DateTime", "2024-01-31 10:00:00", "2024-01-31T10:00:00+02:00"],
    ["DateTime", "2024-07-31T10:00", "2024-07-31T10:00:00+03:00"],
    ["DateTime", "2024-07-31T10:00:00.123Z", "2024-07-31T13:00:00.123+03:00"],
    ["DateTime", "2024-07-31", "2024-07-31T00:00:00+03:00"],
    ["DateTime", "2024-02-30 10:00:00", "unreadable"],
    ["DateTime", "2024-02-10 24:00:01", "unreadable"],
    ["DateTime", "2024-02-10 10:61:00", "unreadable"],
    ["DateTime", "yesterday", "unreadable"],
    ["DateTime", "", null],
  ] as const)("for %s reads %j as %j", (type, raw, expected) => {
    expect(read(formatOfType[type], raw)).toBe(expected);
  });

  it("reads a time that the clocks skip with the offset before, and one that comes twice as the first", () => {
    const at = (raw: string) => read(formatOfType.DateTime, raw);
    expect(at("2024-03-31 02:59:59")).toBe("2024-03-31T02:59:59+02:00");
    expect(at("2024-03-31 03:30:00")).toBe("2024-03-31T03:30:00+02:00");
    expect(at("2024-03-31 04:00:00")).toBe("2024-03-31T04:00:00+03:00");
    expect(at("2024-10-27 03:30:00")).toBe("2024-10-27T03:30:00+03:00");
    expect(at("2024-10-27 04:00:00")).toBe("2024-10-27T04:00:00+02:00");
  });

  it("knows zones of half and quarter hours, and those that changed their offset", () => {
    const at = (raw: string, timeZone: string) => read(formatOfType.DateTime, raw, { timeZone });
    expect(at("2024-01-01 00:00:00", "Asia/Kathmandu")).toBe("2024-01-01T00:00:00+05:45");
    expect(at("2024-01-01 00:00:00", "America/St_Johns")).toBe("2024-01-01T00:00:00-03:30");
    expect(at("2024-01-01 00:00:00", "UTC")).toBe("2024-01-01T00:00:00Z");
  });

  it("keeps every digit of a big number", () => {
    expect(read(formatOfType.Decimal, 9007199254740993n)).toBe("9007199254740993");
    expect(read(formatOfType.String, 9007199254740993n)).toBe("9007199254740993");
    expect(read(formatOfType.Int, 9007199254740993n)).toBe("unreadable");
  });

  it("looks for instants on the clocks of the source", () => {
    expect(written(formatOfType.DateTime, "2024-07-31T10:00:00Z")).toEqual(["2024-07-31 13:00:00"]);
    expect(written(formatOfType.DateTime, "2024-07-31T10:00:00.120500Z")).toEqual(["2024-07-31 13:00:00.1205"]);
    expect(written(formatOfType.DateTime, "soon")).toBe("unreadable");
  });

  it("stays within the years that there are, east and west of Greenwich", () => {
    expect(written(formatOfType.DateTime, "9999-12-31T23:59:59Z")).toEqual(["9999-12-31 23:59:59"]);
    expect(read(formatOfType.DateTime, "9999-12-31 23:59:59Z")).toBe("9999-12-31T23:59:59Z");
    expect(read(formatOfType.DateTime, "9999-12-31 23:59:59")).toBe("9999-12-31T23:59:59+02:00");
    expect(read(formatOfType.Date, "9999-12-31 23:59:59Z")).toBe("9999-12-31");
  });
});
