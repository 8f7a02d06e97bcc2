import type { PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import type { Model } from "../matching/index.ts";
import type { LinkStatus, MatchMethod } from "../store/crosswalk.ts";
import type { Traits } from "./traits.ts";

/** Decides which records are the same person. */
export interface LinkEngine {
  /** Names the rules or the model, for whoever asks later why a link was made. */
  readonly modelVersion: string;
  /**
   * Reads all pages, once, and clusters their records, which are numbered from 0 in the order in which they come. The
   * same records in another order give the same clusters.
   */
  cluster(input: {
    readonly departments: readonly PersonFeedDescription[];
    readonly pages: AsyncIterable<EnginePage>;
    /** What stewards decided; to be asked for after the last page. */
    readonly bonds?: (() => Bonds) | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Told about the work that follows the reading. */
    readonly onProgress?: (done: number, total: number) => void;
  }): Promise<Clustering>;
}

/** Records of one department, and what exact rules compare of them. */
export interface EnginePage {
  readonly department: PersonFeedDescription;
  readonly records: readonly PersonRecord[];
  readonly traits: readonly Traits[];
}

export interface Clustering {
  /** Number of the cluster of each record; which numbers are used means nothing. */
  readonly clusterOf: ArrayLike<number>;
  /** Why a record is in its cluster. */
  reason(record: number): LinkReason;
  /** Pairs of two clusters that may be one person after all. */
  readonly review: Iterable<ReviewPair>;
  /** How pairs were weighed, for weighing others in the same way; absent where nothing was weighed. */
  readonly scoring?: Scoring;
  /** What was left out of comparison, in whole sentences. */
  readonly notes: readonly string[];
}

/** Pairs of records, by number, that are one person or two whatever their values say. */
export interface Bonds {
  readonly must: readonly (readonly [number, number])[];
  readonly cannot: readonly (readonly [number, number])[];
}

export interface ReviewPair {
  readonly left: number;
  readonly right: number;
  readonly probability: number;
  /** In bits. */
  readonly weight: number;
  /** JSON array of `{ attribute, level, weight }`. */
  readonly evidence: string;
}

export interface Scoring {
  readonly model: Model;
  /** By feature: the chance that two random records agree on it, and the share of a value that is as good as unique. */
  readonly features: Readonly<Record<string, FeatureFrequency>>;
  /** The values that more records share; in memory only. */
  readonly common: Iterable<{ readonly feature: string; readonly value: string; readonly share: number }>;
}

export interface FeatureFrequency {
  readonly collision: number;
  readonly rare: number;
}

export interface LinkReason {
  readonly status: LinkStatus;
  readonly method: MatchMethod;
  readonly rule: string;
  readonly matchProbability: number | null;
  /** JSON array of `{ attribute, level, weight }`. */
  readonly evidence: string | null;
}

/** Evidence as it is stored: a thousandth of a bit decides nothing, and rounded evidence is the same in every run. */
export function evidenceText(
  evidence: readonly { readonly attribute: string; readonly level: string; readonly weight: number }[],
): string {
  return JSON.stringify(evidence.map((one) => ({ ...one, weight: Math.round(one.weight * 1000) / 1000 })));
}

/** A probability as it is stored. */
export function storedProbability(probability: number): number {
  return Math.round(probability * 1e6) / 1e6;
}

/** Lets other work and signals in between two stretches of a computation, but for those that follow at once. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  if (performance.now() - lastBreath >= breathEvery) {
    await new Promise((resolve) => setImmediate(resolve));
    lastBreath = performance.now();
  }
  signal?.throwIfAborted();
}

/** Milliseconds. */
const breathEvery = 5;
let lastBreath = 0;
