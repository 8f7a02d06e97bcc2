import { describe, expect, it } from "vitest";
import { FREE_TEXT_NAME } from "../../../../shared/sql/formats/free-text-name.ts";
import { read } from "./reading.ts";

describe("FREE_TEXT_NAME", () => {
  it.each([
    ["mrs.  SMITH, ANNA (calls back)", "Anna Smith"],
    ["Dr. Prof. Ada Lovelace", "Ada Lovelace"],
    ["anna smith - rude", "Anna Smith"],
    ["Anna-Maria Smith", "Anna-Maria Smith"],
    ["SMITH, MR JOHN", "John Smith"],
    ["Mrozek, Drago", "Drago Mrozek"],
    ["???", null],
    ["12345", null],
    ["", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(FREE_TEXT_NAME, raw)).toBe(expected);
  });
});
