import {
  defaultModel,
  type Evidence,
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
  options: { readonly model?: Model; readonly identifiers?: boolean; readonly memoryMb?: number } = {},
): LinkEngine {
  const { model = defaultModel(), identifiers = true, memoryMb } = options;
  return {
    modelVersion: model.version,
    async cluster({ departments, pages, bonds, signal, onProgress }) {
      const rules = deterministicPass({ identifiers });
      const ids: RecordId[] = [];
      const numbers = new Map<string, number>();
      const numberOf = ({ department, key }: RecordId): number => numbers.get(`${department}\0${key}`) ?? -1;
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
      let scoring: Awaited<ReturnType<typeof scoringOf>> | undefined;
      const result = await match({
        sources: departments,
        records: read(pages, rules, ids, numbers, afterReading),
        mustLink: constraints.must,
        cannotLink: constraints.cannot,
        model,
        useIdentifiers: identifiers,
        ...(memoryMb === undefined ? {} : { memoryMb }),
        ...(signal ? { signal } : {}),
        onProgress: ({ stage }) => {
          const done = stages.indexOf(stage);
          if (done > 0) onProgress?.(done, stages.length - 1);
        },
        inspect: (inspection) => {
          scoring = scoringOf(inspection);
        },
      });
      const clusterOf = new Int32Array(ids.length);
      for (const [cluster, members] of result.clusters.entries()) {
        for (const record of members) clusterOf[numberOf(record)] = cluster;
      }
      const byRule = await rules.cluster({ bonds: decided.bonds, signal });
      const links = numbered(result.links, numberOf);
      return {
        clusterOf,
        reason: reasonsOf({ clusterOf, byRule, links }),
        review: reviewPairs(numbered(result.review, numberOf)),
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
  numbers: Map<string, number>,
  afterReading: () => void,
) {
  for await (const page of pages) {
    const { department } = page.department;
    rules.add(page);
    for (const { key } of page.records) {
      numbers.set(`${department}\0${key}`, ids.length);
      ids.push({ department, key });
    }
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

function* numbered(links: Iterable<Link>, numberOf: (record: RecordId) => number): Iterable<NumberedLink> {
  for (const { a, b, ...weighed } of links) yield { left: numberOf(a), right: numberOf(b), ...weighed };
}

/** Why each record is in its cluster: by a rule that says so too, else by its heaviest link; both with the weights. */
export function reasonsOf(options: {
  readonly clusterOf: Int32Array;
  readonly byRule: Pick<Clustering, "clusterOf" | "reason">;
  /** Within clusters. */
  readonly links: Iterable<NumberedLink>;
}): (record: number) => LinkReason {
  const { clusterOf, byRule } = options;
  const agrees = agreeing(clusterOf, byRule.clusterOf);
  const strongest = strongestLinks(options.links);
  return (record) => {
    const weights = strongest.get(record);
    if (!agrees(record)) return weights ?? onlyRecord;
    const { matchProbability = null, evidence = null } = weights ?? {};
    return { ...byRule.reason(record), matchProbability, evidence };
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
  const together = new Map<string, number>();
  const name = (record: number): string => `${clusterOf[record]} ${ruleClusterOf[record]}`;
  for (const record of clusterOf.keys()) together.set(name(record), (together.get(name(record)) ?? 0) + 1);
  return (record) => (together.get(name(record)) ?? 0) > 1;
}

/** The heaviest link of each record within its cluster. */
function strongestLinks(links: Iterable<NumberedLink>): ReadonlyMap<number, LinkReason> {
  const weights = new Map<number, number>();
  const reasons = new Map<number, LinkReason>();
  for (const { left, right, weight, probability, evidence } of links) {
    const stronger = [left, right].filter((record) => weight > (weights.get(record) ?? Number.NEGATIVE_INFINITY));
    if (stronger.length === 0) continue;
    const reason: LinkReason = {
      status: "AUTO_LINKED",
      method: "PROBABILISTIC",
      rule: "MATCH_WEIGHT",
      matchProbability: storedProbability(probability),
      evidence: evidenceText(evidence),
    };
    for (const record of stronger) {
      weights.set(record, weight);
      reasons.set(record, reason);
    }
  }
  return reasons;
}
