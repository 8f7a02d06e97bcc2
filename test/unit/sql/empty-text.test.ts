import { describe, expect, it } from "vitest";
import { rulesOf, type TableRef, variants } from "../../../shared/sql/conditions.ts";
import type { CatalogueColumn, Dialect } from "../../../shared/sql/dialect.ts";
import { oracle } from "../../../shared/sql/oracle/dialect.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";

const columns: readonly CatalogueColumn[] = [
  { name: "FLAG", type: "CHAR(2)", kind: "text", nullable: true, padded: 2 },
  { name: "NAME", type: "VARCHAR2(20)", kind: "text", nullable: true },
];

function tableOn(dialect: Dialect): TableRef {
  return { name: "T", alias: "t", dialect, facts: { column: (_, name) => columns.find((each) => each.name === name) } };
}

describe("an empty text that a column is compared with", () => {
  it("is nothing that Oracle could find, to which it is NULL, but for the blanks of a padded column", () => {
    expect(variants(tableOn(oracle), "FLAG", "")).toEqual(["  "]);
    expect(variants(tableOn(oracle), "NAME", "")).toEqual([]);
    expect(variants(tableOn(sqlite), "FLAG", "")).toEqual(["", "  "]);
    expect(variants(tableOn(sqlite), "NAME", "")).toEqual([""]);
  });

  it("excludes no row of Oracle but the blank ones", () => {
    const place = { line: 1, column: 1 };
    const [rule] = rulesOf(tableOn(oracle), { where: [{ column: "NAME", not: [""], place }] });
    expect(rule?.sql).toContain("NOT (1 = 0)");
  });
});
