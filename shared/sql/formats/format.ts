import type { Parameter, RawValue } from "../raw.ts";

/** GraphQL scalars that a legacy value can become. */
export type ScalarName = "String" | "ID" | "Int" | "Float" | "Boolean" | "Date" | "DateTime" | "Decimal";

/** Date: `YYYY-MM-DD`; DateTime: RFC 3339 with offset; Decimal: text. */
export type Value = string | number | boolean;

/** What `read` answers when the raw value is not what the format reads. Not thrown: a page can have thousands. */
export const unreadable: unique symbol = Symbol("unreadable");

export interface FormatContext {
  /** IANA zone of the source's local times. */
  readonly timeZone: string;
  /** Character set of bytes; UTF-8 unless the source says otherwise. */
  readonly encoding?: string;
  /** `YYYY-MM-DD` in the source's time zone. */
  readonly today: string;
  /** How far ahead of today a date with a two-digit year may lie: 10, for births and deaths 0. */
  readonly yearsAhead?: number;
}

/**
 * How one kind of legacy value is read.
 *
 * To add a format: write `shared/sql/formats/<name-in-kebab-case>.ts` that exports one `Format`, add it to `formats` in
 * index.ts and, with a description for those who write mappings, to `enum Format` in
 * shared/department/directives.graphql; add test/unit/sql/formats/<name-in-kebab-case>.test.ts with values as the
 * legacy system really holds them, unreadable ones among them. A test holds registry and enum together.
 */
export interface Format {
  /** One sentence for people who write mappings. */
  readonly description: string;
  /** Field types that the format can fill. */
  readonly produces: readonly ScalarName[];
  /** The value; null where the raw value means `none`; `unreadable` where it is anything else. */
  read(raw: Exclude<RawValue, null>, context: FormatContext): Value | null | typeof unreadable;
  /**
   * All raw values that read as `value`, for filters. Absent where they cannot be told: such a field cannot be
   * filtered by. Empty where the value is of a kind that no raw value reads as; `unreadable` where it is malformed.
   */
  write?(value: Value, context: FormatContext): readonly Parameter[] | typeof unreadable;
  /** True when raw values sort like the values they read as, so that ranges, retention and validity can be asked in SQL. */
  readonly ordered?: boolean;
  /** Raw values that mean `none` though they are not NULL. They count as absent in retention and validity. */
  readonly none?: readonly Parameter[];
  /** The first raw value of `value` and the first beyond it if there is one, where a value covers a span of raw ones. */
  span?(value: Value, context: FormatContext): readonly [from: Parameter, below?: Parameter] | typeof unreadable;
}
