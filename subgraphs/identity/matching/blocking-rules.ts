import type { BlockingRule } from "./model.ts";

/**
 * Pairs worth comparing agree on all features of at least one rule. The order matters where there are too many pairs to
 * compare all: the first dozen, which is about what a large population can afford, were put first by judgement, because they
 * are telling and their blocks are small. The others followed when labelled sets still lost pairs without them.
 * `civigraph evaluate` measures each rule: the pairs that it proposes, and the true ones that no rule before it agrees on.
 */
export const startingBlocking: readonly BlockingRule[] = [
  ["identifiers"],
  ["emails"],
  ["phones"],
  ["birthParts", "givenFirst:1"],
  ["birthParts", "family:1"],
  ["familyParts", "givenForms", "birthYear"],
  ["street", "houseNumber", "givenFirst:1"],
  ["family", "givenFirst"],
  ["nameWords"],
  ["familySound", "givenSound"],
  ["familySound", "givenForms"],
  ["birthDate"],
  ["mailbox"],
  ["family:3", "givenFirst:3"],
  ["birthMonthDay", "givenFirst:2"],
  ["birthMonthDay", "family:2"],
  ["birthMonthDay", "postCode"],
  ["birthMonthDay", "street:4"],
  ["birthMonthDay", "place:4"],
  ["birthMonthDay", "houseNumber"],
  ["birthYear", "birthMonth", "givenSound"],
  ["birthYear", "birthMonth", "familySound"],
  ["birthYear", "birthMonth", "street:4"],
  ["birthYear", "birthMonth", "place:4"],
  ["birthYear", "birthMonth", "postCode:2"],
  ["birthYear", "birthDay", "family:2"],
  ["birthYear", "birthDay", "givenFirst:2"],
  ["birthYear", "birthDay", "street:4"],
  ["birthYear", "birthDay", "place:4"],
  ["birthYear", "birthDay", "postCode:2"],
  ["birthYear", "family:4"],
  ["birthYear", "givenFirst:3", "family:1"],
  ["birthYear", "street:4"],
  ["birthYear", "postCode"],
  ["birthYear", "place:4"],
  ["birthYear", "houseNumber"],
  ["birthYear", "locatorName:4"],
  ["postCode", "nameSounds"],
  ["birthYear", "nameSounds"],
  ["postCode", "family:2"],
  ["postCode", "givenFirst:2"],
  ["postCode", "houseNumber"],
  ["postCode", "street:3"],
  ["postCode", "locatorName:3"],
  ["postCode", "place:4"],
  ["street:5", "family:2"],
  ["street:5", "givenFirst:2"],
  ["street:5", "houseNumber"],
  ["street:5", "place:4"],
  ["street:5", "locatorName:4"],
  ["place:4", "familySound"],
  ["place:4", "givenSound"],
  ["place:4", "family:3", "givenFirst:1"],
  ["place:4", "houseNumber"],
  ["locatorName:4", "givenFirst:2"],
  ["locatorName:4", "family:2"],
  ["locatorName:4", "houseNumber"],
  ["locatorName:4", "place:4"],
  ["houseNumber", "givenFirst:3"],
  ["houseNumber", "family:3"],
];

/** Blocks on which the training sees mostly records of one person, each leaving other comparisons to be observed. */
export const startingTraining: readonly BlockingRule[] = [
  ["family", "givenFirst"],
  ["birthDate", "givenFirst:1"],
  ["birthDate", "family:1"],
  ["postCode", "family"],
  ["postCode", "givenFirst"],
  ["emails"],
  ["phones"],
  ["identifiers"],
];

/** Blocks on an attribute outside the vocabulary, together with something that tells people apart. */
export function otherBlocking(feature: string): BlockingRule[] {
  return [
    [feature, "nameSounds"],
    [feature, "birthYear"],
    [feature, "birthMonthDay"],
    [feature, "postCode:3"],
  ];
}
