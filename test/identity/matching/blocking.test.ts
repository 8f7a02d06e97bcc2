import { describe, expect, it } from "vitest";
import { findCandidates } from "../../../subgraphs/identity/matching/batch/candidates.ts";
import { codesOf, type FeatureTable } from "../../../subgraphs/identity/matching/batch/feature-table.ts";
import { loadRecords } from "../../../subgraphs/identity/matching/batch/load.ts";
import { PairNumbers, TextMemory, TextNumbers } from "../../../subgraphs/identity/matching/batch/numbering.ts";
import { distinctPairs } from "../../../subgraphs/identity/matching/batch/pairs.ts";
import type { BlockingRule } from "../../../subgraphs/identity/matching/model.ts";
import { townspeople } from "./townspeople.ts";

const people = townspeople(150).map((person, index) => ({
  ...person,
  key: String(index).padStart(3, "0"),
  ...(index % 4 === 0 ? { alternativeName: [`Anna ${townspeople(150)[(index + 7) % 150]?.familyName}`] } : {}),
  ...(index % 9 === 0 ? { dateOfBirth: undefined } : {}),
}));

async function* pages() {
  yield { department: "1", records: people };
  yield { department: "2", records: people.slice(30) };
}

const rules: readonly BlockingRule[] = [
  ["familyParts"],
  ["birthYear", "givenFirst:1"],
  ["familyParts", "givenForms", "birthYear"],
  ["place:4", "family:2"],
];

/** Whether two records agree on all parts of a rule, looked up one pair at a time. */
function agree(table: FeatureTable, rule: BlockingRule, a: number, b: number): boolean {
  return rule.every((part) => {
    const [feature = part, letters] = part.split(":");
    const column = table.column(feature);
    const valuesOf = (record: number) =>
      codesOf(column, record).map((code) => column.values[code]?.slice(0, Number(letters ?? 99)));
    return valuesOf(a).some((value) => valuesOf(b).includes(value));
  });
}

describe("blocking", () => {
  it("proposes just the pairs that agree on a rule, each once and sorted, and none within a source of unique persons", async () => {
    const { table, count, departmentOf } = await loadRecords(pages(), { useIdentifiers: true });
    const found = await findCandidates(table, rules, { sourceOf: departmentOf, uniqueSources: [0] });
    const expected: string[] = [];
    const perRule = rules.map(() => 0);
    for (let a = 0; a < count; a += 1) {
      for (let b = a + 1; b < count; b += 1) {
        if (departmentOf[a] === 0 && departmentOf[b] === 0) continue;
        const agreeing = rules.map((rule) => agree(table, rule, a, b));
        for (const [index, agrees] of agreeing.entries()) if (agrees) perRule[index] = (perRule[index] ?? 0) + 1;
        if (agreeing.includes(true)) expected.push(`${a}:${b}`);
      }
    }
    expect(expected.length).toBeGreaterThan(200);
    expect(Array.from(found.a, (a, index) => `${a}:${found.b[index]}`)).toEqual(expected);
    expect(found.reports.map(({ pairs }) => pairs)).toEqual(perRule);
    expect(found.reports.map(({ droppedPairs }) => droppedPairs)).toEqual(rules.map(() => 0));
  });

  it("drops the largest blocks of a rule that has too many pairs, and says how many pairs that are", async () => {
    const crowd = Array.from({ length: 400 }, (_, index) => ({
      key: String(index).padStart(3, "0"),
      familyName: index < 20 ? "Rare" : "Common",
    }));
    async function* page() {
      yield { department: "1", records: crowd };
    }
    const { table, departmentOf } = await loadRecords(page(), { useIdentifiers: true });
    const found = await findCandidates(table, [["family"]], { sourceOf: departmentOf, uniqueSources: [] });
    expect(found.reports).toEqual([{ rule: ["family"], pairs: 190, droppedPairs: (380 * 379) / 2 }]);
    expect(found.a.length).toBe(190);
  });

  it("sorts pairs and gives each once, many of one record too", () => {
    const b = Int32Array.from({ length: 100 }, (_, index) => 1 + ((index * 37) % 60));
    const some = { a: new Int32Array(100), b };
    const others = { a: Int32Array.from([5, 2, 5, 2]), b: Int32Array.from([9, 3, 7, 3]) };
    const { a, b: distinct } = distinctPairs([some, others], 70);
    const pairs = Array.from(a, (one, index) => [one, distinct[index]]);
    expect(pairs).toEqual([...Array.from({ length: 60 }, (_, index) => [0, index + 1]), [2, 3], [5, 7], [5, 9]]);
  });

  it("numbers texts and pairs from 1 as they come, however many there are", () => {
    const [texts, pairs, memory] = [new TextNumbers(), new PairNumbers(), new TextMemory()];
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < 5000; index += 1) {
        expect(texts.numberOf(`text ${index}`)).toBe(index + 1);
        expect(pairs.numberOf(index % 70, index)).toBe(index + 1);
        const remembered = memory.recall(`text ${index}`);
        expect(remembered).toBe(round === 0 ? 0 : index + 1);
        if (remembered === 0) memory.remember(index + 1);
      }
    }
    expect(texts.texts.slice(0, 3)).toEqual(["", "text 0", "text 1"]);
    expect(memory.size).toBe(5000);
  });
});
