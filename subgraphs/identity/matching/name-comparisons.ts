import { aside, comparison, level } from "./comparison.ts";
import type { Condition } from "./condition.ts";

const swappedNames: Condition = {
  any: [{ crossed: ["givenFirst", "family"] }, { crossed: ["given", "family"] }, { equal: "nameWords" }],
};
/** A name under the other heading is one piece of evidence: the given name's levels weigh it, the family name is silent. */
const filedAsGivenName: Condition = {
  all: [
    { any: [swappedNames, { across: ["family", "givenFirst"], atLeast: 0.889 }] },
    {
      not: {
        any: [{ sharing: "familyParts" }, { similar: "family", atLeast: 0.909 }, { edits: "family", atMost: 1 }],
      },
    },
  ],
};

/** The first name, and where else it may stand. */
export const given = comparison("givenName", { missing: "given" }, [
  level("same", { equal: "given" }, 0.7, 0.005, "given"),
  level("first name same", { equal: "givenFirst" }, 0.05, 0.004, "givenFirst"),
  aside("swapped with family name", swappedNames, 0.02, 0.00005, "nameWords"),
  aside("nickname", { sharing: "givenForms" }, 0.05, 0.002),
  level(
    "one letter differs",
    {
      all: [
        { edits: "givenFirst", atMost: 1 },
        { starts: "givenFirst", letters: 1 },
        { not: { eitherShort: "givenFirst", letters: 2 } },
      ],
    },
    0.06,
    0.003,
  ),
  level(
    "similar",
    {
      any: [
        { similar: "givenFirst", atLeast: 0.889 },
        { edits: "givenFirst", atMost: 1 },
      ],
    },
    0.04,
    0.004,
  ),
  aside(
    "initial",
    {
      all: [
        { starts: "givenFirst", letters: 1 },
        { eitherShort: "givenFirst", letters: 1 },
      ],
    },
    0.02,
    0.01,
  ),
  level("sounds the same", { equal: "givenSound" }, 0.02, 0.004),
  aside("swapped and misspelt", { crossedAlike: ["givenFirst", "family"], atLeast: 0.779 }, 0.01, 0.0001),
  aside("is the other's family name", { across: ["givenFirst", "family"], atLeast: 1 }, 0.01, 0.002, "nameTokens"),
  aside("like the other's family name", { across: ["givenFirst", "family"], atLeast: 0.889 }, 0.01, 0.003),
  level(
    "partly similar",
    {
      any: [
        { similar: "given", atLeast: 0.779 },
        { beginning: "givenFirst", least: 3 },
      ],
    },
    0.02,
    0.02,
  ),
  level("different", undefined, 0.02, 0.95),
]);
/** The surname at present, and others that the person is known under. */
export const family = comparison("familyName", { any: [{ missing: "family" }, filedAsGivenName] }, [
  level("same", { equal: "family" }, 0.75, 0.002, "family"),
  level("shares a part", { sharing: "familyParts" }, 0.03, 0.001),
  level(
    "one letter differs",
    {
      all: [
        { edits: "family", atMost: 1 },
        { starts: "family", letters: 1 },
      ],
    },
    0.08,
    0.0007,
  ),
  level(
    "similar",
    {
      any: [
        { similar: "family", atLeast: 0.909 },
        { edits: "family", atMost: 1 },
      ],
    },
    0.05,
    0.002,
  ),
  level("sounds the same", { equal: "familySound" }, 0.02, 0.001),
  level(
    "partly similar",
    {
      any: [
        { similar: "family", atLeast: 0.779 },
        { beginning: "family", least: 3 },
      ],
    },
    0.02,
    0.02,
  ),
  level("different", undefined, 0.03, 0.97),
]);
