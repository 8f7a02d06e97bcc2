import { defaultModel } from "./default-model.ts";
import { type Features, featuresOf, type LinkableRecord } from "./features.ts";
import type { BlockingRule, Model } from "./model.ts";

/**
 * The blocking keys of a record: two records that share one are candidates. They are personal data until they are
 * keyed with HMAC; the caller must not store or log them.
 */
export function blockingTokens(record: LinkableRecord, model: Model = defaultModel()): string[] {
  const features = featuresOf(record);
  const tokens = new Set<string>();
  for (const { name, parts } of rulesOf(model)) {
    for (const values of combinations(parts.map((part) => valuesOf(features, part)))) {
      tokens.add(JSON.stringify([name, ...values]));
    }
  }
  return [...tokens];
}

interface Rule {
  readonly name: string;
  readonly parts: readonly Part[];
}

interface Part {
  readonly feature: string;
  /** The first letters that count; all where it is absent. */
  readonly letters?: number;
}

/** Read once for each model. */
function rulesOf(model: Model): readonly Rule[] {
  let rules = known.get(model);
  if (rules === undefined) {
    rules = model.blocking.map((rule: BlockingRule) => ({ name: rule.join("+"), parts: rule.map(partOf) }));
    known.set(model, rules);
  }
  return rules;
}

const known = new WeakMap<Model, readonly Rule[]>();

function partOf(part: string): Part {
  const [feature = part, letters] = part.split(":");
  return { feature, ...(letters === undefined ? {} : { letters: Number(letters) }) };
}

function valuesOf(features: Features, { feature, letters }: Part): readonly string[] {
  const value = features[feature];
  const values = value === undefined ? nothing : typeof value === "string" ? [value] : value;
  return letters === undefined ? values : values.map((text) => text.slice(0, letters));
}

const nothing: readonly string[] = [];

function combinations(parts: readonly (readonly string[])[]): string[][] {
  return parts.reduce<string[][]>((all, values) => all.flatMap((one) => values.map((value) => [...one, value])), [[]]);
}
