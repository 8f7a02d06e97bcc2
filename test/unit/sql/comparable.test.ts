import { describe, expect, it } from "vitest";
import { bound, comparable } from "../../../shared/sql/comparable.ts";
import type { CatalogueColumn, ColumnKind } from "../../../shared/sql/dialect.ts";
import { engineTime } from "../../../shared/sql/formats/time-zone.ts";
import { EngineTime, type Parameter } from "../../../shared/sql/raw.ts";

function column(kind: ColumnKind, type = ""): CatalogueColumn {
  return { name: "C", type, nullable: true, kind };
}

describe("a value that is compared with a column", () => {
  const cases: readonly (readonly [CatalogueColumn, Parameter, Parameter | undefined])[] = [
    [column("integer"), "007", 7],
    [column("integer"), "7.0", 7],
    [column("integer"), "7.5", undefined],
    [column("integer"), "A", undefined],
    [column("integer"), "", undefined],
    [column("integer"), "9223372036854775807", 9223372036854775807n],
    [column("integer"), "9223372036854775808", undefined],
    [column("integer", "bigint(20) unsigned"), "9223372036854775808", 9223372036854775808n],
    [column("integer", "int(10) unsigned"), -1, undefined],
    [column("decimal"), "12.50", "12.50"],
    [column("decimal"), "1e5", undefined],
    [column("boolean"), "Y", true],
    [column("boolean"), 0, false],
    [column("boolean"), "J", undefined],
    [column("text"), 42, "42"],
    [column("text"), engineTime("2026-07-01", "Europe/Tallinn"), "2026-07-01"],
    [column("timestamp"), engineTime("2026-07-01", "Europe/Tallinn"), "2026-07-01"],
    [column("instant"), engineTime("2026-07-01", "Europe/Tallinn"), "2026-06-30 21:00:00"],
    [column("instant"), "2026-06-30 21:00:00Z", "2026-06-30 21:00:00"],
    [column("date"), "yesterday", undefined],
    [column("date"), "infinity", "infinity"],
    [column("date"), "0044-03-15 BC", "0044-03-15 BC"],
    [column("timestamp", "DATE"), "2026-07-01 10:00:00.25", "2026-07-01 10:00:00"],
    [{ ...column("timestamp"), earliest: "1753-01-01" }, "2026-07-01 10:00:00.123456", "2026-07-01 10:00:00.123"],
    [{ ...column("float", "real"), single: true }, 0.1, Math.fround(0.1)],
    [{ ...column("other", "mood"), values: ["sad"] }, "sad", "sad"],
    [{ ...column("other", "mood"), values: ["sad"] }, "glad", undefined],
    [column("other", "inet"), "10.0.3.4/24", "10.0.3.4/24"],
    [column("other", "inet"), "10.0.3.4/33", undefined],
    [column("other", "time without time zone"), "08:05", "08:05"],
    [column("other", "time without time zone"), "25:00", undefined],
    [column("uuid"), "1", undefined],
    [column("bytes"), "abc", undefined],
  ];
  for (const [held, given, expected] of cases) {
    const shown = String(given instanceof EngineTime ? given.text : given);
    it(`is ${String(expected)} where a column of ${held.type || held.kind} is compared with \`${shown}\``, () => {
      expect(comparable(given, held)).toEqual(expected);
    });
  }

  it("stays as it is where the engine converts whatever it is given", () => {
    expect(comparable("A", { name: "C", type: "INTEGER", nullable: true })).toBe("A");
    expect(comparable("A", undefined)).toBe("A");
  });
});

describe("the end of a range of whole numbers", () => {
  const unsigned = column("integer", "bigint(20) unsigned");
  it.each([
    [column("integer"), "0.5", "from", 1n],
    [column("integer"), "0.5", "to", 0n],
    [column("integer"), "-0.5", "from", 0n],
    [column("integer"), "-1.5", "to", -2n],
    [column("integer"), "7.00", "to", 7n],
    [column("integer"), 1e-7, "from", 1n],
    [column("integer"), -1e-7, "from", 0n],
    [column("integer"), 1e21, "to", 9223372036854775807n],
    [unsigned, -1, "from", 0n],
    [unsigned, -1, "to", undefined],
    [unsigned, "99999999999999999999999", "to", 18446744073709551615n],
    [unsigned, "99999999999999999999999", "from", undefined],
    [column("decimal"), "0.5", "from", "0.5"],
  ] as const)("of %o that is given as %s (%s) is %s", (held, given, end, expected) => {
    expect(bound(given, held, end)).toBe(expected);
  });
});
