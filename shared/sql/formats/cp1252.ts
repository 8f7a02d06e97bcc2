/**
 * CP1252, which is what Latin-1 columns really hold. Written out because TextDecoder of Node 20 decodes the label
 * `windows-1252` as ISO 8859-1, without `€` and the typographic quotes.
 */
const upperControls =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

/** Labels of the character set, as a source's `encoding` may name it. */
export const cp1252Labels: ReadonlySet<string> = new Set([
  "latin1",
  "iso-8859-1",
  "iso8859-1",
  "windows-1252",
  "cp1252",
]);

export function decodeCp1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return text.replace(/[\u0080-\u009f]/g, (control) => upperControls.charAt(control.charCodeAt(0) - 0x80));
}

/** Undefined where a character is not of CP1252. */
export function encodeCp1252(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const control = upperControls.indexOf(character);
    if (control < 0 && code > 0xff) return undefined;
    bytes.push(control < 0 ? code : 0x80 + control);
  }
  return new Uint8Array(bytes);
}
