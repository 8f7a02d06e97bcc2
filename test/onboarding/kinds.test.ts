import { describe, expect, it } from "vitest";
import { profileOf } from "../../shared/onboarding/profile.ts";
import { kindOf } from "../../shared/onboarding/recognise/kinds.ts";
import type { ColumnKind } from "../../shared/sql/dialect.ts";

describe("what a column holds", () => {
  it.each([
    ["numeric(10,0)", "decimal", "integer"],
    ["decimal(8)", "decimal", "integer"],
    ["decimal(8,2)", "decimal", "decimal"],
    ["decimal(8,0) unsigned zerofill", "decimal", "integer"],
    ["numeric", "decimal", "decimal"],
    ["bit(1)", "integer", "boolean"],
    ["bit(8)", "integer", "integer"],
    ["bit(1)", "other", "other"],
  ] as const)("of type %s, to the engine %s, is %s", (type, kind: ColumnKind, expected) => {
    expect(kindOf({ name: "C", type, nullable: true, kind }, profileOf([]))).toBe(expected);
  });
});
