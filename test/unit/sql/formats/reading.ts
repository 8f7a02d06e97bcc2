import type { Format, FormatContext, Value } from "../../../../shared/sql/formats/format.ts";
import { unreadable } from "../../../../shared/sql/formats/format.ts";
import { EngineTime, type RawValue } from "../../../../shared/sql/raw.ts";

export const context: FormatContext = { timeZone: "Europe/Tallinn", today: "2026-05-01" };

/** What the format reads; `"unreadable"` for what it does not. */
export function read(format: Format, raw: Exclude<RawValue, null>, more: Partial<FormatContext> = {}): Value | null {
  const value = format.read(raw, { ...context, ...more });
  return value === unreadable ? "unreadable" : value;
}

/** The raw values that a filter looks for, engine times by their text. */
export function written(format: Format, value: Value): readonly unknown[] | string | undefined {
  const raw = format.write?.(value, context);
  if (raw === unreadable) return "unreadable";
  return raw?.map((each) => (each instanceof EngineTime ? each.text : each));
}
