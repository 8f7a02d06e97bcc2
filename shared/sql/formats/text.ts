import type { RawValue } from "../raw.ts";
import { cp1252Labels, decodeCp1252, encodeCp1252 } from "./cp1252.ts";
import type { FormatContext } from "./format.ts";

/** Text of a raw value, bytes decoded by the source's character set, blanks at both ends taken away. */
export function trimmedText(raw: Exclude<RawValue, null>, context: FormatContext): string {
  return decodedText(raw, context).trim();
}

/** Text of a raw value, bytes decoded by the source's character set. */
export function decodedText(raw: Exclude<RawValue, null>, { encoding }: FormatContext): string {
  if (typeof raw === "string") return raw;
  if (raw instanceof Uint8Array) return decoded(raw, encoding?.toLowerCase() ?? "utf-8");
  if (raw instanceof Date) return raw.toISOString();
  return String(raw);
}

/** The bytes that `decodedText` reads as this text; undefined in character sets that are only read. */
export function encodedText(text: string, { encoding = "utf-8" }: Pick<FormatContext, "encoding">) {
  const label = encoding.toLowerCase();
  if (cp1252Labels.has(label)) return encodeCp1252(text);
  return /^utf-?8$/.test(label) ? new TextEncoder().encode(text) : undefined;
}

/** Names in capitals with a capital first letter each; text that has small letters is left alone. */
export function titleCase(text: string): string {
  if (text !== text.toUpperCase()) return text;
  const small = text.toLowerCase();
  let cased = "";
  let from = 0;
  for (let at = 0; at < small.length; at += 1) {
    if (at > 0 && !beginsWord(small.charCodeAt(at - 1))) continue;
    const letter = String.fromCodePoint(small.codePointAt(at) as number);
    if (!/\p{L}/u.test(letter)) continue;
    cased += small.slice(from, at) + letter.toUpperCase();
    from = at + letter.length;
  }
  return cased + small.slice(from);
}

/** True for what stands before a word: blanks and `-'’./(`. */
function beginsWord(code: number): boolean {
  if (code >= 97 && code <= 122) return false;
  return /[\s\-'’./(]/.test(String.fromCharCode(code));
}

/** A whole number, exactly; undefined for anything else. */
export function wholeNumber(raw: Exclude<RawValue, null>): number | bigint | undefined {
  if (typeof raw === "bigint") return raw;
  if (typeof raw === "number") return Number.isSafeInteger(raw) ? raw : undefined;
  if (typeof raw !== "string") return undefined;
  const text = raw.trim();
  return /^[+-]?\d{1,38}$/.test(text) ? BigInt(text) : undefined;
}

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

function decoded(bytes: Uint8Array, encoding: string): string {
  if (cp1252Labels.has(encoding)) return decodeCp1252(bytes);
  let decoder = decoders.get(encoding);
  if (!decoder) {
    decoder = new TextDecoder(encoding);
    decoders.set(encoding, decoder);
  }
  return decoder.decode(bytes);
}
