/**
 * How a Latin-script name sounds across spellings of several languages: consonant classes in order, vowels only
 * at the start, doubles once. `Müller`, `Mueller` and `Muller` are one; so are `Kadyrov` and `Qadirov`.
 */
export function soundOf(name: string): string {
  let text = name.replace(/[^a-z]/g, "");
  for (const [spelling, sound] of spellings) text = text.replace(spelling, sound);
  const rest = text.slice(1).replace(/[aeiouyhw]/g, "");
  return (text.charAt(0).replace(/[aeiouy]/, "a") + rest).replace(/(.)\1+/g, "$1");
}

/** Applied in order; capital letters mark sounds that are final. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/^(kn|gn|pn)/, "n"],
  [/^wr/, "r"],
  [/^ps/, "s"],
  [/^x/, "s"],
  [/(shch|tsch|tch|sch|sh|ch|cz|sz|zh|dzh)/g, "X"],
  [/ph/g, "f"],
  [/th/g, "t"],
  [/(gh|kh)(?=[^aeiouy]|$)/g, ""],
  [/kh/g, "k"],
  [/gh/g, "g"],
  [/ck/g, "k"],
  [/c(?=[eiy])/g, "s"],
  [/[cq]/g, "k"],
  [/x/g, "ks"],
  [/(ts|tz|z)/g, "s"],
  [/w(?=[aeiouy])/g, "v"],
  [/dj|j/g, "j"],
  [/^y/, "j"],
  [/d(?=t)/g, ""],
  [/X/g, "x"],
];
