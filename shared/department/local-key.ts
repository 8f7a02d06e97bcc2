/** A value of a key column. Blanks at the end are CHAR padding and do not count. */
export type KeyValue = string | number | bigint;

/**
 * The local key of a person record: its key columns, percent-encoded and joined by commas, and `#` with the suffix
 * where one row holds several persons. `2009,0001234` or `B19-000123#2`.
 */
export function localKey(values: readonly KeyValue[], suffix?: string): string {
  const key = values.map((value) => encodeURIComponent(String(value).trimEnd())).join(",");
  return suffix === undefined ? key : `${key}#${suffix}`;
}

/** Undoes `localKey`; undefined where the text cannot have come from it. */
export function parseLocalKey(key: string): { values: string[]; suffix?: string } | undefined {
  const mark = key.indexOf("#");
  if (mark !== key.lastIndexOf("#")) return undefined;
  try {
    const values = partsOf(mark < 0 ? key : key.slice(0, mark));
    return mark < 0 ? { values } : { values, suffix: key.slice(mark + 1) };
  } catch {
    return undefined;
  }
}

/** Most keys are one column that needs no decoding. */
function partsOf(columns: string): string[] {
  const values = columns.includes(",") ? columns.split(",") : [columns];
  return columns.includes("%") ? values.map(decodeURIComponent) : values;
}
