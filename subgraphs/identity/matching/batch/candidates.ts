import type { BlockingRule } from "../model.ts";
import { Blocking, type BlockSize, pairsWithin, sizesOf } from "./blocks.ts";
import type { FeatureTable } from "./feature-table.ts";
import { distinctPairs, type Pairs } from "./pairs.ts";

/** What one blocking rule gave and what its cap left out. */
export interface BlockingReport {
  readonly rule: BlockingRule;
  readonly pairs: number;
  /** Blocks too large to compare, and the pairs in them that this rule therefore did not propose. */
  readonly droppedBlocks: number;
  readonly droppedPairs: number;
  /** True where earlier rules had used up the pairs that so large a population can afford: all that it would propose is dropped. */
  readonly unused?: boolean;
}

/** With less than this share of the proposals left no further rule is tried. */
const leastUseful = 0.05;

export interface Candidates extends Pairs {
  readonly reports: readonly BlockingReport[];
}

/** Pairs that all rules together may propose: every rule runs on a town, only the most telling ones on a nation. */
function proposalsOf(records: number): number {
  return records <= 100_000 ? 30_000_000 : 8 * records;
}

/**
 * The pairs that agree on at least one rule, sorted. Rules are taken in the order of the model, the most telling first;
 * in a large population the later ones get what proposals are left. Pairs within a source that holds each person once
 * are left out.
 */
export async function findCandidates(
  table: FeatureTable,
  rules: readonly BlockingRule[],
  options: { sourceOf: Int32Array; uniqueSources: readonly number[]; signal?: AbortSignal },
): Promise<Candidates> {
  const { sourceOf, uniqueSources, signal } = options;
  const unique = Uint8Array.from({ length: Math.max(0, ...uniqueSources) + 1 }, (_, source) =>
    uniqueSources.includes(source) ? 1 : 0,
  );
  const apart = (a: number, b: number): boolean => sourceOf[a] === sourceOf[b] && unique[sourceOf[a] as number] === 1;
  const blocking = new Blocking(table);
  const perRule = Math.max(20_000, 2 * table.count);
  const total = proposalsOf(table.count);
  let left = total;
  const reports: BlockingReport[] = [];
  const proposed: Pairs[] = [];
  for (const rule of rules) {
    if (!blocking.applies(rule)) continue;
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    const blocks = blocking.blocks(rule);
    const unused = left < leastUseful * total;
    const { largest, ...dropped } = largestAffordableBlock(sizesOf(blocks), unused ? 0 : Math.min(perRule, left));
    const within = pairsWithin(blocks, largest, apart);
    // Only lists put a pair into several blocks of one rule.
    const pairs = blocks.records === undefined ? within : distinctPairs([within], table.count);
    if (pairs.a.length > 0) proposed.push(pairs);
    left -= pairs.a.length;
    reports.push({ rule, pairs: pairs.a.length, ...dropped, ...(unused && { unused }) });
  }
  return { ...distinctPairs(proposed, table.count), reports };
}

/** The largest block size up to which all blocks together have no more pairs than that, and what is above it. */
function largestAffordableBlock(
  sizes: readonly BlockSize[],
  budget: number,
): { largest: number; droppedBlocks: number; droppedPairs: number } {
  let [pairs, largest, droppedBlocks, droppedPairs] = [0, 1, 0, 0];
  for (const { size, blocks } of sizes) {
    const here = (blocks * size * (size - 1)) / 2;
    if (droppedBlocks === 0 && pairs + here <= budget) {
      pairs += here;
      largest = size;
    } else {
      droppedBlocks += blocks;
      droppedPairs += here;
    }
  }
  return { largest, droppedBlocks, droppedPairs };
}
