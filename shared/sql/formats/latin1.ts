import { decodeCp1252, encodeCp1252 } from "./cp1252.ts";
import type { Format } from "./format.ts";
import { trimmedText } from "./text.ts";

/** Characters that the first byte of a two- or three-byte UTF-8 sequence shows as in CP1252, followed by another's. */
const suspicious =
  /[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]/;

/**
 * Bytes are CP1252 (what Latin-1 columns really hold). Text is repaired when it is UTF-8 that was once read as CP1252:
 * `MÃ¼LLER` is `MüLLER`. Text for which that makes no sense is left as it is.
 */
export const LATIN1: Format = {
  description: "Bytes in Latin-1 (CP1252), or UTF-8 that was once read as CP1252.",
  produces: ["String"],
  read(raw, context) {
    const text = trimmedText(raw, { ...context, encoding: "windows-1252" });
    return (suspicious.test(text) ? (repaired(text) ?? text) : text) || null;
  },
  write(value) {
    const misread = decodeCp1252(Buffer.from(String(value), "utf8"));
    return misread === value ? [misread] : [String(value), misread];
  },
};

function repaired(text: string): string | undefined {
  const bytes = encodeCp1252(text);
  try {
    return bytes && new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
