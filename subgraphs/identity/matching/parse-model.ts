import { z } from "zod";
import { CivigraphError } from "../../../shared/errors.ts";
import type { Condition } from "./condition.ts";
import type { Model } from "./model.ts";

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
      attributes: z.array(z.string()).refine((names) => new Set(names).size === names.length, {
        error: "an attribute must be named once",
      }),
      probability: share.optional(),
      atLeast: z.number().optional(),
      measured: z.boolean().optional(),
    }),
  ),
  blocking: z.array(z.array(part).min(1)),
  training: z.array(z.array(part).min(1)),
});

/**
 * Reads a model file; throws `CONFIGURATION_INVALID` that says where it is not a model. One of an earlier version may be
 * in no order of levels (see `disorderIn`): what it weighs is as it was when records were linked by it.
 */
export function parseModel(text: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CivigraphError("CONFIGURATION_INVALID", { detail: "the model file is not JSON" }, { cause });
  }
  const result = model.safeParse(value);
  if (result.success) return result.data;
  const detail = `the model file is not a model:\n${z.prettifyError(result.error)}`;
  throw new CivigraphError("CONFIGURATION_INVALID", { detail });
}
