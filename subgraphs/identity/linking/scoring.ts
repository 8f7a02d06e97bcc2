import { randomUUID } from "node:crypto";
import type { Knex } from "knex";
import { LRUCache } from "lru-cache";
import type { TokenOf } from "../keys.ts";
import { type Inspection, type Model, parseModel } from "../matching/index.ts";
import { runBulk } from "../store/bulk.ts";
import type { Crosswalk } from "../store/crosswalk.ts";
import type { FeatureFrequency, Scoring } from "./engine.ts";
import type { Run } from "./link.ts";

/** Takes from a batch run what weighing one more pair in the same way needs. */
export function scoringOf({
  frequencies,
  loaded,
  model,
}: Pick<Inspection, "frequencies" | "loaded" | "model">): Scoring {
  const features: Record<string, FeatureFrequency> = {};
  const common: { feature: string; value: string; share: number }[] = [];
  for (const [feature, { collision, rare, shares, counts }] of frequencies) {
    features[feature] = { collision, rare };
    const { values } = loaded.table.column(feature);
    for (const [code, value] of values.entries()) {
      // What one or two records have is as rare as it gets.
      if ((counts[code] ?? 0) > 2) common.push({ feature, value, share: shares[code] ?? rare });
    }
  }
  return { model, features, common };
}

/** Keeps in the store what `storedScoring` reads; values by their tokens. */
export async function writeScoring(run: Run, { model, features, common }: Scoring, tokenOf: TokenOf): Promise<void> {
  const { transaction, engine } = run;
  await transaction("frequency").delete();
  const rows = Array.from(common, ({ feature, value, share }) => [tokenOf(feature, value), share]);
  rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  await runBulk(transaction, engine, insertFrequencies, rows);
  const [modelText, frequencyText] = [JSON.stringify(model), JSON.stringify(features)];
  await writeSetting(transaction, "model", modelText);
  await writeSetting(transaction, "frequencies", frequencyText);
  // Of this run alone: what is remembered of shares under it holds until the next one, and in this store.
  await writeSetting(transaction, versionSetting, randomUUID());
}

const insertFrequencies = {
  columns: [
    ["token", "text"],
    ["share", "double precision"],
  ],
  text: (rows: string) =>
    `insert into frequency (token, share) select token, share from ${rows} on conflict (token) do nothing`,
} as const;

export async function writeSetting(transaction: Knex.Transaction, name: string, value: string): Promise<void> {
  await transaction("setting").insert({ name, value }).onConflict("name").merge();
}

/** The model of the last run, and how common values were in it. */
export interface StoredScoring {
  readonly model: Model;
  readonly features: Readonly<Record<string, FeatureFrequency>>;
  /** The share of each of the values, undefined where it is not common. */
  shares(
    values: readonly { readonly feature: string; readonly value: string }[],
  ): Promise<readonly (number | undefined)[]>;
}

/** What `storedScoring` needs of the settings, and the versions of keys, so that they can be read together. */
export const scoringSettings = ["token version", "local key version", "scoring digest"] as const;
const [, , versionSetting] = scoringSettings;

/** Which key look-up tokens are made with at present. */
export function tokenVersionIn(settings: ReadonlyMap<string, string>): number {
  return Number(settings.get("token version") ?? 1);
}

/** By which version of the key personal local keys are hashed at present. */
export function localKeyVersionIn(settings: ReadonlyMap<string, string>): number {
  return Number(settings.get("local key version") ?? 1);
}

export type KeyVersions = Pick<Run, "tokenVersion" | "localKeyVersion">;

export function keyVersionsIn(settings: ReadonlyMap<string, string>): KeyVersions {
  return { tokenVersion: tokenVersionIn(settings), localKeyVersion: localKeyVersionIn(settings) };
}

/** Null where no run has weighed anything yet. A model is read and parsed once for each of its versions. */
export async function storedScoring(
  reads: Pick<Crosswalk, "settings" | "shares">,
  settings: ReadonlyMap<string, string>,
  tokenOf: TokenOf,
): Promise<StoredScoring | null> {
  const weighing = await parsedScoring(reads, settings.get(versionSetting));
  if (weighing === null) return null;
  const { model, features, known } = weighing;
  return {
    model,
    features,
    async shares(values) {
      const tokens = values.map(({ feature, value }) => tokenOf(feature, value));
      const missing = tokens.filter((token) => !known.has(token));
      if (missing.length > 0) {
        const found = await reads.shares(missing);
        for (const token of missing) known.set(token, { share: found.get(token) });
      }
      return tokens.map((token) => known.get(token)?.share);
    },
  };
}

interface Weighing extends Pick<StoredScoring, "model" | "features"> {
  /** The shares that were read last, by tokens. */
  readonly known: LRUCache<string, { readonly share: number | undefined }>;
}

/** Some megabytes: the common names, streets and dates of a large city. */
const mostKnown = 50_000;

/** By what a run has named it; there is one at a time, and for a moment the next. */
const parsed = new LRUCache<string, Weighing>({ max: 4 });

async function parsedScoring(
  reads: Pick<Crosswalk, "settings">,
  version: string | undefined,
): Promise<Weighing | null> {
  const earlier = version === undefined ? undefined : parsed.get(version);
  if (earlier !== undefined) return earlier;
  const texts = await reads.settings(["model", "frequencies", versionSetting]);
  const [modelText, frequencyText, current] = [texts.get("model"), texts.get("frequencies"), texts.get(versionSetting)];
  if (modelText === undefined || frequencyText === undefined) return null;
  const weighing = {
    model: parseModel(modelText),
    features: JSON.parse(frequencyText) as Weighing["features"],
    known: new LRUCache<string, { readonly share: number | undefined }>({ max: mostKnown }),
  };
  if (current !== undefined) parsed.set(current, weighing);
  return weighing;
}
