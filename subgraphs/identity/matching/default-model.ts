import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Model } from "./model.ts";
import { parseModel } from "./parse-model.ts";

/** The model that is shipped, `model.json` beside this file; read once. */
export function defaultModel(): Model {
  shipped ??= parseModel(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "model.json"), "utf8"));
  return shipped;
}

let shipped: Model | undefined;
