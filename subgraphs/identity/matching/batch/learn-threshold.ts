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
 * were no identifiers, ever more strictly, until the persons that the identifiers left aside find mixed with another
 * are few enough: see `fewEnough`. Where they never are, the fault is not one of strictness: the first step that mixes
 * as few as any has to do. Whose identifier is whose is taken from clusters that did use them, so that a mistyped one,
 * or a relative's, counts as what it is. Records without identifiers leave the threshold as it was.
 */
export async function learnThreshold(
  model: Model,
  options: LinkOptions & { readonly candidates: readonly Compared[] },
  onRemark?: (remark: string) => void,
): Promise<number> {
  const index = model.comparisons.findIndex(({ attribute }) => attribute === "identifier");
  if (index < 0) return model.thresholds.link;
  const { clusters } = await linkRecords(model, options);
  const owners = identifiersOf(options.table, clusters);
  const identified = clusters.filter((cluster) => cluster.some((record) => owners.has(record))).length;
  // A mixture shows only where both persons carry an identifier.
  const observed = identified ** 2 / Math.max(clusters.length, 1);
  if (observed < informative) {
    const [few, needed] = [observed, informative].map((persons) => Math.ceil(persons).toLocaleString("en"));
    onRemark?.(
      `Too few persons with identifiers to learn from how sure links must be: they tell as much as ${few} who all have one, and ${needed} are needed. Links are as sure as without identifiers unless these show that persons are mixed.`,
    );
  }
  const blind = { ...model, comparisons: model.comparisons.filter((_, number) => number !== index) };
  const candidates = options.candidates.map((chunk) => ({
    ...chunk,
    levels: chunk.levels.filter((_, number) => number !== index),
  }));
  const tried: { readonly threshold: number; readonly mixed: number }[] = [];
  for (let bits = Math.floor(weightOf(model.thresholds.link)); bits <= steps; bits += 1) {
    const threshold = probabilityOf(bits);
    const linked = await linkRecords(blind, { ...options, candidates, threshold });
    const mixed = linked.clusters.filter((cluster) => isMixed(cluster, owners)).length;
    if (fewEnough(mixed, observed)) return threshold;
    tried.push({ threshold, mixed });
  }
  const fewest = Math.min(...tried.map(({ mixed }) => mixed));
  return tried.find(({ mixed }) => mixed === fewest)?.threshold ?? model.thresholds.link;
}

/**
 * Whether so many mixed persons among those in whom it would show may be left: with 90 % confidence they are within
 * what is tolerated. Few persons can never make as sure, and that they are few speaks for no other step. So none is
 * always few enough, and so is a single one, whose identifier may be at fault, unless among so few persons what is
 * tolerated would make one in ten such samples show any.
 */
export function fewEnough(mixed: number, observed: number): boolean {
  const most = (observed * tolerated.overMerges) / tolerated.of;
  const byChance = 1 - Math.exp(-most);
  return mixed === 0 || (mixed === 1 && byChance >= 0.1) || upperBound(mixed) <= most;
}

/** What a count of rare events may be expected to be at most, with 90 % confidence (Byar's approximation). */
function upperBound(count: number): number {
  const next = count + 1;
  return next * (1 - 1 / (9 * next) + 1.282 / (3 * Math.sqrt(next))) ** 3;
}

/** Persons with identifiers from which on none mixed means, with 90 % confidence, that no more are than is tolerated. */
const informative = (upperBound(0) * tolerated.of) / tolerated.overMerges;

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

/**
 * Whether records of a cluster carry identifiers of two persons. Two that differ in no more than two characters may be
 * one, mistyped; and of two agencies everybody has one each.
 */
export function isMixed(cluster: readonly number[], owners: ReadonlyMap<number, string>): boolean {
  const identifiers = [...new Set(cluster.flatMap((record) => owners.get(record) ?? []))];
  return identifiers.some((one, index) =>
    identifiers
      .slice(index + 1)
      .some((other) => agencyOf(one) === agencyOf(other) && damerauLevenshtein(one, other) > 2),
  );
}

/** See the feature `identifiers`. */
function agencyOf(identifier: string): string {
  return identifier.slice(0, identifier.indexOf(":"));
}
