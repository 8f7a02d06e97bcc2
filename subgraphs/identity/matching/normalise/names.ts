import type { PersonRecord } from "../../../../shared/department/person-feed.ts";
import { givenNameForms } from "./nicknames.ts";
import { soundOf } from "./phonetic.ts";
import { isPlaceholderName } from "./placeholders.ts";
import { asciiText, undoMojibake, words } from "./text.ts";

/** The name features that linking compares and blocks on; all lower-case ASCII where the script allows. */
export interface NameParts {
  readonly given?: string;
  readonly givenFirst?: string;
  readonly givenSound?: string;
  /** Names that the first given name may be short for, itself included. */
  readonly givenForms?: readonly string[];
  readonly family?: string;
  readonly familySound?: string;
  /** Every family name the person is known under: parts of double-barrelled names, birth and alternative names. */
  readonly familyParts?: readonly string[];
  /** Every given and family name word, however it was filed; and how each sounds. */
  readonly nameTokens?: readonly string[];
  readonly nameSounds?: readonly string[];
  /** All name words in alphabetical order, so that swapped and re-split names meet. */
  readonly nameWords?: string;
}

/** Reads the names of a record; titles go, `SURNAME, GIVEN` is turned round, placeholders are missing. */
export function nameParts(record: PersonRecord): NameParts {
  const full = record.fullName === undefined ? {} : splitFullName(undoMojibake(record.fullName));
  const given = nameTokens(record.givenName) ?? full.given;
  const family = nameTokens(record.familyName) ?? full.family;
  const first = given?.[0];
  const joinedFamily = family?.join(" ");
  const parts = new Set(withoutParticles(family ?? []));
  if (joinedFamily !== undefined) parts.add(joinedFamily);
  for (const name of [record.birthName, ...(record.alternativeName ?? [])]) {
    for (const token of withoutParticles(familyOf(name))) parts.add(token);
  }
  const all = [...(given ?? []), ...(family ?? [])];
  const sounds = all.map(soundOf);
  return {
    given: given?.join(" "),
    givenFirst: first,
    givenSound: (given && sounds[0]) || undefined,
    givenForms: first === undefined ? undefined : givenNameForms(first),
    family: joinedFamily,
    familySound: family && ((family.length === 1 ? sounds.at(-1) : soundOf(family.join(" "))) || undefined),
    familyParts: parts.size === 0 ? undefined : [...new Set([...parts].map(withoutDigraphs))].sort(),
    nameTokens: all.length === 0 ? undefined : [...new Set(all)].sort(),
    nameSounds: all.length === 0 ? undefined : [...new Set(sounds.filter((sound) => sound !== ""))].sort(),
    nameWords: all.length < 2 ? undefined : all.sort().join(" "),
  };
}

/** `berg` of `van der berg`; the last word of a name of nothing else, such as `Das` or `Van Do`, is a name. */
function withoutParticles(name: readonly string[]): readonly string[] {
  const others = name.filter((word) => !particles.has(word));
  return others.length === 0 ? name.slice(-1) : others;
}

/** `mueller` and `muller`, `argueello` and `arguello`: one system writes what another drops. */
function withoutDigraphs(name: string): string {
  return name.replace(/([aou])e+/g, "$1");
}

function familyOf(name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const text = undoMojibake(name);
  if (!text.trim().includes(" ")) return nameTokens(text) ?? [];
  const { family, given } = splitFullName(text);
  return family ?? given ?? [];
}

function nameTokens(value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const all = words(value.replace(/\(.*?\)/g, " "));
  if (isPlaceholderName(all)) return undefined;
  const tokens = all.length > 1 ? all.filter((token) => !titles.has(token)) : all;
  return tokens.length === 0 || isPlaceholderName(tokens) ? undefined : tokens;
}

/** `Family, Given`; `FAMILY Given`; else the last word, with the particles before it, is the family name. */
function splitFullName(value: string): { given?: string[]; family?: string[] } {
  const comma = value.indexOf(",");
  if (comma >= 0) {
    const after = nameTokens(value.slice(comma + 1));
    return after === undefined && words(value.slice(comma + 1)).length > 0 && titlesOnly(value.slice(comma + 1))
      ? splitFullName(value.slice(0, comma))
      : { family: nameTokens(value.slice(0, comma)), given: after };
  }
  const marked = splitByCapitals(value) ?? splitByInitials(value);
  if (marked !== undefined) return marked;
  const tokens = nameTokens(value);
  if (tokens === undefined) return {};
  const names = hyphenated(value);
  if (names.length < 2) return surnameTitles.has(words(value)[0] ?? "") ? { family: tokens } : { given: tokens };
  let start = names.length - 1;
  while (start > 1 && particles.has(words(names[start - 1] ?? "").at(-1) ?? "")) start -= 1;
  return { given: nameTokens(names.slice(0, start).join(" ")), family: nameTokens(names.slice(start).join(" ")) };
}

/** The names of a text without titles and remarks; what hyphens hold together is one, such as `Nowak - Kowalska`. */
function hyphenated(value: string): readonly string[] {
  return value
    .replace(/\(.*?\)/g, " ")
    .split(/(?<![-‐–]\s*)[^\p{L}\p{N}\p{M}'’`´‐–-]+(?!\s*[-‐–])/u)
    .filter((name) => words(name).length > 0 && !titlesOnly(name));
}

/** `FAMILY Given`; undefined where the family name is not the only one in capitals. */
function splitByCapitals(value: string): { given?: string[]; family?: string[] } | undefined {
  const shouted = value
    .trim()
    .split(/\s+/)
    .filter((word) => !titles.has(asciiText(word).replace(/\W/g, "")));
  // Initials are capitals too, but not a surname that is shouted.
  const spelt = (word: string): boolean => word.replace(/\P{L}/gu, "").length > 1 && !initials.test(word);
  const capitals = shouted.filter((word) => spelt(word) && word === word.toUpperCase());
  if (capitals.length === 0 || capitals.length === shouted.length || !shouted.every(spelt)) return undefined;
  return {
    family: nameTokens(capitals.join(" ")),
    given: nameTokens(shouted.filter((word) => !capitals.includes(word)).join(" ")),
  };
}

/** `Family A.B.` and `Family A. B.`; one initial alone may be that of the family name. */
function splitByInitials(value: string): { given?: string[]; family?: string[] } | undefined {
  const [, family, given] = /^(.*\p{L}{2}.*?)\s+((?:\p{L}\.[\s-]*){2,})$/u.exec(value.trim()) ?? [];
  return family === undefined ? undefined : { family: nameTokens(family), given: nameTokens(given) };
}

/** `J.P.`, `J.-P.` or `J.P`. */
const initials = /^(?:\p{L}\.-?)+\p{L}?$/u;

/** The words of a full name in which only their order tells the family name; undefined where a comma, capitals or initials do. */
export function unmarkedWords(fullName: string): readonly string[] | undefined {
  const text = undoMojibake(fullName);
  const isMarked = text.includes(",") || (splitByCapitals(text) ?? splitByInitials(text)) !== undefined;
  return isMarked ? undefined : nameTokens(text);
}

function titlesOnly(value: string): boolean {
  return words(value).every((word) => titles.has(word));
}

const titles: ReadonlySet<string> = new Set([
  "mr",
  "mrs",
  "ms",
  "miss",
  "mx",
  "dr",
  "prof",
  "professor",
  "sir",
  "dame",
  "lord",
  "lady",
  "rev",
  "reverend",
  "jr",
  "sr",
  "junior",
  "senior",
  "ii",
  "iii",
  "iv",
  "esq",
  "phd",
  "md",
  "herr",
  "frau",
  "dipl",
  "ing",
  "mag",
  "mme",
  "mlle",
  "monsieur",
  "madame",
  "sig",
  "signor",
  "signora",
  "dott",
  "senor",
  "senora",
  "sra",
  "don",
  "dona",
  "mgr",
  "bc",
  "hr",
  "dhr",
  "mw",
  "mevr",
  "mevrouw",
  "srta",
  "drs",
]);

/** Titles behind which a single name is the family name; `Don` and `Sir` stand before given names. */
const surnameTitles: ReadonlySet<string> = new Set([
  ...["mr", "mrs", "ms", "dr", "prof", "professor", "herr", "frau", "mme", "mlle", "monsieur", "madame"],
  ...["sig", "signor", "signora", "dott", "senor", "senora", "sra", "srta", "hr", "dhr", "mw", "mevr", "mevrouw"],
]);

const particles: ReadonlySet<string> = new Set([
  "van",
  "von",
  "der",
  "den",
  "de",
  "del",
  "della",
  "di",
  "da",
  "do",
  "das",
  "dos",
  "du",
  "la",
  "le",
  "el",
  "al",
  "bin",
  "ibn",
  "zu",
  "af",
  "ter",
  "ten",
  "y",
]);
