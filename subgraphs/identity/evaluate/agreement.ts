import { type Quality, quality } from "./measures.ts";
import type { LabelledSet } from "./read-set.ts";

/** How linking some records one by one agrees with linking all at once. */
export interface Agreement {
  /** Pairs with one of these records: precision and recall of linking one by one, linking all at once being the truth. */
  readonly pairs: Quality;
  /** Of the pairs that only one of the two has, how many are of one person: linking at once has mistakes of its own. */
  readonly onlyOneByOne: Judged;
  readonly onlyAtOnce: Judged;
  /** Share of these records that have exactly the same others beside them. */
  readonly same: number;
}

export interface Judged {
  readonly pairs: number;
  readonly right: number;
}

/** Compares the company of these records in two linkings. Records go by names of their own, citizens by their refs. */
export function agreement(
  names: readonly string[],
  { oneByOne, atOnce, truth }: Record<"oneByOne" | "atOnce", ReadonlyMap<string, string>> & Pick<LabelledSet, "truth">,
): Agreement {
  const [ours, theirs] = [byRef(oneByOne), byRef(atOnce)];
  /** By the names of both records; whether they are truly one person. */
  const [one, other] = [new Map<string, boolean>(), new Map<string, boolean>()];
  const enter = (pairs: Map<string, boolean>, name: string, company: readonly string[]) => {
    for (const each of company) {
      if (each === name) continue;
      pairs.set([name, each].sort().join("\n\n"), truth.has(name) && truth.get(name) === truth.get(each));
    }
  };
  let same = 0;
  for (const name of names) {
    const company = ours.get(oneByOne.get(name) ?? "") ?? [];
    const expected = theirs.get(atOnce.get(name) ?? "") ?? [];
    const both = new Set(expected);
    if (company.length === expected.length && company.every((each) => both.has(each))) same += 1;
    enter(one, name, company);
    enter(other, name, expected);
  }
  const [onlyOneByOne, onlyAtOnce] = [judged(one, other), judged(other, one)];
  const pairs = quality(one.size - onlyOneByOne.pairs, one.size, other.size);
  return { pairs, onlyOneByOne, onlyAtOnce, same: names.length === 0 ? 1 : same / names.length };
}

/** Of pairs, those that are not among the others. */
function judged(pairs: ReadonlyMap<string, boolean>, others: ReadonlyMap<string, boolean>): Judged {
  const only = [...pairs].filter(([pair]) => !others.has(pair));
  return { pairs: only.length, right: only.filter(([, isRight]) => isRight).length };
}

function byRef(refs: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, ref] of refs) {
    const group = groups.get(ref);
    if (group === undefined) groups.set(ref, [name]);
    else group.push(name);
  }
  return groups;
}
