import type { Model } from "../model.ts";
import { monotone } from "../monotone.ts";

/** What tells relatives apart, with its plural for people. */
const personal: ReadonlyMap<string, string> = new Map([
  ["givenName", "given names"],
  ["dateOfBirth", "dates of birth"],
]);

/**
 * So many pairs of records of one person at most show two given names, or two dates of birth, with nothing in common.
 * The labelled sets with most errors, those of dsgen, show it in one of five.
 */
const most = 0.25;

/**
 * A model learnt from clusters whose records differ in what tells relatives apart more often than errors explain: the
 * clusters are households. What it learnt of such an attribute is taken back to what training began with; any other
 * model stays as it is.
 */
export function withoutDoubtful(model: Model, start: Model): { model: Model; doubtful: readonly string[] } {
  const doubtful = model.comparisons.flatMap(({ attribute, levels }) =>
    personal.has(attribute) && (levels.at(-1)?.m ?? 0) > most ? [attribute] : [],
  );
  if (doubtful.length === 0) return { model, doubtful };
  const comparisons = model.comparisons.map((comparison, index) => {
    const before = start.comparisons[index]?.levels;
    if (!doubtful.includes(comparison.attribute) || before === undefined) return comparison;
    const levels = comparison.levels.map((level, number) => ({ ...level, m: before[number]?.m ?? level.m }));
    return { ...comparison, levels: monotone(levels) };
  });
  return { model: { ...model, comparisons }, doubtful };
}

/** What to say of an attribute that was taken back. */
export function doubtfulRemark(attribute: string): string {
  return `Training took records with different ${personal.get(attribute) ?? attribute} for one person more often than errors explain, so it did not learn from them: relatives may be linked as one. See that names, their order above all, and dates are mapped as they are written.`;
}
