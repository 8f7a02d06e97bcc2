import { isoDay } from "../../shared/demo-city/calendar.ts";
import { foundCity } from "../../shared/demo-city/city.ts";
import { Clerk, type ClerkHabits, type Entry } from "../../shared/demo-city/clerk.ts";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import type { SourceDescription } from "../../subgraphs/identity/matching/index.ts";

/** Pages of a feed, with the person of each record by its number of arrival. */
export interface Population {
  readonly sources: readonly SourceDescription[];
  readonly pages: AsyncGenerator<{ department: string; records: PersonRecord[] }>;
  /** Filled while the pages are read: the true person by `<department>\n<key>`. */
  readonly truth: Map<string, string>;
  /** CPU microseconds spent so far on inventing people and writing them down. */
  spent(): number;
}

const offices: readonly { department: string; uniquePerPerson: boolean; share: number; habits: ClerkHabits }[] = [
  { department: "registry", uniquePerPerson: true, share: 1, habits: { telephone: false } },
  { department: "benefits", uniquePerPerson: false, share: 0.75, habits: {} },
  { department: "taxes", uniquePerPerson: false, share: 0.85, habits: {} },
  { department: "calls", uniquePerPerson: false, share: 0.6, habits: { identifier: false } },
  { department: "water", uniquePerPerson: false, share: 0.8, habits: {} },
];
const recordsPerPerson = offices.reduce((sum, { share }) => sum + share, 0);
const pageSize = 1000;

/** About so many records of five sources, written by the clerks of the demo city at its least dirt, without databases. */
export function population(records: number, seed = 7, { labelled = true } = {}): Population {
  const truth = new Map<string, string>();
  let spent = 0;
  async function* pages(): ReturnType<() => Population["pages"]> {
    let before = process.cpuUsage();
    const pause = (): void => {
      const { user, system } = process.cpuUsage(before);
      spent += user + system;
    };
    const city = foundCity({ size: Math.round(records / recordsPerPerson), seed, today: "2026-03-01" });
    for (const { department, share, habits } of offices) {
      const clerk = new Clerk(city, department, habits);
      const random = city.random(`${department}/known`);
      let page: PersonRecord[] = [];
      let number = 0;
      for (const person of city.people) {
        if (!random.chance(share)) continue;
        number += 1;
        const key = String(number).padStart(8, "0");
        if (labelled) truth.set(`${department}\n${key}`, String(person.index));
        page.push(recordOf(clerk.write(person), key));
        if (page.length < pageSize) continue;
        pause();
        yield { department, records: page };
        before = process.cpuUsage();
        page = [];
      }
      pause();
      yield { department, records: page };
      before = process.cpuUsage();
    }
  }
  return { sources: offices, pages: pages(), truth, spent: () => spent };
}

function recordOf(entry: Entry, key: string): PersonRecord {
  const { street, number, town, postCode } = entry.address;
  return {
    key,
    givenName: entry.givenName,
    familyName: entry.familyName,
    ...(entry.born === undefined ? {} : { dateOfBirth: isoDay(entry.born) }),
    gender: entry.person.gender,
    address: { thoroughfare: street, locatorDesignator: number, postName: town, postCode },
    ...(entry.telephone === undefined ? {} : { telephone: [entry.telephone] }),
    ...(entry.email === undefined ? {} : { email: [entry.email] }),
    ...(entry.identifier === undefined
      ? {}
      : { identifier: [{ schemaAgency: "NATIONAL", notation: entry.identifier }] }),
  };
}
