import { type LinkOptions, linkRecords } from "../link.ts";
import { type Model, probabilityOf, weightOf } from "../model.ts";
import { damerauLevenshtein } from "../similarity.ts";
import type { Compared } from "./compare.ts";
import { codesOf, type FeatureTable } from "./feature-table.ts";

/** Of so many persons at most so many may be mixed with another. */
const tolerated = { overMerges: 2, of: 10_000 };
/** Certainties that are tried, in bits. */
const steps = 12;

/**
 * The match probability from which linking may be left alone, learnt without labels: the records are linked as if there
 * were no identifiers, ever more strictly, until the identifiers left aside find so few persons mixed with another that
 * with 90 % confidence they are at most two in 10,000. Few records never suffice for that: the strictest step is theirs.
 * Whose identifier is whose is taken from clusters that did use them, so that a mistyped one, or a relative's, counts as
 * what it is. Records without identifiers leave the threshold as it was.
 */
export async function learnThreshold(
  model: Model,
  options: LinkOptions & { readonly candidates: readonly Compared[] },
): Promise<number> {
  const index = model.comparisons.findIndex(({ attribute }) => attribute === "identifier");
  if (index < 0) return model.thresholds.link;
  const { clusters } = await linkRecords(model, options);
  const owners = identifiersOf(options.table, clusters);
  const blind = { ...model, comparisons: model.comparisons.filter((_, number) => number !== index) };
  const candidates = options.candidates.map((chunk) => ({
    ...chunk,
    levels: chunk.levels.filter((_, number) => number !== index),
  }));
  const most = (clusters.length * tolerated.overMerges) / tolerated.of;
  const start = Math.floor(weightOf(model.thresholds.link));
  for (let bits = start; bits < steps; bits += 1) {
    const linked = await linkRecords(blind, { ...options, candidates, threshold: probabilityOf(bits) });
    const mixed = linked.clusters.filter((cluster) => isMixed(cluster, owners)).length;
    if (upperBound(mixed) <= most) return probabilityOf(bits);
  }
  return probabilityOf(steps);
}

/** What a count of rare events may be expected to be at most, with 90 % confidence (Byar's approximation). */
function upperBound(count: number): number {
  const next = count + 1;
  return next * (1 - 1 / (9 * next) + 1.282 / (3 * Math.sqrt(next))) ** 3;
}

/** For each record the text of the identifier that most records of its cluster carry, where one does. */
function identifiersOf(table: FeatureTable, clusters: readonly (readonly number[])[]): ReadonlyMap<number, string> {
  const column = table.column("identifiers");
  const owners = new Map<number, string>();
  for (const cluster of clusters) {
    const counts = new Map<number, number>();
    for (const record of cluster) {
      for (const code of codesOf(column, record)) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const [first] = [...counts].sort(([one, n], [other, m]) => m - n || one - other);
    const identifier = first === undefined ? undefined : column.values[first[0]];
    if (identifier !== undefined) for (const record of cluster) owners.set(record, identifier);
  }
  return owners;
}

/** Two identifiers that differ in no more than two characters may be one, mistyped. */
function isMixed(cluster: readonly number[], owners: ReadonlyMap<number, string>): boolean {
  const identifiers = [...new Set(cluster.flatMap((record) => owners.get(record) ?? []))];
  return identifiers.some((one, index) =>
    identifiers.slice(index + 1).some((other) => damerauLevenshtein(one, other) > 2),
  );
}
