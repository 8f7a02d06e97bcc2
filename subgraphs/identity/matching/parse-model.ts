import { z } from "zod";
import { CivigraphError } from "../../../shared/errors.ts";
import type { Condition } from "./condition.ts";
import type { Model } from "./model.ts";
import { disorderOf } from "./monotone.ts";

/** Feature names become SQL column names: nothing else may pass. */
const feature = z.string().regex(/^[a-zA-Z]\w*$/);
const part = z.string().regex(/^[a-zA-Z]\w*(:\d+)?$/);
const share = z.number().gt(0).lt(1);
const pair = z.tuple([feature, feature]).readonly();

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ missing: feature }),
    z.strictObject({ equal: feature }),
    z.strictObject({ crossed: pair }),
    z.strictObject({ across: pair, atLeast: z.number() }),
    z.strictObject({ crossedAlike: pair, atLeast: z.number() }),
    z.strictObject({ similar: feature, atLeast: z.number() }),
    z.strictObject({ edits: feature, atMost: z.number() }),
    z.strictObject({ sharing: feature }),
    z.strictObject({ beginning: feature, least: z.number() }),
    z.strictObject({ starts: feature, letters: z.number() }),
    z.strictObject({ near: feature, within: z.number() }),
    z.strictObject({ eitherIs: feature, value: z.string() }),
    z.strictObject({ eitherShort: feature, letters: z.number() }),
    z.strictObject({ all: z.array(condition) }),
    z.strictObject({ any: z.array(condition) }),
    z.strictObject({ not: condition }),
  ]),
);

const model = z.strictObject({
  version: z.string().min(1),
  trainedOn: z
    .strictObject({
      records: z.int().min(2),
      departments: z.array(z.string()),
      collisions: z.record(feature, z.number().gt(0).max(1)),
    })
    .optional(),
  probabilityTwoRandomRecordsMatch: share,
  thresholds: z.strictObject({ link: share, review: share }),
  comparisons: z.array(
    z.strictObject({
      attribute: z.string(),
      missing: condition,
      levels: z
        .array(
          z.strictObject({
            name: z.string(),
            when: condition.optional(),
            m: z.number().gt(0).max(1),
            u: z.number().gt(0).max(1),
            frequency: feature.optional(),
            offScale: z.boolean().optional(),
          }),
        )
        .min(2)
        .refine(
          (levels) => levels.every((level, index) => (level.when === undefined) === (index === levels.length - 1)),
          {
            error: "every level but the last needs a condition, and the last must have none",
          },
        ),
    }),
  ),
  dependencies: z.array(
    z.strictObject({
      name: z.string(),
      when: condition,
      attributes: z.array(z.string()),
      probability: share.optional(),
      atLeast: z.number().optional(),
      measured: z.boolean().optional(),
    }),
  ),
  blocking: z.array(z.array(part).min(1)),
  training: z.array(z.array(part).min(1)),
});

/** Reads a model file; throws `CONFIGURATION_INVALID` that says where it is not a model. */
export function parseModel(text: string): Model {
  const parsed = parseKeptModel(text);
  for (const [index, { levels }] of parsed.comparisons.entries()) {
    const disorder = disorderOf(levels);
    if (disorder === undefined) continue;
    const found = `"${disorder.farther}" weighs more than "${disorder.closer}", which is closer`;
    const advice = "train it again with `civigraph link --train`, or link again by the shipped one";
    throw notAModel(`✖ ${found}: ${advice}\n  → at comparisons[${index}].levels`);
  }
  return parsed;
}

/**
 * Reads the model that records were linked by, so that those which change go on being weighed in the same way: whatever
 * this version would ask of a new one. Throws `CONFIGURATION_INVALID` where it cannot be used at all.
 */
export function parseKeptModel(text: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CivigraphError("CONFIGURATION_INVALID", { detail: "the model file is not JSON" }, { cause });
  }
  const result = model.safeParse(value);
  if (result.success) return result.data;
  throw notAModel(z.prettifyError(result.error));
}

function notAModel(faults: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail: `the model file is not a model:\n${faults}` });
}
