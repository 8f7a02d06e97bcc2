import { Surveyor } from "./addresses.ts";
import { type Day, parseDay } from "./calendar.ts";
import { settle } from "./households.ts";
import { drawCultures, drawOrganisations, drawStreets } from "./names.ts";
import type { Person } from "./person.ts";
import { Random } from "./random.ts";

/** The one population that all departments know parts of. */
export interface City {
  readonly size: number;
  readonly seed: number;
  /** The day on which the city is looked at: ages, open periods and retention are relative to it. */
  readonly today: Day;
  readonly people: readonly Person[];
  readonly organisations: readonly string[];
  /** Numbers of its own for each purpose, e.g. `permits/rows`. */
  random(purpose: string): Random;
}

export interface CitySettings {
  readonly size: number;
  readonly seed: number;
  /** `YYYY-MM-DD` */
  readonly today: string;
}

/** Makes the population: the same for the same settings. */
export function foundCity({ size, seed, today }: CitySettings): City {
  const day = parseDay(today);
  const surveyor = new Surveyor(new Random(seed, "addresses"), drawStreets(seed));
  const people = settle({
    size,
    today: day,
    random: new Random(seed, "people"),
    surveyor,
    cultures: drawCultures(seed),
  });
  return {
    size,
    seed,
    today: day,
    people,
    organisations: drawOrganisations(seed),
    random: (purpose) => new Random(seed, purpose),
  };
}
