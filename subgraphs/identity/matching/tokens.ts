import { defaultModel } from "./default-model.ts";
import { featuresOf, type LinkableRecord } from "./features.ts";
import type { BlockingRule, Model } from "./model.ts";

/**
 * The blocking keys of a record: two records that share one are candidates. They are personal data until they are
 * keyed with HMAC; the caller must not store or log them.
 */
export function blockingTokens(record: LinkableRecord, model: Model = defaultModel()): string[] {
  const features = featuresOf(record);
  const tokens = new Set<string>();
  for (const rule of model.blocking) {
    for (const values of combinations(rule.map((part) => valuesOf(features, part)))) {
      tokens.add(JSON.stringify([ruleName(rule), ...values]));
    }
  }
  return [...tokens];
}

function ruleName(rule: BlockingRule): string {
  return rule.join("+");
}

function valuesOf(features: Readonly<Record<string, string | readonly string[] | undefined>>, part: string): string[] {
  const [name = part, letters] = part.split(":");
  const value = features[name];
  const values = value === undefined ? [] : typeof value === "string" ? [value] : value;
  return letters === undefined ? [...values] : values.map((text) => text.slice(0, Number(letters)));
}

function combinations(parts: readonly (readonly string[])[]): string[][] {
  return parts.reduce<string[][]>((all, values) => all.flatMap((one) => values.map((value) => [...one, value])), [[]]);
}
