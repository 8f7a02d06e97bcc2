import { type Day, daysInYear } from "./calendar.ts";
import type { Settlement } from "./households.ts";
import { type Culture, feminine, masculine, patronymic } from "./names.ts";
import { nationalIdOf } from "./national-id.ts";
import { birthNameOf, type Household, type Person, type Residence, surnameOf } from "./person.ts";
import type { Random } from "./random.ts";
import { withoutAccents } from "./transliteration.ts";

export interface Birth {
  readonly culture: Culture;
  readonly gender: "F" | "M";
  readonly born: Day;
  readonly household: Household;
  readonly residences: readonly Residence[];
  readonly mother?: Person;
  readonly father?: Person;
  /** A sibling whose surname at birth, and patronymic, the person shares. */
  readonly bornAs?: Person;
}

/** Names people, gives them their numbers, and marries, divorces and widows them. */
export class Registrar {
  private readonly today: Day;
  private readonly random: Random;
  private readonly people: Person[];

  constructor(settlement: Settlement, people: Person[]) {
    this.today = settlement.today;
    this.random = settlement.random;
    this.people = people;
  }

  register(birth: Birth): Person {
    const { random } = this;
    const { culture, gender, born, household, residences, mother, father } = birth;
    const index = this.people.length;
    const givenName = this.givenName(birth);
    const surname = this.surnameAtBirth(birth);
    const age = (this.today - born) / daysInYear;
    const patronymicName = culture.name === "russian" ? this.patronymicName(birth) : undefined;
    const person: Person = {
      index,
      culture,
      gender,
      givenName,
      ...(culture.name !== "russian" && random.chance(0.3) ? { middleName: this.anotherName(birth, givenName) } : {}),
      ...(patronymicName ? { patronymicName } : {}),
      surnames: [{ name: surname, since: born }],
      born,
      nationalId: nationalIdOf(1_000_000_007 + ((index * 7_368_787) % 8_999_999_987)),
      ...(age >= 12 && random.chance(0.96) ? { mobile: `+9995${1_000_000 + ((index * 104_729) % 8_999_993)}` } : {}),
      ...(age >= 14 && random.chance(age > 70 ? 0.45 : 0.85) ? { email: this.emailOf(givenName, surname, index) } : {}),
      household,
      residences,
      ...(mother ? { mother } : {}),
      ...(father ? { father } : {}),
    };
    if (age > 60 && random.chance((age - 55) / 220)) {
      person.died = Math.max(born + 1, this.today - 1 - random.waiting(3 * daysInYear));
    }
    household.members.push(person);
    this.people.push(person);
    return person;
  }

  /** Marries two people; most wives take the husband's surname, some both names, and a few husbands the wife's. */
  marry(husband: Person, wife: Person): void {
    const on = this.dayAfter(Math.max(husband.born, wife.born) + 20 * daysInYear);
    husband.marriage = { spouse: wife, on };
    wife.marriage = { spouse: husband, on };
    const custom = this.random.weighted([72, 9, 4, 15]);
    if (custom === 0) wife.surnames.push({ name: feminine(surnameOf(husband), husband.culture.name), since: on });
    if (custom === 1) wife.surnames.push({ name: `${surnameOf(wife)}-${surnameOf(husband)}`, since: on });
    if (custom === 2) husband.surnames.push({ name: masculine(surnameOf(wife), wife.culture.name), since: on });
  }

  /** A past marriage to somebody who lives elsewhere; half of the women keep the surname they married into. */
  divorce(person: Person): void {
    const on = this.dayAfter(person.born + 20 * daysInYear);
    const divorcedOn = Math.min(this.today - 1, on + 400 + this.random.waiting(8 * daysInYear));
    person.marriage = { on, divorcedOn };
    if (person.gender === "M") return;
    person.surnames.push({ name: this.surnameOfStranger(person), since: on });
    if (this.random.chance(0.5)) person.surnames.push({ name: birthNameOf(person), since: divorcedOn });
  }

  /** A past marriage that ended with the death of somebody who is no longer in the registers. */
  widow(person: Person): void {
    const on = person.born + Math.floor((21 + this.random.next() * 12) * daysInYear);
    person.marriage = { on };
    if (person.gender === "F") person.surnames.push({ name: this.surnameOfStranger(person), since: on });
  }

  private surnameOfStranger({ culture }: Person): string {
    return feminine(this.random.pickCommon(culture.surnames), culture.name);
  }

  private dayAfter(earliest: Day): Day {
    const start = Math.floor(earliest);
    return Math.max(start, Math.min(this.today - 30, start + this.random.waiting(7 * daysInYear)));
  }

  private givenName({ culture, gender, father, bornAs }: Birth): string {
    // Father and son of one name at one address: a pair that must not be merged.
    if (father && gender === "M" && father.culture === culture && this.random.chance(0.06)) return father.givenName;
    const names = gender === "F" ? culture.female : culture.male;
    let name = this.random.pickCommon(names);
    const taken = new Set((father ?? bornAs)?.household.members.map((member) => member.givenName));
    for (let i = 0; taken.has(name) && i < 5; i++) name = this.random.pick(names);
    return name;
  }

  private anotherName({ culture, gender }: Birth, givenName: string): string {
    const name = this.random.pickCommon(gender === "F" ? culture.female : culture.male);
    return name === givenName ? this.random.pick(culture[gender === "F" ? "female" : "male"]) : name;
  }

  private surnameAtBirth({ culture, gender, mother, father, bornAs }: Birth): string {
    const named = father ?? mother ?? bornAs;
    const name = named
      ? masculine(bornAs ? birthNameOf(bornAs) : surnameOf(named), culture.name)
      : this.random.pickCommon(culture.surnames);
    return gender === "F" ? feminine(name, culture.name) : name;
  }

  private patronymicName({ culture, gender, father, bornAs }: Birth): string {
    if (bornAs?.patronymicName) {
      const stem = bornAs.patronymicName.replace(/(ovich|ovna|evich|evna|ichna|ich)$/, (ending) => ending.slice(0, 2));
      return stem + (stem.endsWith("ic") ? (gender === "F" ? "hna" : "h") : gender === "F" ? "na" : "ich");
    }
    return patronymic(father?.givenName ?? this.random.pickCommon(culture.male), gender);
  }

  private emailOf(givenName: string, surname: string, index: number): string {
    const name = withoutAccents(`${givenName}.${surname}`, true)
      .toLowerCase()
      .replace(/[^a-z.-]/g, "");
    return `${name}${this.random.chance(0.5) ? index : `.${index % 1000}.${Math.floor(index / 1000)}`}@example.${this.random.pick(["org", "net", "com"])}`;
  }
}
