import { type MatchInput, match } from "./match.ts";
import type { Model } from "./model.ts";

/** Learns a model from unlabelled records, starting from the given or the shipped one, and names it `version`. */
export async function train(input: MatchInput, version: string): Promise<Model> {
  const { model } = await match({ ...input, train: true });
  return { ...model, version };
}
