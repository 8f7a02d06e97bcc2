import { expect, it } from "vitest";
import { agreement } from "../../subgraphs/identity/evaluate/agreement.ts";

/** The ref of each record, for groups of records. */
const linked = (...groups: readonly string[]) =>
  new Map(groups.flatMap((group, ref) => group.split(" ").map((name) => [name, String(ref)] as const)));

it("measures one linking by the other, and both by the truth where they differ", () => {
  const found = agreement(["a", "d"], {
    oneByOne: linked("a b c", "d", "e f"),
    atOnce: linked("a b", "c", "d e f"),
    truth: linked("a b c", "d e", "f"),
  });
  expect(found.pairs).toMatchObject({ found: 2, right: 1, precision: 0.5, recall: 1 / 3 });
  expect(found.onlyOneByOne).toEqual({ pairs: 1, right: 1 });
  expect(found.onlyAtOnce).toEqual({ pairs: 2, right: 1 });
  expect(found.same).toBe(0);
});

it("takes records without a label for people of their own", () => {
  const both = { atOnce: linked("a", "b"), truth: new Map<string, string>() };
  expect(agreement(["a"], { ...both, oneByOne: linked("a b") }).onlyOneByOne).toEqual({ pairs: 1, right: 0 });
  expect(agreement(["a"], { ...both, oneByOne: linked("a", "b") })).toMatchObject({ same: 1, pairs: { f1: 1 } });
});
