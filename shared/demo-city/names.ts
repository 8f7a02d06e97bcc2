import type { Faker } from "@faker-js/faker";
import { faker as german } from "@faker-js/faker/locale/de";
import { faker as english } from "@faker-js/faker/locale/en";
import { faker as spanish } from "@faker-js/faker/locale/es";
import { faker as french } from "@faker-js/faker/locale/fr";
import { faker as polish } from "@faker-js/faker/locale/pl";
import { faker as russian } from "@faker-js/faker/locale/ru";
import { faker as swedish } from "@faker-js/faker/locale/sv";
import { faker as turkish } from "@faker-js/faker/locale/tr";
import { type CultureName, nicknamed, readNames } from "./nicknames.ts";
import { Random } from "./random.ts";
import { transliterate } from "./transliteration.ts";

/** How the people of one culture are named. The most common names come first. */
export interface Culture {
  readonly name: CultureName;
  readonly female: readonly string[];
  readonly male: readonly string[];
  /** Surnames in the form that men bear. */
  readonly surnames: readonly string[];
  /** Share of the city's people. */
  readonly share: number;
}

/** Drawn once: faker takes microseconds a call, and a city takes many names. */
const namesDrawn = 400;

const cultures: readonly { name: CultureName; faker: Faker; share: number }[] = [
  { name: "english", faker: english, share: 46 },
  { name: "german", faker: german, share: 12 },
  { name: "spanish", faker: spanish, share: 9 },
  { name: "polish", faker: polish, share: 9 },
  { name: "russian", faker: russian, share: 8 },
  { name: "turkish", faker: turkish, share: 6 },
  { name: "swedish", faker: swedish, share: 5 },
  { name: "french", faker: french, share: 5 },
];

/** The city's cultures, the same for the same seed. */
export function drawCultures(seed: number): Culture[] {
  const random = new Random(seed, "names");
  return cultures.map(({ name, faker, share }) => {
    faker.seed(seed);
    const draw = (next: () => string): string[] => {
      const names = new Set<string>();
      for (let i = 0; i < namesDrawn; i++) names.add(transliterate(next()));
      return random.shuffled([...names]);
    };
    const given = (gender: "female" | "male"): string[] => [
      ...new Set([
        ...random.shuffled(readNames(nicknamed[name][gender]).map(([givenName]) => givenName)),
        ...draw(() => faker.person.firstName(gender)),
      ]),
    ];
    return { name, share, female: given("female"), male: given("male"), surnames: draw(() => surname(name, faker)) };
  });
}

/** Street names, drawn once. */
export function drawStreets(seed: number): string[] {
  english.seed(seed + 1);
  const streets = new Set<string>();
  while (streets.size < 320) streets.add(english.location.street());
  return [...streets];
}

/** Names of companies and associations, drawn once. */
export function drawOrganisations(seed: number): string[] {
  english.seed(seed + 2);
  const names = new Set<string>();
  while (names.size < 200) names.add(english.company.name());
  return [...names];
}

function surname(culture: CultureName, faker: Faker): string {
  if (culture !== "spanish") return faker.person.lastName("male");
  // Spanish surnames come in pairs; faker draws such a pair or a single one.
  const [first = "", second] = faker.person.lastName().split(" ");
  return second ? `${first} ${second}` : first;
}

/** The form of a surname that women bear, where the culture has one. */
export function feminine(surnameOfMan: string, culture: CultureName): string {
  if (culture === "polish") return surnameOfMan.replace(/(sk|ck|dzk)i$/, "$1a");
  if (culture !== "russian") return surnameOfMan;
  if (/(ov|ev|in|yn)$/.test(surnameOfMan)) return `${surnameOfMan}a`;
  return surnameOfMan.replace(/(iy|yy|oy)$/, "aya");
}

/** The form of a surname that men bear. */
export function masculine(surnameOfWoman: string, culture: CultureName): string {
  if (culture === "polish") return surnameOfWoman.replace(/(sk|ck|dzk)a$/, "$1i");
  if (culture !== "russian") return surnameOfWoman;
  return surnameOfWoman.replace(/(ov|ev|in|yn)a$/, "$1").replace(/aya$/, "iy");
}

/** `Ivanovich`, `Nikolayevna`: the name that a Russian bears after the father. */
export function patronymic(givenNameOfFather: string, gender: "F" | "M"): string {
  if (/[ay]$/.test(givenNameOfFather)) {
    const stem = givenNameOfFather.replace(/(iy|a)$/, givenNameOfFather.endsWith("a") ? "" : "i");
    return (
      stem + (givenNameOfFather.endsWith("a") ? (gender === "F" ? "ichna" : "ich") : gender === "F" ? "evna" : "evich")
    );
  }
  return givenNameOfFather + (gender === "F" ? "ovna" : "ovich");
}
