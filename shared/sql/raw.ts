/** A value as a driver hands it over. Whole numbers beyond 2^53 are bigints; bytes are text in an unknown character set. */
export type RawValue = null | string | number | bigint | boolean | Uint8Array | Date;

/** A row's values, in the order of the statement's columns. */
export type RawRow = readonly RawValue[];

/**
 * A date or a local time that a statement compares with the engine's own date columns: each dialect binds it in the
 * way that its engine compares rightly. `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, with or without fractions, in the source's time zone.
 */
export class EngineTime {
  readonly text: string;
  /** The same time in UTC, for columns that know their zone. */
  readonly utc: string;

  constructor(text: string, utc: string) {
    this.text = text;
    this.utc = utc;
  }
}

/** What a statement's placeholder is bound to, before the dialect makes it its driver's. */
export type Parameter = RawValue | EngineTime;

/** Text of a raw value without the blanks that CHAR columns are padded with; the same for `42`, `42n` and `"42  "`. */
export function textOf(raw: Exclude<RawValue, null>): string {
  if (typeof raw === "string") return raw.endsWith(" ") ? raw.trimEnd() : raw;
  if (raw instanceof Date) return raw.toISOString();
  if (raw instanceof Uint8Array) return Buffer.from(raw).toString("latin1").trimEnd();
  return String(raw);
}
