import type { Knex } from "knex";
import type { TokenOf } from "../keys.ts";
import type { Features } from "../matching/features.ts";
import { type Frequencies, type Inspection, type Model, parseModel } from "../matching/index.ts";
import { runBulk } from "../store/bulk.ts";
import type { IdentityStore } from "../store/index.ts";
import type { FeatureFrequency, Scoring } from "./engine.ts";
import type { Run } from "./link.ts";

/** Takes from a batch run what weighing one more pair in the same way needs. */
export function scoringOf({ frequencies, loaded, model }: Inspection): Scoring {
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

/** Keeps in the store what `openScoring` reads; values by their tokens. */
export async function writeScoring(run: Run, { model, features, common }: Scoring, tokenOf: TokenOf): Promise<void> {
  const { transaction, engine } = run;
  await transaction("frequency").delete();
  const rows = Array.from(common, ({ feature, value, share }) => [tokenOf(feature, value), share]);
  rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  await runBulk(transaction, engine, insertFrequencies, rows);
  await writeSetting(transaction, "model", JSON.stringify(model));
  await writeSetting(transaction, "frequencies", JSON.stringify(features));
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
  /** Reads at once what the weights of these records need. */
  frequencies(records: readonly Features[]): Promise<Frequencies>;
}

/** Null where no run has weighed anything yet. The model is parsed once for each version of its text. */
export function storedScoring(): (
  store: Pick<IdentityStore, "setting" | "shares">,
  tokenOf: TokenOf,
) => Promise<StoredScoring | null> {
  let text: string | null = null;
  let model: Model | undefined;
  return async (store, tokenOf) => {
    const [modelText, frequencyText] = await Promise.all([store.setting("model"), store.setting("frequencies")]);
    if (modelText === null || frequencyText === null) return null;
    if (modelText !== text || model === undefined) {
      model = parseModel(modelText);
      text = modelText;
    }
    const features = JSON.parse(frequencyText) as Readonly<Record<string, FeatureFrequency>>;
    return {
      model,
      async frequencies(records) {
        const tokens = new Map<string, string>();
        for (const record of records) {
          for (const feature of Object.keys(features)) {
            for (const value of [record[feature] ?? []].flat()) {
              tokens.set(`${feature}\0${value}`, tokenOf(feature, value));
            }
          }
        }
        const shares = await store.shares([...tokens.values()]);
        return {
          share: (feature, value) => shares.get(tokens.get(`${feature}\0${value}`) ?? "") ?? features[feature]?.rare,
          collision: (feature) => features[feature]?.collision,
        };
      },
    };
  };
}
