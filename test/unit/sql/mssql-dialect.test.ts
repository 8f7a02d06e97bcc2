import { TYPES } from "tedious";
import { describe, expect, it } from "vitest";
import { mssql } from "../../../shared/sql/mssql/dialect.ts";
import { binderOf } from "../../../shared/sql/mssql/values.ts";

const column = { name: "C", nullable: true };

describe("names and values for SQL Server", () => {
  it("keeps brackets in names", () => {
    expect(mssql.quote("odd]name")).toBe("[odd]]name]");
  });

  it("binds text of ASCII as VARCHAR, which costs no index, and other text as NVARCHAR", () => {
    const bind = binderOf(TYPES);
    expect(bind("ABC")[0]).toBe(TYPES.VarChar);
    expect(bind("Õ")[0]).toBe(TYPES.NVarChar);
    expect(bind(2 ** 31)[0]).toBe(TYPES.BigInt);
    expect(bind(9_007_199_254_740_993n)).toEqual([TYPES.BigInt, "9007199254740993", {}]);
  });

  it("asks for decimals and money as text, with all their digits", () => {
    expect(mssql.readable?.("t.[C]", { ...column, type: "decimal(38,0)", kind: "decimal" })).toBe(
      "CONVERT(VARCHAR(41), t.[C])",
    );
    expect(mssql.readable?.("t.[C]", { ...column, type: "money", kind: "decimal" })).toContain("t.[C], 2)");
  });

  it("takes the wildcards of a prefix for what they are", () => {
    expect(mssql.prefixPattern("100%_[a|")).toBe("100|%|_|[a||%");
  });

  it.each([
    "mssql://u:p@h/d?encrypt=maybe",
    "mssql://u:p@h/d?ApplicationIntent=Write",
    "mssql://u:p@h/d?sslmode=x",
  ])("refuses the URL %s without repeating it", (url) => {
    const open = () => mssql.connect(url, { department: "Works", schemas: [] });
    expect(open).toThrow(/database URL of Works/);
    expect(open).not.toThrow(/u:p/);
  });
});
