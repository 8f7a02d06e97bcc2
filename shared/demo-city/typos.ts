import type { Random } from "./random.ts";

/** A name with one slip of a typist; never the name itself, and never without its first letter. */
export function mistype(name: string, random: Random): string {
  if (name.length < 3) return `${name}${name.at(-1) ?? ""}`;
  for (;;) {
    const slipped = slip(name, random);
    if (slipped !== name) return slipped;
  }
}

/** A number with two neighbouring digits swapped or one digit wrong. */
export function misdial(digits: string, random: Random): string {
  const i = random.between(0, digits.length - 2);
  if (digits[i] !== digits[i + 1]) return digits.slice(0, i) + digits[i + 1] + digits[i] + digits.slice(i + 2);
  return digits.slice(0, i) + ((Number(digits[i]) + random.between(1, 9)) % 10) + digits.slice(i + 1);
}

function slip(name: string, random: Random): string {
  const i = random.between(1, name.length - 1);
  const letter = name[i] as string;
  switch (random.between(0, 4)) {
    case 0:
      return name.slice(0, i) + name.slice(i + 1);
    case 1:
      return name.slice(0, i) + letter + name.slice(i);
    case 2:
      return name.slice(0, i - 1) + letter.toLowerCase() + (name[i - 1] as string).toLowerCase() + name.slice(i + 1);
    default:
      return name.slice(0, i) + random.pick([...(neighbours[letter] ?? "aeirstn")]) + name.slice(i + 1);
  }
}

/** Keys beside each other on a typewriter's keyboard, and letters that sound alike. */
const neighbours: Readonly<Record<string, string>> = {
  a: "seo",
  b: "vp",
  c: "ksx",
  d: "tsf",
  e: "iar",
  f: "vgp",
  g: "hj",
  h: "gj",
  i: "eyu",
  j: "yhk",
  k: "cjl",
  l: "ki",
  m: "n",
  n: "mb",
  o: "aui",
  p: "ob",
  q: "k",
  r: "te",
  s: "zac",
  t: "rd",
  u: "oi",
  v: "wfb",
  w: "v",
  x: "s",
  y: "ij",
  z: "s",
};
