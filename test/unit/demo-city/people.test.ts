import { describe, expect, it } from "vitest";
import { dayOf, isoDay, parseDay, partsOf, shortDay } from "../../../shared/demo-city/calendar.ts";
import { foundCity } from "../../../shared/demo-city/city.ts";
import { feminine, masculine, patronymic } from "../../../shared/demo-city/names.ts";
import { isNationalId, nationalIdOf } from "../../../shared/demo-city/national-id.ts";
import { addressOf, surnameOf } from "../../../shared/demo-city/person.ts";
import { transliterate, withoutAccents } from "../../../shared/demo-city/transliteration.ts";

const { people, today } = foundCity({ size: 6000, seed: 3, today: "2026-03-01" });

describe("the population", () => {
  it("has names of several cultures", () => {
    const cultures = new Set(people.map(({ culture }) => culture.name));
    expect(cultures.size).toBe(8);
    expect(people.some(({ patronymicName }) => patronymicName)).toBe(true);
  });

  it("has at least 1 % twins, born on one day with one surname, some of them in different households", () => {
    const twins = people.filter(({ twin }) => twin);
    expect(twins.length / people.length).toBeGreaterThanOrEqual(0.01);
    for (const person of twins) {
      expect(person.twin?.twin).toBe(person);
      expect(person.twin?.born).toBe(person.born);
      expect(person.twin?.givenName).not.toBe(person.givenName);
    }
    expect(twins.some(({ household, twin }) => twin?.household !== household)).toBe(true);
  });

  it("has namesakes: fathers and sons at one address, and strangers", () => {
    const sons = people.filter(({ father, givenName }) => father?.givenName === givenName);
    expect(sons.length).toBeGreaterThan(0);
    expect(sons.every((son) => addressOf(son) === addressOf(son.father as typeof son))).toBe(true);
    const names = people.map((person) => `${person.givenName} ${surnameOf(person)}`);
    expect(names.length - new Set(names).size).toBeGreaterThan(20);
  });

  it("has marriages with changed surnames, divorces, moves, deaths and care homes", () => {
    const share = (test: (person: (typeof people)[number]) => boolean) => people.filter(test).length / people.length;
    expect(share(({ surnames }) => surnames.length > 1)).toBeGreaterThan(0.14);
    expect(share(({ marriage }) => marriage?.divorcedOn !== undefined)).toBeGreaterThan(0.02);
    expect(share(({ residences }) => residences.length > 1)).toBeGreaterThan(0.4);
    expect(share(({ died }) => died !== undefined)).toBeGreaterThan(0.01);
    expect(share(({ household }) => household.kind === "CARE_HOME")).toBeGreaterThan(0);
  });

  it("gives each person a national number of their own with a right check digit", () => {
    const numbers = new Set(people.map(({ nationalId }) => nationalId));
    expect(numbers.size).toBe(people.length);
    expect([...numbers].every(isNationalId)).toBe(true);
  });

  it("gives no telephone number twice", () => {
    const mobiles = people.flatMap(({ mobile }) => mobile ?? []);
    expect(new Set(mobiles).size).toBe(mobiles.length);
  });

  it("lets nothing happen before birth, after death or in the future", () => {
    const impossible = people.filter(({ born, died = today, residences, surnames, marriage }) => {
      const days = [...residences, ...surnames].map(({ since }) => since);
      const last = Math.max(...days, marriage?.on ?? 0, marriage?.divorcedOn ?? 0);
      return born >= today || died <= born || died > today || Math.min(...days) < born || last > today;
    });
    expect(impossible.map(({ index }) => index)).toEqual([]);
  });
});

describe("its parts", () => {
  it("checks digits as ISO 7064 MOD 11,10 does", () => {
    // Numbers of the Croatian OIB specification.
    expect(isNationalId("69435151530")).toBe(true);
    expect(isNationalId("94577403194")).toBe(true);
    expect(isNationalId("69435151531")).toBe(false);
    expect(nationalIdOf(6_943_515_153)).toBe("69435151530");
  });

  it("counts days like the calendar does", () => {
    for (let day = dayOf(1899, 12, 1); day < dayOf(2101, 1, 1); day += 13) {
      expect(isoDay(day)).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10));
    }
    expect(partsOf(dayOf(9999, 12, 31))).toEqual({ year: 9999, month: 12, day: 31 });
    expect(shortDay(dayOf(2005, 3, 4))).toBe("050304");
    expect(() => parseDay("2026-02-30")).toThrow("2026-02-30");
  });

  it("forms names as their cultures do", () => {
    expect([feminine("Ivanov", "russian"), feminine("Chaykovskiy", "russian")]).toEqual(["Ivanova", "Chaykovskaya"]);
    expect([feminine("Kowalski", "polish"), masculine("Kowalska", "polish")]).toEqual(["Kowalska", "Kowalski"]);
    expect(masculine("Ivanova", "russian")).toBe("Ivanov");
    expect(feminine("Smith", "english")).toBe("Smith");
    expect([
      patronymic("Ivan", "M"),
      patronymic("Dmitriy", "F"),
      patronymic("Sergey", "M"),
      patronymic("Nikita", "F"),
    ]).toEqual(["Ivanovich", "Dmitrievna", "Sergeyevich", "Nikitichna"]);
    expect(transliterate("Щербаков Юрий")).toBe("Shcherbakov Yuriy");
    expect([withoutAccents("Müller-Łuçon", true), withoutAccents("Müller")]).toEqual(["Mueller-Lucon", "Muller"]);
  });
});
