import { missingIn } from "../../department/execute/values.ts";
import { formatOfType } from "../../sql/formats/by-type.ts";
import { type FormatContext, type ScalarName, unreadable } from "../../sql/formats/format.ts";
import { type FormatName, formats } from "../../sql/formats/index.ts";
import { type Profile, share } from "../profile.ts";
import { recogniseDate } from "../recognise/dates.ts";
import type { ValueKind } from "../recognise/kinds.ts";
import { sensitivityOf } from "../recognise/sensitive.ts";
import { shapeOf, textFormat } from "../recognise/texts.ts";
import { wordsOf } from "../recognise/words.ts";

/** How a column becomes a field: its type, and how its values are read. */
export interface FieldReading {
  readonly type: ScalarName | "Enum";
  readonly format?: FormatName;
  readonly missing: readonly string[];
  /** Codes of an enum that no code table explains. */
  readonly codes?: readonly string[];
  /** What a person must look at. */
  readonly doubt?: string;
}

export interface Readable {
  readonly name: string;
  readonly type: string;
  readonly holds: ValueKind;
  readonly profile: Profile;
  readonly padded?: number;
  readonly filledTo?: number;
}

const dateWords =
  /\b(?:date|time|created|changed|seen|opened|closed|issued|due|paid|deleted|start|end|from|until|day|at|on|since|shipped|application|started|ended|touched|\w{3,}ed|last|first)\b/;
const amountWords = /\b(?:amount|balance|fee|price|salary|payment|tax|income|total|cost|charge|debit|credit|tariff)\b/;
const codeWords =
  /\b(?:code|kind|status|class|level|result|quality|channel|direction|mode|state|priority|reason|method|frequency|flag|category|tariff|rating)\b/;
/** Codes of those who work here are their initials. */
const namesEmployee =
  /\b(?:case worker|inspector|employee|staff|user|who|manager|agent|officer|doctor|teacher|initials|signature)\b/;
const numberWords = /\b(?:number|id|code|reference|key|year)$/;

/** Undefined where a column holds what a field cannot show: pictures, documents. */
export function readingOf(column: Readable, context: FormatContext): FieldReading | undefined {
  const drafted = draftedReading(column, context);
  return drafted && proven(drafted, column, context);
}

function draftedReading(column: Readable, context: FormatContext): FieldReading | undefined {
  const { profile, holds, name } = column;
  const words = wordsOf(name).meant.join(" ");
  const shape = shapeOf(profile);
  if (holds === "other") {
    // Drivers make objects of points and polygons.
    const isPlain = profile.raw.every((raw) => typeof raw !== "object");
    return profile.texts.length > 0 && isPlain ? { type: "String", missing: [] } : undefined;
  }
  if (holds === "bytes" && (profile.texts.length === 0 || isBinary(profile))) return undefined;
  if (holds === "boolean") return { type: "Boolean", missing: [] };
  const date = recogniseDate(profile, holds, dateWords.test(words), context);
  if (date && (date.share > 0.9 || holds === "date" || holds === "timestamp")) {
    const { type, format, missing, doubt } = date;
    const asked = doubt && `is \`format: ${format}\` right? As far as sampled, ${doubt}`;
    return { type, ...(format ? { format } : {}), missing, ...(asked ? { doubt: asked } : {}) };
  }
  if (isFlag(profile, words, holds)) return { type: "Boolean", format: "YES_NO", missing: [] };
  if (/\bcents\b/.test(words) && (holds === "integer" || holds === "decimal")) {
    return { type: "Decimal", format: "CENTS", missing: [] };
  }
  if (holds === "integer") return integerReading(column, words);
  if (holds === "decimal") return { type: "Decimal", missing: [] };
  if (holds === "float")
    return amountWords.test(words) ? { type: "Decimal", missing: [] } : { type: "Float", missing: [] };
  const codes = [...profile.counts.keys()].sort();
  const few = codes.length >= 2 && codes.length <= 8 && shape.values >= 3 * codes.length && shape.longest <= 4;
  if (few && codeWords.test(words) && !namesEmployee.test(words) && sensitivityOf(name) !== "SPECIAL") {
    return { type: "Enum", missing: [], codes };
  }
  const format = textFormat(profile);
  if (format === "TITLE_CASE") return { type: "String", ...trimmed(column), missing: [] };
  return { type: "String", ...(format === "LATIN1" ? { format } : trimmed(column)), missing: [] };
}

function trimmed({ padded, profile }: Readable): { readonly format?: "TRIM" } {
  return padded !== undefined || profile.padded > 0 ? { format: "TRIM" } : {};
}

function integerReading(column: Readable, words: string): FieldReading {
  const { profile, type, filledTo } = column;
  if (filledTo !== undefined) return { type: "String", missing: [] };
  if (numberWords.test(words) && !/\byear$/.test(words)) return { type: "String", missing: [] };
  const digits = Number(/\(\s*(\d+)/.exec(type)?.[1] ?? 0);
  const large =
    /big|int8|serial8/i.test(type) ||
    (digits > 9 && /num|dec/i.test(type)) ||
    share(profile.texts, (text) => Math.abs(Number(text)) >= 2 ** 31) > 0;
  const amount = amountWords.test(words) && share(profile.texts, (text) => Math.abs(Number(text)) >= 100) > 0.5;
  return {
    type: large || amount ? "Decimal" : "Int",
    missing: [],
    ...(amount ? { doubt: "is it a whole amount, or are its last digits cents (`format: CENTS`)?" } : {}),
  };
}

/** Y/N, J/N, T/F; 1/0 only where the name speaks of a flag. */
function isFlag(profile: Profile, words: string, holds: ValueKind): boolean {
  if (holds !== "text" && holds !== "integer") return false;
  const seen = [...profile.counts.keys()].map((text) => text.toUpperCase());
  if (seen.length === 0 || seen.length > 2 || profile.rows < 3) return false;
  const within = (...values: string[]) => seen.every((text) => values.includes(text));
  if (holds === "text" && (within("Y", "N") || within("J", "N") || within("YES", "NO") || within("JA", "NEIN")))
    return true;
  return (within("0", "1") || within("T", "F")) && /\b(?:is|has|flag|active|valid|current|\w{3,}ed)\b/.test(words);
}

/** Every sampled value is read once: what cannot be read well enough is text. */
function proven(reading: FieldReading, { profile }: Readable, context: FormatContext): FieldReading {
  if (reading.type === "Enum" || profile.raw.length === 0) return reading;
  const format = reading.format ? formats[reading.format] : formatOfType[reading.type];
  const missing = missingIn({ column: "", missing: reading.missing });
  const bad = profile.raw.filter((raw) => !missing(raw) && format.read(raw, context) === unreadable).length;
  if (bad === 0) return reading;
  const found = `${bad} of ${profile.raw.length} sampled values cannot be read as ${reading.format ?? reading.type}`;
  if (bad < profile.raw.length * 0.1) return { ...reading, doubt: `${found}; they will be null, with an error` };
  return { type: "String", missing: [], doubt: `${found}, so that it is drafted as text` };
}

function isBinary({ texts }: Profile): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells pictures from text
  return share(texts, (text) => /[\u0000-\u0008\u000e-\u001f]/.test(text)) > 0.05;
}
