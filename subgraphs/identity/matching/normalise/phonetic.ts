import { letterMask } from "../similarity.ts";

/**
 * How a Latin-script name sounds across spellings of several languages: consonant classes in order, vowels only
 * at the start, doubles once. `Müller`, `Mueller` and `Muller` are one; so are `Kadyrov` and `Qadirov`.
 */
export function soundOf(name: string): string {
  let text = name.replace(/[^a-z]/g, "");
  let mask = letterMask(text);
  for (const { spelling, sound, letters, brought } of spellings) {
    // Most names have no letter that most spellings begin or end with; to look for them would take most of the time.
    if ((mask & letters) === 0) continue;
    text = text.replace(spelling, sound);
    mask |= brought;
  }
  const rest = text.slice(1).replace(/[aeiouyhw]/g, "");
  return (text.charAt(0).replace(/[aeiouy]/, "a") + rest).replace(/(.)\1+/g, "$1");
}

/** Applied in order; capital letters mark sounds that are final. Each spelling has at least one of the letters named last. */
const spellings = [
  [/^(kn|gn|pn)/, "n", "n"],
  [/^wr/, "r", "w"],
  [/^ps/, "s", "p"],
  [/^x/, "s", "x"],
  [/(shch|tsch|tch|sch|sh|ch|cz|sz|zh|dzh)/g, "X", "hz"],
  [/ph/g, "f", "p"],
  [/th/g, "t", "h"],
  [/(gh|kh)(?=[^aeiouy]|$)/g, "", "h"],
  [/kh/g, "k", "h"],
  [/gh/g, "g", "h"],
  [/ck/g, "k", "c"],
  [/c(?=[eiy])/g, "s", "c"],
  [/[cq]/g, "k", "cq"],
  [/x/g, "ks", "x"],
  [/(ts|tz|z)/g, "s", "tz"],
  [/w(?=[aeiouy])/g, "v", "w"],
  [/dj|j/g, "j", "j"],
  [/^y/, "j", "y"],
  [/d(?=t)/g, "", "d"],
  [/X/g, "x", "x"],
].map(([spelling, sound, letters]) => ({
  spelling: spelling as RegExp,
  sound: sound as string,
  letters: letterMask(letters as string),
  brought: letterMask(sound as string),
}));
