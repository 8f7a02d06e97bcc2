import { PairNumbers } from "../matching/batch/numbering.ts";
import {
  defaultModel,
  type Evidence,
  type Inspection,
  type Link,
  type MatchResult,
  type Model,
  match,
  type RecordId,
} from "../matching/index.ts";
import { type DeterministicPass, deterministicPass, onlyRecord } from "./deterministic.ts";
import {
  type Bonds,
  type Clustering,
  type EnginePage,
  evidenceText,
  type LinkEngine,
  type LinkReason,
  type ReviewPair,
  storedProbability,
} from "./engine.ts";
import { scoringOf } from "./scoring.ts";

/**
 * Links by match weights. The deterministic rules run first and explain the links that they would have made too; where
 * the weights say otherwise, the weights decide.
 */
export function probabilisticEngine(
  options: { readonly model?: Model; readonly identifiers?: boolean } = {},
): LinkEngine {
  const { model = defaultModel(), identifiers = true } = options;
  return {
    modelVersion: model.version,
    async cluster({ departments, pages, bonds, signal, onProgress }) {
      const rules = deterministicPass({ identifiers });
      const ids: RecordId[] = [];
      const decided: { bonds?: Bonds } = {};
      // Filled when the last page is there: only then it is known which records were decided on.
      const constraints: Record<"must" | "cannot", [RecordId, RecordId][]> = { must: [], cannot: [] };
      const afterReading = () => {
        decided.bonds = bonds?.();
        for (const kind of ["must", "cannot"] as const) {
          for (const [a, b] of decided.bonds?.[kind] ?? []) {
            constraints[kind].push([ids[a] as RecordId, ids[b] as RecordId]);
          }
        }
      };
      let scoring: ReturnType<typeof scoringOf> | undefined;
      /** The number here of each record as the engine numbers it: by department and key. */
      let arrivals: Int32Array = new Int32Array(0);
      let clusterOf = new Int32Array(0);
      const result = await match({
        sources: departments,
        records: read(pages, rules, ids, afterReading),
        mustLink: constraints.must,
        cannotLink: constraints.cannot,
        model,
        useIdentifiers: identifiers,
        ...(signal ? { signal } : {}),
        onProgress: ({ stage }) => {
          const done = stages.indexOf(stage);
          if (done > 0) onProgress?.(done, stages.length - 1);
        },
        inspect: (inspection) => {
          scoring = scoringOf(inspection);
          arrivals = arrivalsOf(inspection.loaded, ids);
          clusterOf = new Int32Array(arrivals.length);
          for (const [cluster, members] of inspection.clusters.entries()) {
            for (const record of members) clusterOf[arrivals[record] ?? 0] = cluster;
          }
          ids.length = 0;
        },
      });
      const byRule = await rules.cluster({ bonds: decided.bonds, signal });
      return {
        clusterOf,
        reason: reasonsBy({ clusterOf, byRule, strongest: strongestReasons(result.strongestLink, arrivals) }),
        review: reviewPairs(numbered(result.review, arrivals)),
        ...(scoring ? { scoring } : {}),
        notes: blockingNotes(result.stats.blocking),
      };
    },
  };
}

/** What was not compared, in whole sentences. */
function blockingNotes(reports: MatchResult["stats"]["blocking"]): readonly string[] {
  const capped = reports.filter(({ unused, droppedPairs }) => !unused && droppedPairs > 0);
  const unused = reports.filter((report) => report.unused);
  const left = unused.reduce((sum, { droppedPairs }) => sum + droppedPairs, 0);
  return [
    ...capped.map(
      ({ rule, droppedPairs }) =>
        `${droppedPairs.toLocaleString("en")} pairs that only share ${rule.join(" and ")} were not compared: too many records do.`,
    ),
    ...(unused.length === 0
      ? []
      : [
          `About ${rounded(left)} pairs that only the last ${unused.length} blocking rules see were not compared: there are too many records for these rules.`,
        ]),
  ];
}

/** To two figures: it is estimated from a part of the records. */
function rounded(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString("en");
}

const stages = ["loading", "blocking", "training", "scoring", "done"] as const;

async function* read(
  pages: AsyncIterable<EnginePage>,
  rules: DeterministicPass,
  ids: RecordId[],
  afterReading: () => void,
) {
  for await (const page of pages) {
    const { department } = page.department;
    rules.add(page);
    for (const { key } of page.records) ids.push({ department, key });
    yield { department, records: page.records };
  }
  afterReading();
}

/** A weighed pair of records, by number. */
export interface NumberedLink {
  readonly left: number;
  readonly right: number;
  readonly probability: number;
  readonly weight: number;
  readonly evidence: readonly Evidence[];
}

function* numbered(links: Iterable<Link>, arrivals: Int32Array): Iterable<NumberedLink> {
  for (const { numbers, probability, weight, evidence } of links) {
    const [left = -1, right = -1] = numbers.map((number) => arrivals[number]);
    yield { left, right, probability, weight, evidence };
  }
}

/** For each record that was loaded the place of its name among those that came. */
function arrivalsOf({ departments, departmentOf, keys }: Inspection["loaded"], ids: readonly RecordId[]): Int32Array {
  const places = new Map(departments.map((department) => [department, new Map<string, number>()]));
  for (const [place, { department, key }] of ids.entries()) places.get(department)?.set(key, place);
  return departmentOf.map(
    (department, record) => places.get(departments[department] ?? "")?.get(keys[record] ?? "") ?? -1,
  );
}

/** Why each record is in its cluster: by a rule that says so too, else by its heaviest link; both with the weights. */
export function reasonsOf({ links, ...options }: Agreement & { readonly links: Iterable<NumberedLink> }) {
  const strongest = strongestLinks(links);
  return reasonsBy({ ...options, strongest: (record) => strongest.get(record) });
}

interface Agreement {
  readonly clusterOf: Int32Array;
  readonly byRule: Pick<Clustering, "clusterOf" | "reason">;
}

function reasonsBy({
  clusterOf,
  byRule,
  strongest,
}: Agreement & {
  /** By the heaviest link within the cluster. */
  readonly strongest: (record: number) => LinkReason | undefined;
}): (record: number) => LinkReason {
  const agrees = agreeing(clusterOf, byRule.clusterOf);
  return (record) => {
    const weights = strongest(record);
    if (!agrees(record)) return weights ?? onlyRecord;
    const { matchProbability = null, evidence = null } = weights ?? {};
    return { ...byRule.reason(record), matchProbability, evidence };
  };
}

/** What the heaviest link of each record says; its evidence as text would fill the memory, if all of it were kept. */
function strongestReasons(
  strongestLink: MatchResult["strongestLink"],
  arrivals: Int32Array,
): (record: number) => LinkReason | undefined {
  const numberOf = new Int32Array(arrivals.length);
  for (const [number, record] of arrivals.entries()) numberOf[record] = number;
  return (record) => {
    const link = strongestLink(numberOf[record] ?? 0);
    return link && weighedReason(link);
  };
}

/** Pairs as they are kept for stewards. */
export function* reviewPairs(links: Iterable<NumberedLink>): Iterable<ReviewPair> {
  for (const { left, right, weight, probability, evidence } of links) {
    yield {
      left,
      right,
      probability: storedProbability(probability),
      weight: Math.round(weight * 1000) / 1000,
      evidence: evidenceText(evidence),
    };
  }
}

/** Whether a record shares its cluster with a record that the rules would have linked it to as well. */
function agreeing(clusterOf: Int32Array, ruleClusterOf: ArrayLike<number>): (record: number) => boolean {
  const groups = new PairNumbers(clusterOf.length);
  const groupOf = clusterOf.map((cluster, record) => groups.numberOf(cluster, ruleClusterOf[record] ?? 0));
  const sizes = new Int32Array(groups.count + 1);
  for (const group of groupOf) sizes[group] = (sizes[group] ?? 0) + 1;
  return (record) => (sizes[groupOf[record] ?? 0] ?? 0) > 1;
}

/** The heaviest link of each record within its cluster. */
function strongestLinks(links: Iterable<NumberedLink>): ReadonlyMap<number, LinkReason> {
  const weights = new Map<number, number>();
  const reasons = new Map<number, LinkReason>();
  for (const { left, right, weight, probability, evidence } of links) {
    const stronger = [left, right].filter((record) => weight > (weights.get(record) ?? Number.NEGATIVE_INFINITY));
    if (stronger.length === 0) continue;
    const reason = weighedReason({ probability, evidence });
    for (const record of stronger) {
      weights.set(record, weight);
      reasons.set(record, reason);
    }
  }
  return reasons;
}

function weighedReason({ probability, evidence }: Pick<Link, "probability" | "evidence">): LinkReason {
  return {
    status: "AUTO_LINKED",
    method: "PROBABILISTIC",
    rule: "MATCH_WEIGHT",
    matchProbability: storedProbability(probability),
    evidence: evidenceText(evidence),
  };
}
