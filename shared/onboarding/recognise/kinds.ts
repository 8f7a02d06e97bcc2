import type { CatalogueColumn } from "../../sql/dialect.ts";
import { type Profile, share } from "../profile.ts";

/** What a column holds, as far as its type says. */
export type ValueKind = "text" | "integer" | "decimal" | "float" | "boolean" | "date" | "timestamp" | "bytes" | "other";

/** The catalogue's word where it has one; otherwise the declared type, and the values where there is no such type. */
export function kindOf(column: CatalogueColumn, profile: Profile): ValueKind {
  if (/^bit\(1\)$/i.test(column.type) && column.kind === "integer") return "boolean";
  if (column.kind === "decimal" && /\(\s*\d+\s*(?:,\s*0\s*)?\)(?: unsigned)?(?: zerofill)?$/i.test(column.type))
    return "integer";
  if (column.kind) return fromCatalogue[column.kind] ?? "other";
  const type = column.type.trim().toUpperCase();
  const [, size, scale] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(type) ?? [];
  if (/BOOL|^BIT$/.test(type)) return "boolean";
  if (/^(?:TIMESTAMP|DATETIME|SMALLDATETIME)/.test(type)) return "timestamp";
  if (/^DATE/.test(type)) return hasTimes(profile) ? "timestamp" : "date";
  if (/BLOB|BINARY|^RAW|IMAGE|BYTEA/.test(type)) return "bytes";
  if (/CHAR|TEXT|CLOB|STRING|ENUM/.test(type)) return "text";
  if (/INT|SERIAL|^YEAR/.test(type)) return "integer";
  if (/MONEY/.test(type)) return "decimal";
  if (/^(?:NUMBER|NUMERIC|DECIMAL|DEC)/.test(type)) {
    if (scale === undefined ? size !== undefined : Number(scale) === 0) return "integer";
    return share(profile.texts, (text) => /^-?\d+$/.test(text)) === 1 && scale === undefined ? "integer" : "decimal";
  }
  if (/REAL|FLOA|DOUB/.test(type)) return "float";
  if (/UUID|UNIQUEIDENTIFIER/.test(type)) return "text";
  if (type !== "" || profile.texts.length === 0) return type === "" ? "text" : "other";
  if (profile.isBytes) return "bytes";
  return share(profile.texts, (text) => /^-?\d{1,15}$/.test(text)) === 1 ? "integer" : "text";
}

const fromCatalogue: Readonly<Record<string, ValueKind>> = {
  text: "text",
  uuid: "text",
  integer: "integer",
  decimal: "decimal",
  float: "float",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
  instant: "timestamp",
  bytes: "bytes",
};

function hasTimes({ texts }: Profile): boolean {
  return share(texts, (text) => /[T ]\d\d:\d\d/.test(text) && !/[T ]00:00(:00(\.0+)?)?/.test(text)) > 0.2;
}
