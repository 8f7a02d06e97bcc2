import { describe, expect, it } from "vitest";
import { clusterComponent, type Edge } from "../../../subgraphs/identity/matching/clustering.ts";
import { linkage } from "../../../subgraphs/identity/matching/link.ts";
import { worthReview } from "../../../subgraphs/identity/matching/review.ts";

/** Clusters of records 0 to n - 1 by the weights between them in bits, as texts such as `012`. */
function clusters(
  count: number,
  edges: readonly (readonly [a: number, b: number, weight: number])[],
  {
    cannotLink = [],
    uniqueSourceOf = () => -1,
  }: { readonly cannotLink?: readonly string[]; readonly uniqueSourceOf?: (record: number) => number } = {},
): readonly string[] {
  const records = Array.from({ length: count }, (_, record) => record);
  const weighed = edges.map(([a, b, weight]): Edge => ({ a, b, weight }));
  const options = { ...linkage, join: 6, uniqueSourceOf, cannotLink: new Set(cannotLink) };
  return clusterComponent(records, weighed, options).map((group) => group.join(""));
}

const demanded = Number.POSITIVE_INFINITY;

describe("clustering", () => {
  it("does not hold two families together by one strong pair", () => {
    const family = (a: number, b: number): [number, number, number][] => [[a, b, 18]];
    const between: [number, number, number][] = [
      [0, 2, 12],
      [0, 3, -15],
      [1, 2, -15],
      [1, 3, -15],
    ];
    expect(clusters(4, [...family(0, 1), ...family(2, 3), ...between])).toEqual(["01", "23"]);
  });

  it("leaves a record alone that fits two persons equally well", () => {
    const father = [0, 1, 18] as const;
    const son = [2, 3, 18] as const;
    const apart = [0, 1].flatMap((one) => [2, 3].map((other) => [one, other, -18] as const));
    const unclear = [0, 1, 2, 3].map((record) => [record, 4, 11] as const);
    expect(clusters(5, [father, son, ...apart, ...unclear])).toEqual(["01", "23", "4"]);
    const told = unclear.map(([record, other, weight]) => [record, other, record < 2 ? weight + 8 : weight] as const);
    expect(clusters(5, [father, son, ...apart, ...told])).toEqual(["014", "23"]);
  });

  it("joins three records of which only two are unlike each other", () =>
    expect(
      clusters(3, [
        [0, 1, 15],
        [1, 2, 15],
        [0, 2, -2],
      ]),
    ).toEqual(["012"]));

  it("gives a person whom a steward put together every record that fits one part of it", () => {
    const edges = [
      [0, 1, 15],
      [0, 2, -18],
      [1, 2, -18],
      [2, 3, 15],
      [0, 3, -18],
      [1, 3, -18],
    ] as const;
    expect(clusters(4, edges)).toEqual(["01", "23"]);
    expect(clusters(4, [...edges, [0, 2, demanded]])).toEqual(["0123"]);
    expect(clusters(4, [...edges, [0, 2, demanded]], { cannotLink: ["1:3"] })).not.toContain("0123");
  });

  it("keeps two records apart that a steward told apart, though a third one fits both", () => {
    const edges = [
      [0, 1, 20],
      [1, 2, 9],
    ] as const;
    expect(clusters(3, [...edges, [0, 2, Number.NEGATIVE_INFINITY]])).toEqual(["01", "2"]);
    expect(clusters(3, [...edges, [0, 2, 14]], { cannotLink: ["0:2"] })).toEqual(["01", "2"]);
  });

  it("takes one record of a source that holds each person once", () =>
    expect(
      clusters(
        3,
        [
          [0, 1, 12],
          [0, 2, 16],
          [1, 2, 14],
        ],
        { uniqueSourceOf: (record) => (record === 2 ? -1 : 7) },
      ),
    ).toEqual(["02", "1"]));
});

describe("the review queue", () => {
  const wanted = (weights: readonly (readonly [number, number, number])[], clusterOf: readonly number[]) =>
    worthReview({
      pairs(visit) {
        for (const pair of weights) visit(...pair);
      },
      clusterOf,
      atLeast: -1,
      linkage,
    });

  it("shows two clusters that may be one person", () => expect(wanted([[0, 1, 3]], [0, 1])(0, 1)).toBe(true));

  it("spares stewards a likeness of two records that the others of their persons refute", () => {
    const refuted = [
      [0, 2, 3],
      [0, 3, -15],
      [1, 2, -15],
      [1, 3, -15],
    ] as const;
    expect(wanted(refuted, [0, 0, 1, 1])(0, 2)).toBe(false);
  });
});
