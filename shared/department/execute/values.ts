import { CivigraphError } from "../../errors.ts";
import type { CatalogueColumn } from "../../sql/dialect.ts";
import { formatOfType } from "../../sql/formats/by-type.ts";
import { type Format, type FormatContext, type ScalarName, unreadable, type Value } from "../../sql/formats/format.ts";
import { formats } from "../../sql/formats/index.ts";
import type { RawValue } from "../../sql/raw.ts";
import { textOf } from "../../sql/raw.ts";
import type { ColumnModel, DepartmentModel } from "../model.ts";

/** A raw value as the field's type; `unreadable` where the mapping does not fit it. */
export type Read = (raw: RawValue, context: FormatContext) => Value | null | typeof unreadable;

/** How the values of a field or an attribute of this type are read; `fact`: what the database says of the column. */
export function readerOf(model: DepartmentModel, column: ColumnModel, type: string, fact?: CatalogueColumn): Read {
  const format = formatFor(column, type);
  const codes = model.enums.get(type);
  const missing = missingIn(column);
  if (codes) {
    return (raw, context) => {
      if (raw === null || missing(raw)) return null;
      const code = column.format ? format.read(raw, context) : textOf(raw).trim();
      if (code === null || code === unreadable || code === "") return code === unreadable ? unreadable : null;
      return codes.valueOfCode.get(String(code)) ?? codes.other ?? unreadable;
    };
  }
  const filledTo = type === "String" || type === "ID" ? fact?.filledTo : undefined;
  if (filledTo !== undefined) {
    return (raw, context) => {
      const shown = raw === null ? "" : String(raw).padStart(filledTo, "0");
      return raw === null || missing(raw) || missing(shown) ? null : format.read(shown, context);
    };
  }
  return (raw, context) => (raw === null || missing(raw) ? null : format.read(raw, context));
}

/** How the values of a column are read, and so compared. */
export function formatFor({ format }: ColumnModel, type: string): Format {
  if (format) return formats[format];
  return Object.hasOwn(formatOfType, type) ? formatOfType[type as ScalarName] : formatOfType.String;
}

/** True for the placeholders that the mapping names. */
export function missingIn({ missing }: ColumnModel): (raw: Exclude<RawValue, null>) => boolean {
  if (missing.length === 0) return () => false;
  const placeholders = new Set(missing.map(withoutMidnight));
  return (raw) => placeholders.has(withoutMidnight(textOf(raw)));
}

/** A date is the same whether the engine's type has a time of day or not. */
function withoutMidnight(text: string): string {
  return text.trim().replace(/ 00:00:00(?:\.0+)?$/, "");
}

/** The error that stands for a value which the mapping does not fit. One object serves all its places. */
export function unreadableError(model: DepartmentModel, field: string): CivigraphError {
  return new CivigraphError("SOURCE_VALUE_UNREADABLE", { field, department: model.name });
}
