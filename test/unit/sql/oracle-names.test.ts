import { describe, expect, it } from "vitest";
import { oracle } from "../../../shared/sql/oracle/dialect.ts";
import { bound } from "../../../shared/sql/oracle/values.ts";

describe("names and values for Oracle", () => {
  it("takes names of one case for the capitals that the dictionary has, and others as they stand", () => {
    expect(oracle.quote("prmtmst")).toBe('"PRMTMST"');
    expect(oracle.quote("PRMTMST")).toBe('"PRMTMST"');
    expect(oracle.quote("PrmtMst")).toBe('"PrmtMst"');
    expect(oracle.quote('"lower"')).toBe('"lower"');
    expect(oracle.quote('a"b')).toBe('"AB"');
  });

  it("binds an empty text as one that equals nothing, for Oracle's own is NULL", () => {
    expect(bound("")).toBe("\u0000");
    expect(bound(null)).toBeNull();
    expect(bound(9_007_199_254_740_993n)).toBe("9007199254740993");
  });

  it.each([
    "oracle://u:p@h/",
    "oracle://u:p@h/S)(X",
    "oracle://u:p@h/S?protocol=udp",
    "oracle://u:p@h/S?encrypt=true",
  ])("refuses the URL %s without repeating it", (url) => {
    const open = () => oracle.connect(url, { department: "Works", schemas: [] });
    expect(open).toThrow(/database URL of Works/);
    expect(open).not.toThrow(/u:p/);
  });
});
