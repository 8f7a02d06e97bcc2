import { decodeCp1252 } from "../sql/formats/cp1252.ts";
import { type RawValue, textOf } from "../sql/raw.ts";

/** What the sampled values of one column look like. Values stay in memory: of them only codes, what code
 * tables say those mean, and placeholders are written into a draft. Names of people among them are refused. */
export interface Profile {
  /** Rows that were sampled. */
  readonly rows: number;
  /** Values that are neither null nor blank, as the driver handed them over. */
  readonly raw: readonly Exclude<RawValue, null>[];
  /** The same as trimmed text, bytes read as CP1252. */
  readonly texts: readonly string[];
  /** How often each text occurs. */
  readonly counts: ReadonlyMap<string, number>;
  readonly isBytes: boolean;
  /** Share of blank-padded values. */
  readonly padded: number;
}

export function profileOf(values: readonly RawValue[]): Profile {
  const raw: Exclude<RawValue, null>[] = [];
  const texts: string[] = [];
  let padded = 0;
  let isBytes = false;
  for (const value of values) {
    if (value === null) continue;
    if (value instanceof Uint8Array) isBytes = true;
    const whole = value instanceof Uint8Array ? decodeCp1252(value) : textOf(value);
    const text = whole.trim();
    if (text === "") continue;
    if (typeof value === "string" && value.endsWith(" ")) padded++;
    raw.push(value);
    texts.push(text.length > 500 ? text.slice(0, 500) : text);
  }
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return { rows: values.length, raw, texts, counts, isBytes, padded: texts.length === 0 ? 0 : padded / texts.length };
}

/** Share of the values that are so; 0 where there are none. */
export function share(texts: readonly string[], test: (text: string) => boolean): number {
  if (texts.length === 0) return 0;
  let met = 0;
  for (const text of texts) if (test(text)) met++;
  return met / texts.length;
}
