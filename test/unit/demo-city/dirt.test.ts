import { beforeAll, describe, expect, it } from "vitest";
import { foundCity } from "../../../shared/demo-city/city.ts";
import type { Entry } from "../../../shared/demo-city/clerk.ts";
import { type DirtKind, dirtRates, hasDirt } from "../../../shared/demo-city/dirt.ts";
import { discoverDemoDepartments } from "../../../shared/demo-city/discover.ts";
import { nicknamesOf } from "../../../shared/demo-city/nicknames.ts";
import { addressOf, surnameOf } from "../../../shared/demo-city/person.ts";
import { dirtTable, Measuring } from "../../../shared/demo-city/summary.ts";

const city = foundCity({ size: 4000, seed: 11, today: "2026-03-01" });

/** Looked for in what was written, not in what the clerk says about it. */
const found: Partial<Record<DirtKind, (entry: Entry) => boolean>> = {
  IDENTIFIER_ABSENT: ({ identifier }) => identifier === undefined,
  PLACEHOLDER_BIRTH_DATE: ({ born }) => born === undefined,
  STALE_ADDRESS: ({ address, person }) => address !== addressOf(person),
  NICKNAME: ({ givenName, familyName, person }) =>
    (nicknamesOf.get(person.givenName) ?? []).some((nickname) => nickname === givenName || nickname === familyName),
  CHANGED_SURNAME: ({ familyName, givenName, person }) =>
    person.surnames.some(({ name }) => name !== surnameOf(person) && (name === familyName || name === givenName)),
  SHARED_TELEPHONE: ({ telephone, person }) =>
    telephone !== undefined && (holders.get(telephone) ?? []).some((p) => p !== person),
  NAME_TYPO: ({ givenName, familyName, person }) => {
    const right = [
      person.givenName,
      ...(nicknamesOf.get(person.givenName) ?? []),
      ...person.surnames.map(({ name }) => name),
    ];
    return !right.includes(givenName) || !right.includes(familyName);
  },
};

const promised = Object.keys(found) as DirtKind[];

/** Kinds whose trace another fault in the same name can cover. */
const covered: readonly DirtKind[] = ["NICKNAME", "CHANGED_SURNAME"];

const holders = new Map<string, Entry["person"][]>();
for (const person of city.people) {
  for (const number of [person.mobile, person.household.landline]) {
    if (number) holders.set(number, [...(holders.get(number) ?? []), person]);
  }
}

const records = new Map<string, Entry[]>();

beforeAll(async () => {
  for (const { id, rows } of await discoverDemoDepartments()) {
    const entries: Entry[] = [];
    for (const { persons } of rows(city)) entries.push(...(persons ?? []).map(({ entry }) => entry));
    records.set(id, entries);
  }
});

describe("the dirt of the demo city", () => {
  it("is at least as much in every department as is asked", () => {
    for (const [department, entries] of records) {
      for (const kind of promised) {
        if (kind === "SHARED_TELEPHONE" && department === "civil-registry") continue;
        const present = found[kind] as (entry: Entry) => boolean;
        const dirty = entries.filter(
          (entry) => present(entry) || (covered.includes(kind) && hasDirt(entry.dirt, kind)),
        );
        expect(dirty.length / entries.length, `${kind} in ${department}`).toBeGreaterThanOrEqual(dirtRates[kind]);
      }
    }
  });

  it("leaves most records of a kind clean", () => {
    for (const [department, entries] of records) {
      const clean = entries.filter(({ dirt, identifier }) => dirt === 0 || (identifier === undefined && dirt === 1));
      expect(clean.length / entries.length, department).toBeGreaterThan(0.45);
    }
  });

  it("is what the records are said to have", () => {
    const kinds = ["IDENTIFIER_ABSENT", "PLACEHOLDER_BIRTH_DATE", "STALE_ADDRESS", "SHARED_TELEPHONE"] as const;
    const wrong = [...records.values()]
      .flat()
      .filter((entry) => kinds.some((kind) => hasDirt(entry.dirt, kind) !== found[kind]?.(entry)));
    expect(wrong.map(({ person, dirt }) => [person.index, dirt])).toEqual([]);
  });

  it("never gives the Contact Centre and the Water Utility a national id", () => {
    for (const department of ["contact-centre", "water-utility"]) {
      expect(records.get(department)?.every(({ identifier }) => identifier === undefined)).toBe(true);
    }
  });

  it("is independent between departments", () => {
    const stale = (department: string) =>
      new Set(records.get(department)?.flatMap((entry) => (found.STALE_ADDRESS?.(entry) ? [entry.person.index] : [])));
    const [one, other] = [stale("civil-registry"), stale("revenue")];
    const both = [...one].filter((index) => other.has(index)).length;
    expect(both / one.size).toBeLessThan(0.4);
    expect(both).toBeGreaterThan(0);
  });

  it("is more than one record for some people in every department but the civil registry", () => {
    for (const [department, entries] of records) {
      const people = new Set(entries.map(({ person }) => person.index)).size;
      if (department === "civil-registry") expect(people).toBe(entries.length);
      else expect(people, department).toBeLessThan(entries.length);
    }
  });

  it("is printed beside what was asked", () => {
    const measuring = new Measuring("civil-registry");
    for (const entry of records.get("civil-registry") ?? []) measuring.add(entry);
    const table = dirtTable([measuring.measurement], { asked: 0.01, got: 0.0125 });
    expect(table).toMatch(/stale address\s+│ 12\.0 % │\s+12\.\d %/);
    expect(table).toMatch(/shared telephone\s+│ 10\.0 % │\s+not kept/);
    expect(table).toMatch(/twins, of all people\s+│\s+1\.0 % │\s+1\.3 %/);
  });
});
