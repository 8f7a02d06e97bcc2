import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CivigraphError } from "../shared/errors.ts";
import { defaultModel, type Model, parseModel } from "../subgraphs/identity/matching/index.ts";
import type { Config } from "./config.ts";

/** The file that `civigraph link --train` writes, in the data folder. */
export function modelFile({ dataDirectory }: Pick<Config, "dataDirectory">): string {
  return join(dataDirectory, "linkage-model.json");
}

/**
 * The model that linking goes by: the one that was trained on this city's records, else the one that is shipped.
 * @throws CivigraphError CONFIGURATION_INVALID when the file is damaged.
 */
export function linkageModel(config: Pick<Config, "dataDirectory">): Model {
  const file = modelFile(config);
  if (!existsSync(file)) return defaultModel();
  try {
    return parseModel(readFileSync(file, "utf8"));
  } catch (error) {
    const { message } = error as Error;
    const advice = "Remove the file to link by the shipped model, then train again.";
    const detail = `linkage-model.json in the data folder: ${message}\n${advice}`;
    throw new CivigraphError("CONFIGURATION_INVALID", { detail });
  }
}
