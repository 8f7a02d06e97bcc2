import { describe, expect, it } from "vitest";
import { Texts } from "../../../subgraphs/identity/matching/batch/compared-columns.ts";
import { damerauLevenshtein, jaroWinkler } from "../../../subgraphs/identity/matching/similarity.ts";

/** Texts that are near each other in all ways: letters replaced, dropped, doubled and swapped, and some of other scripts. */
const words = [
  "müller",
  "muller",
  "mulelr",
  "miller",
  "mllre",
  "19620317",
  "19621703",
  "10962317",
  "1962",
  "on",
  "anna maria",
];
const texts = ["", ...words.flatMap((word) => [word, word.slice(1), `${word}x`, [...word].reverse().join("")])];

describe("similarity of values by their codes", () => {
  const table = new Texts(texts);
  const pairs = texts.flatMap((_, left) => texts.map((_, right) => [left, right] as const)).filter(([a, b]) => a && b);

  it.each([1, 2, 3])("finds the values within %i edits that counting all edits finds", (atMost) => {
    const near = pairs.filter(([left, right]) => damerauLevenshtein(texts[left] ?? "", texts[right] ?? "") <= atMost);
    expect(near.length).toBeGreaterThan(texts.length);
    expect(pairs.filter(([left, right]) => table.within(left, right, atMost))).toEqual(near);
  });

  it.each([0.779, 0.889])("finds the values that are at least %f alike, and says how much they are", (least) => {
    const alike = pairs.map(([left, right]) => jaroWinkler(texts[left] ?? "", texts[right] ?? ""));
    expect(alike.filter((similarity) => similarity >= least).length).toBeGreaterThan(texts.length);
    for (const [index, [left, right]] of pairs.entries()) {
      const found = table.similarity(left, table, right, least);
      if ((alike[index] ?? 0) >= least) expect(found).toBe(alike[index]);
      else expect(found).toBeLessThan(least);
    }
  });
});
