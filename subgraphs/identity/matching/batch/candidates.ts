import type { BlockingRule } from "../model.ts";
import { Blocking, type BlockSize, pairsWithin, sizesOf } from "./blocks.ts";
import { type FeatureTable, sampleOf } from "./feature-table.ts";
import { distinctPairs, type Pairs } from "./pairs.ts";

/** What one blocking rule gave and what its cap left out. */
export interface BlockingReport {
  readonly rule: BlockingRule;
  readonly pairs: number;
  /** Pairs in blocks too large to compare, which this rule therefore did not propose. */
  readonly droppedPairs: number;
  /**
   * True where earlier rules had used up the pairs that so large a population can afford: all that it would propose is
   * dropped, and of a large population estimated.
   */
  readonly unused?: boolean;
}

/** With less than this share of the proposals left no further rule is tried. */
const leastUseful = 0.05;

export interface Candidates extends Pairs {
  readonly reports: readonly BlockingReport[];
}

/**
 * Pairs that all rules together may propose: every rule runs on a town, only the most telling ones on a nation. All rules
 * want three million on a town of 50,000 records; each further record is worth as many as a minute of computing leaves
 * for a million.
 */
function proposalsOf(records: number): number {
  return 3_000_000 + 5 * records;
}

/** Training sees what no later run can: how often values agree by chance is learnt from the pairs of the widest rules. */
const proposalsInTraining = 30_000_000;

/** What rules that are not used would propose is estimated from about so many records. */
const estimatedFrom = 100_000;

/**
 * The pairs that agree on at least one rule, sorted. Rules are taken in the order of the model, the most telling first;
 * in a large population the later ones get what proposals are left. Pairs within a source that holds each person once
 * are left out.
 */
export async function findCandidates(
  table: FeatureTable,
  rules: readonly BlockingRule[],
  options: {
    readonly sourceOf: Int32Array;
    readonly uniqueSources: readonly number[];
    readonly training?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<Candidates> {
  const { sourceOf, uniqueSources, signal } = options;
  const unique = Uint8Array.from({ length: Math.max(0, ...uniqueSources) + 1 }, (_, source) =>
    uniqueSources.includes(source) ? 1 : 0,
  );
  const apart = (a: number, b: number): boolean => sourceOf[a] === sourceOf[b] && unique[sourceOf[a] as number] === 1;
  const blocking = new Blocking(table);
  const perRule = Math.max(20_000, 2 * table.count);
  const total = options.training ? proposalsInTraining : proposalsOf(table.count);
  let left = total;
  const reports: BlockingReport[] = [];
  const proposed: Pairs[] = [];
  const applying = rules.filter((rule) => rule.every((part) => table.known(part.split(":")[0] ?? "")));
  for (const rule of applying) {
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    if (left < leastUseful * total) break;
    const blocks = blocking.blocks(rule);
    const { largest, droppedPairs } = largestAffordableBlock(sizesOf(blocks), Math.min(perRule, left));
    const within = pairsWithin(blocks, largest, apart);
    // Only lists put a pair into several blocks of one rule.
    const pairs = blocks.records === undefined ? within : distinctPairs([within], table.count);
    if (pairs.a.length > 0) proposed.push(pairs);
    left -= pairs.a.length;
    reports.push({ rule, pairs: pairs.a.length, droppedPairs });
  }
  const unused = estimatePairs(table, applying.slice(reports.length));
  return { ...distinctPairs(proposed, table.count), reports: [...reports, ...unused] };
}

/** What rules would propose if there were not too many records for them. */
function estimatePairs(table: FeatureTable, rules: readonly BlockingRule[]): BlockingReport[] {
  const every = Math.max(1, Math.round(table.count / estimatedFrom));
  const blocking = new Blocking(every === 1 ? table : sampleOf(table, every));
  return rules.map((rule) => {
    const { droppedPairs } = largestAffordableBlock(sizesOf(blocking.blocks(rule)), 0);
    return { rule, pairs: 0, droppedPairs: every ** 2 * droppedPairs, unused: true };
  });
}

/** The largest block size up to which all blocks together have no more pairs than that, and the pairs in larger ones. */
function largestAffordableBlock(
  sizes: readonly BlockSize[],
  budget: number,
): { readonly largest: number; readonly droppedPairs: number } {
  let [pairs, largest, droppedPairs] = [0, 1, 0];
  for (const { size, blocks } of sizes) {
    const here = (blocks * size * (size - 1)) / 2;
    if (droppedPairs === 0 && pairs + here <= budget) {
      pairs += here;
      largest = size;
    } else {
      droppedPairs += here;
    }
  }
  return { largest, droppedPairs };
}
