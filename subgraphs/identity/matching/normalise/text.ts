import { type LatinLetters, passportRomanisation, plainLetters } from "../../../../shared/letters.ts";
import { encodeCp1252 } from "../../../../shared/sql/formats/cp1252.ts";

/** Latin text in lower-case ASCII: diacritics stripped, other alphabets transliterated, mojibake undone. */
export function asciiText(value: string): string {
  if (plainAscii.test(value)) return value.toLowerCase();
  let text = "";
  for (const letter of undoMojibake(value).normalize("NFKC").toLowerCase()) text += letters[letter] ?? letter;
  return text.normalize("NFKD").replace(/\p{M}+/gu, "");
}

/** Words of a text: letters and digits of `asciiText`, apostrophes closed up, everything else a separator. */
export function words(value: string): string[] {
  const text = asciiText(value).replace(/['’`´]/g, "");
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

const plainAscii = /^[ -~]*$/;

/** UTF-8 that some system once read as Windows-1252 (`MÃ¼LLER`, `ZieliÅ„ski`) is read again as what it was. */
export function undoMojibake(value: string): string {
  const bytes = misread.test(value) ? encodeCp1252(value) : undefined;
  if (bytes === undefined) return value;
  const decoded = Buffer.from(bytes).toString("utf8").normalize("NFC");
  return decoded.includes("\ufffd") || mixed.test(decoded) ? value : decoded;
}

/** What the first byte of a letter of two or three bytes shows as, and a sign that another byte shows as. */
const misread =
  /[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]/;

/** Letters and marks of two bytes but those of Romanian, Vietnamese, Azeri and Pinyin, and apostrophes. */
const foreign =
  "[\u0180-\u018e\u0190-\u019f\u01a2-\u01ae\u01b1-\u01cc\u01dd-\u0217\u021c-\u0258\u025a-\u02ba\u02bd-\u07ff]";
/** What no name has beside a plain letter, and `LÍŠKA` and `JOSÉ–LUIS` would have if they were taken for misread bytes. */
const mixed = new RegExp(`[a-z]${foreign}|${foreign}[a-z]`, "i");

/** Letters that Unicode decomposition leaves alone; vowels follow what registries print in Latin script. */
const letters: LatinLetters = {
  ...plainLetters,
  ...passportRomanisation,
  α: "a",
  β: "v",
  γ: "g",
  δ: "d",
  ε: "e",
  ζ: "z",
  η: "i",
  θ: "th",
  ι: "i",
  κ: "k",
  λ: "l",
  μ: "m",
  ν: "n",
  ξ: "x",
  ο: "o",
  π: "p",
  ρ: "r",
  σ: "s",
  ς: "s",
  τ: "t",
  υ: "y",
  φ: "f",
  χ: "ch",
  ψ: "ps",
  ω: "o",
  ا: "a",
  أ: "a",
  إ: "i",
  آ: "a",
  ب: "b",
  ت: "t",
  ث: "th",
  ج: "j",
  ح: "h",
  خ: "kh",
  د: "d",
  ذ: "dh",
  ر: "r",
  ز: "z",
  س: "s",
  ش: "sh",
  ص: "s",
  ض: "d",
  ط: "t",
  ظ: "z",
  ع: "a",
  غ: "gh",
  ف: "f",
  ق: "q",
  ك: "k",
  ک: "k",
  ل: "l",
  م: "m",
  ن: "n",
  ه: "h",
  ة: "a",
  و: "w",
  ي: "y",
  ی: "y",
  ى: "a",
  ئ: "y",
  ء: "",
  پ: "p",
  چ: "ch",
  ژ: "zh",
  گ: "g",
};
