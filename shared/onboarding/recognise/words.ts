import { toAscii } from "./ascii.ts";
import { decorations, dictionary, isPart, meaningOfCut } from "./dictionary.ts";

/** A name taken apart: `tblAwardStDt` and `AWRDSTDT` are words, abbreviations spelled out, foreign words in English. */
export interface Words {
  /** As they are written, in small letters without accents: `awd`, `st`, `dt`. */
  readonly written: readonly string[];
  /** What they mean: `award`, `start`, `date`. Decorations such as `tbl` are left out. */
  readonly meant: readonly string[];
  /** The same, but words that the dictionary has not are left as they are written: `unitsInStock`. */
  readonly said: readonly string[];
}

const kept = new Map<string, Words>();

/** Takes a table's or column's name apart. */
export function wordsOf(name: string): Words {
  const before = kept.get(name);
  if (before) return before;
  const written: string[] = [];
  const meant: string[] = [];
  const said: string[] = [];
  const parts = joined(splitParts(name));
  const gapless = /^(?:[A-Z0-9]+|[a-z0-9]+)$/.test(name) && name.length <= 10;
  for (const [index, part] of parts.entries()) {
    if (decorations.has(part) && parts.length > 1 && (index === 0 || part.length > 2) && !dictionary.has(part)) {
      continue;
    }
    for (const piece of dictionary.has(part) ? [part] : piecesOf(part, gapless)) {
      written.push(piece);
      if (decorations.has(piece) && !dictionary.has(piece) && written.length > 1) continue;
      const known = dictionary.get(piece) ?? (gapless ? meaningOfCut(piece) : undefined);
      meant.push(...(known ?? [singular(piece)]));
      said.push(...(known ?? [piece]));
    }
  }
  const words = { written, meant: withoutRepeats(meant), said: withoutRepeats(said) };
  kept.set(name, words);
  return words;
}

function withoutRepeats(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => word !== words[index - 1]);
}

/** `loans` is `loan`; words of which the `s` is a part stay. */
export function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is|as|os|news|series|species)$/.test(word)) return word;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|z)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

/** `loan` is `loans`. */
export function plural(word: string): string {
  if (/(?:history|staff|information|equipment|series|news)$/i.test(word)) return word;
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/i.test(word)) return `${word}es`;
  return `${word}s`;
}

/** At underscores and other signs, between small letters and capitals, and around digits: `Addr1` stays whole. */
function splitParts(name: string): readonly string[] {
  const camel = toAscii(name)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
  return camel
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .flatMap((part) => {
      const lower = part.toLowerCase();
      if (dictionary.has(lower)) return [lower];
      // `own1`, `a1lnm`: a number belongs to what stands before it.
      return lower.match(/[a-z]+\d*|\d+/g) ?? [lower];
    })
    .flatMap((part) => {
      const bare = part.replace(/\d+$/, "");
      return !dictionary.has(part) && bare !== part && bare.length > 1 && dictionary.has(bare)
        ? [bare, part.slice(bare.length)]
        : [part];
    });
}

/** `nat` and `id` are `natid` where the dictionary has a word for both. */
function joined(parts: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last !== undefined && dictionary.has(last + part)) {
      result[result.length - 1] = last + part;
    } else {
      result.push(part);
    }
  }
  return result;
}

/**
 * Words of a name that was written without gaps (`ADRSTR`, `geburtsdatum`): the fewest words of the dictionary that it
 * can be made of, and for short names one
 * unknown piece in front. The name stays whole where that says too little.
 */
function piecesOf(part: string, gapless: boolean): readonly string[] {
  if (part.length < 4 || part.length > 40) return [part];
  const best: ({ readonly cost: number; readonly pieces: readonly string[] } | undefined)[] = [{ cost: 0, pieces: [] }];
  for (let end = 1; end <= part.length; end++) {
    for (let start = Math.max(0, end - 20); start < end; start++) {
      const before = best[start];
      const piece = part.slice(start, end);
      const known = isPart(piece) || (piece.length > 2 && decorations.has(piece));
      const unknown = gapless && !known && start === 0 && piece.length >= 3 && piece.length <= 5;
      if (!before || !(known || unknown) || piece.length < 2) continue;
      const cost = before.cost + (unknown ? 6 : piece.length === 2 ? 2.5 : 1.5);
      const found = best[end];
      if (!found || cost < found.cost) best[end] = { cost, pieces: [...before.pieces, piece] };
    }
  }
  const found = best[part.length];
  // Two-letter words alone make up anything.
  if (!found || found.pieces.length < 2 || found.pieces.every((piece) => piece.length < 3)) return [part];
  if ((found.pieces[0] ?? "").length < 3) return [part];
  const short = found.pieces.filter((piece) => piece.length === 2).length;
  if (short > 1 || found.cost > 1.2 * part.length) return [part];
  const [first = ""] = found.pieces;
  if (!dictionary.has(first) && found.pieces.length === 2 && (found.pieces[1] ?? "").length < 2) return [part];
  return found.pieces;
}
