import type { LiveRecord } from "./values.ts";

/** How one value is chosen among those that a person's records hold; the names of the vocabulary. */
export type ReconciliationRule = "SOURCE_PRIORITY" | "LAST_UPDATED" | "MOST_FREQUENT" | "ONLY_SOURCE";

/** What is chosen for a person: a name, a birth date, an identifier of each agency, an address, ways to reach them. */
export type PersonField = "name" | "dateOfBirth" | "identifier" | "domicile" | "contactPoint";

export interface FieldSurvivorship {
  /** Applied in turn until one value is left. */
  readonly rules: readonly Exclude<ReconciliationRule, "ONLY_SOURCE">[];
  /** Departments that rank before all others for `SOURCE_PRIORITY`, first one first; unknown ones do not count. */
  readonly sources: readonly string[];
}

export type Survivorship = Readonly<Record<PersonField, FieldSurvivorship>>;

/**
 * Where the law makes one register authoritative, its word counts; elsewhere what most departments say, and how to
 * reach a person is best known by whoever heard of them last. Another city passes its own table to `createPerson`.
 */
export const defaultSurvivorship: Survivorship = {
  name: { rules: ["SOURCE_PRIORITY", "MOST_FREQUENT", "LAST_UPDATED"], sources: ["civil-registry"] },
  dateOfBirth: { rules: ["SOURCE_PRIORITY", "MOST_FREQUENT", "LAST_UPDATED"], sources: ["civil-registry"] },
  identifier: { rules: ["SOURCE_PRIORITY", "MOST_FREQUENT", "LAST_UPDATED"], sources: ["civil-registry"] },
  domicile: { rules: ["SOURCE_PRIORITY", "LAST_UPDATED", "MOST_FREQUENT"], sources: ["civil-registry"] },
  contactPoint: { rules: ["LAST_UPDATED"], sources: [] },
};

/** One record's value for a field. */
export interface Candidate<Value> {
  readonly department: string;
  /** RFC 3339; absent where the department does not tell. */
  readonly changed: string | undefined;
  readonly value: Value;
  /** Equal for values that differ in spelling only; computed when values have to be compared. */
  readonly sameness: () => string;
  /** Among equal values the one of the highest quality is shown, e.g. `Doe` rather than `DOE`. */
  readonly quality: number;
}

export interface Survivor<Value> {
  readonly candidate: Candidate<Value>;
  readonly rule: ReconciliationRule;
}

/**
 * Chooses among candidates, which come in an order that is always the same: it has the last word. The rule that is
 * told is the one that left a single value.
 */
export function survivor<Value>(
  candidates: readonly Candidate<Value>[],
  { rules, sources }: FieldSurvivorship,
): Survivor<Value> | null {
  if (candidates.length <= 1) return candidates[0] ? { candidate: candidates[0], rule: "ONLY_SOURCE" } : null;
  let left = candidates;
  let rule: ReconciliationRule = rules.at(-1) ?? "MOST_FREQUENT";
  for (const next of rules) {
    const narrowed = apply[next](left, sources);
    if (narrowed === null) continue;
    left = narrowed;
    rule = next;
    if (left.length === 1 || same(left).length === left.length) break;
  }
  const candidate = same(left).reduce((best, other) => (other.quality > best.quality ? other : best));
  return { candidate, rule };
}

/**
 * The same among the values of records. Where one value of the department whose word counts first decides, the others
 * are not looked at, unless it is asked by which rule.
 */
export function survivorAmong<Value>(
  records: readonly LiveRecord[],
  values: (records: readonly LiveRecord[]) => readonly Candidate<Value>[],
  field: FieldSurvivorship,
): Survivor<Value> | null {
  if (field.rules[0] === "SOURCE_PRIORITY") {
    for (const source of field.sources) {
      const [candidate, another] = values(records.filter(({ department }) => department === source));
      if (another) break;
      if (candidate) return new OfFirstSource(candidate, () => values(records).length);
    }
  }
  return survivor(values(records), field);
}

/** The one value of the department whose word counts first. The others are counted where the rule is asked for. */
class OfFirstSource<Value> implements Survivor<Value> {
  readonly candidate: Candidate<Value>;
  readonly #count: () => number;

  constructor(candidate: Candidate<Value>, count: () => number) {
    this.candidate = candidate;
    this.#count = count;
  }

  get rule(): ReconciliationRule {
    return this.#count() > 1 ? "SOURCE_PRIORITY" : "ONLY_SOURCE";
  }
}

/** The candidates that have the first one's value. */
function same<Value>(candidates: readonly Candidate<Value>[]): readonly Candidate<Value>[] {
  if (candidates.length === 1) return candidates;
  const sameness = candidates.map((candidate) => candidate.sameness());
  return candidates.filter((_, index) => sameness[index] === sameness[0]);
}

type Narrow = <Value>(
  candidates: readonly Candidate<Value>[],
  sources: readonly string[],
) => readonly Candidate<Value>[] | null;

/** Each rule keeps some candidates, or has nothing to say (null). */
const apply: Readonly<Record<FieldSurvivorship["rules"][number], Narrow>> = {
  SOURCE_PRIORITY(candidates, sources) {
    const first = sources.find((source) => candidates.some(({ department }) => department === source));
    return first === undefined ? null : candidates.filter(({ department }) => department === first);
  },
  MOST_FREQUENT(candidates) {
    // Departments are counted, not records: one that holds a person twice does not outvote the others.
    const votes = new Map<string, Set<string>>();
    const sameness = candidates.map((candidate) => candidate.sameness());
    for (const [index, { department }] of candidates.entries()) {
      const value = sameness[index] ?? "";
      votes.set(value, (votes.get(value) ?? new Set()).add(department));
    }
    const most = Math.max(...[...votes.values()].map(({ size }) => size));
    return candidates.filter((_, index) => votes.get(sameness[index] ?? "")?.size === most);
  },
  LAST_UPDATED(candidates) {
    const latest = candidates.reduce(
      (last, { changed = "" }) => (instant(changed) > instant(last) ? changed : last),
      "",
    );
    return latest === "" ? null : candidates.filter(({ changed = "" }) => instant(changed) === instant(latest));
  },
};

function instant(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
