import { describe, expect, it } from "vitest";
import { phoneKey } from "../../../subgraphs/identity/matching/normalise/contacts.ts";

describe("phone numbers", () => {
  it.each([
    ["+999 5123 4567", "51234567"],
    ["99951234567", "5123 4567"],
    ["00999 51234567", "512 345 67"],
    ["+372 600 1234", "3726001234"],
    ["+44 (0)20 7946 0123", "020 7946 0123"],
    ["+1 212 555 1234", "(212) 555-1234"],
    ["+49 30 901820 ext. 12", "030 901820"],
  ])("takes %s and %s for one number", (international, local) => {
    expect(phoneKey(international)).toBe(phoneKey(local));
    expect(phoneKey(local)).toBeDefined();
  });

  it.each(["+372 000 0000", "1111111", "12345", "+12345", "none"])("knows that %s is nobody's", (number) =>
    expect(phoneKey(number)).toBeUndefined());

  it("tells neighbouring numbers apart", () => expect(phoneKey("+999 51234567")).not.toBe(phoneKey("+999 51234568")));
});
