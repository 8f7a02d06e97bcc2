import { describe, expect, it } from "vitest";
import { LATIN1 } from "../../../../shared/sql/formats/latin1.ts";
import { read, written } from "./reading.ts";

describe("LATIN1", () => {
  it.each([
    ["MÃ¼LLER", "MüLLER"],
    ["MÃœLLER", "MÜLLER"],
    ["SÃ£o â‚¬5", "São €5"],
    ["MÜLLER", "MÜLLER"],
    ["Ãber Ã", "Ãber Ã"],
    ["plain  ", "plain"],
    [new Uint8Array([0x4d, 0xfc, 0x6c, 0x80]), "Mül€"],
    [" ", null],
    ["😀 Ã¼", "😀 Ã¼"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(LATIN1, raw)).toBe(expected);
  });

  it("is looked for in both spellings", () => {
    expect(written(LATIN1, "Müller")).toEqual(["Müller", "MÃ¼ller"]);
    expect(written(LATIN1, "Miller")).toEqual(["Miller"]);
  });
});
