import { englishRomanisation, type LatinLetters, plainLetters } from "../letters.ts";

/** Latin letters for Cyrillic ones; text in Latin letters is returned as it is. */
export function transliterate(text: string): string {
  if (!/[\u0400-\u04ff]/.test(text)) return text;
  return [...text].map((letter) => latin(letter, englishRomanisation)).join("");
}

/** Another clerk's spelling of the same name: `Kadyrov` and `Kadirov`, `Sergey` and `Sergei`, `Yuliya` and `Julia`. */
export function spellOtherwise(name: string): string {
  return name
    .replace(/^Yu/, "Ju")
    .replace(/^Ye?v/, "Ev")
    .replace(/kh/g, "h")
    .replace(/iya$/, "ia")
    .replace(/(ey|ay)$/, (ending) => `${ending[0]}i`)
    .replace(/(iy|yy)$/, "y")
    .replace(/ks/g, "x");
}

/** How a system without accents writes: `MUELLER` (`digraphs`) or `MULLER`. */
export function withoutAccents(text: string, digraphs = false): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  const folded = digraphs ? text.replace(/[äöüåÄÖÜÅ]/g, (letter) => digraphOf[letter] ?? letter) : text;
  return folded
    .replace(/[łŁıßøØđĐæÆœŒ]/g, (letter) => latin(letter, plainLetters))
    .replaceAll("’", "'")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}

const digraphOf: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  å: "aa",
  Ä: "Ae",
  Ö: "Oe",
  Ü: "Ue",
  Å: "Aa",
};

/** The Latin spelling of one letter, in its case; a letter that is not in the table stays. */
function latin(letter: string, letters: LatinLetters): string {
  const small = letter.toLowerCase();
  const replacement = letters[small] ?? letter;
  return small === letter ? replacement : replacement.charAt(0).toUpperCase() + replacement.slice(1);
}
