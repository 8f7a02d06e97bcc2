import type { Address } from "./addresses.ts";
import { type Day, dayOf, partsOf } from "./calendar.ts";
import type { City } from "./city.ts";
import { type Dirt, type DirtKind, type DirtRates, dirtKinds, dirtRates, withDirt } from "./dirt.ts";
import { nicknamesOf } from "./nicknames.ts";
import { addressOf, birthNameOf, type Person, surnameOf } from "./person.ts";
import { Quota } from "./quota.ts";
import type { Random } from "./random.ts";
import { spellOtherwise } from "./transliteration.ts";
import { misdial, mistype } from "./typos.ts";

/** What one department wrote down of one person, before its tables give it their own form. */
export interface Entry {
  readonly person: Person;
  readonly givenName: string;
  readonly familyName: string;
  readonly middleName?: string;
  readonly birthName: string;
  /** Absent where the department put its placeholder instead. */
  readonly born?: Day;
  readonly identifier?: string;
  readonly address: Address;
  readonly telephone?: string;
  readonly email?: string;
  readonly dirt: Dirt;
}

/** What a department asks people for. Kinds of dirt in what it never asks for do not occur. */
export interface ClerkHabits {
  readonly identifier?: boolean;
  readonly telephone?: boolean;
  readonly rates?: Partial<DirtRates>;
}

/**
 * Writes people down for one department, with its errors. Errors are independent of those of other departments; their
 * shares are steered, not left to luck, so that `dirtRates` hold from some hundred records on.
 */
export class Clerk {
  private readonly random: Random;
  private readonly people: readonly Person[];
  private readonly habits: ClerkHabits;
  private readonly quotas: ReadonlyMap<DirtKind, Quota>;

  constructor(city: City, department: string, habits: ClerkHabits = {}) {
    this.random = city.random(`${department}/clerk`);
    this.people = city.people;
    this.habits = habits;
    const rates = { ...dirtRates, ...habits.rates };
    this.quotas = new Map(dirtKinds.map((kind) => [kind, new Quota(rates[kind], this.random)]));
  }

  /** A new record of a person. `telephone` says which number, where the department goes by it. */
  write(person: Person, { telephone }: { telephone?: string } = {}): Entry {
    const wanted = new Set<DirtKind>();
    for (const [kind, quota] of this.quotas) if (quota.wants()) wanted.add(kind);
    const page = new Page(person, this.random, this.people, wanted, (kind) => this.quotas.get(kind)?.met());
    const names = page.names();
    const born = page.birthDate();
    const identifier = this.habits.identifier === false ? page.noIdentifier() : page.identifier();
    const phone = this.habits.telephone === false ? undefined : page.telephone(telephone);
    return {
      person,
      ...names,
      birthName: birthNameOf(person),
      ...(born !== undefined ? { born } : {}),
      ...(identifier ? { identifier } : {}),
      address: page.address(),
      ...(phone ? { telephone: phone } : {}),
      ...(person.email && this.random.chance(0.7) ? { email: person.email } : {}),
      dirt: page.dirt,
    };
  }
}

/** Whether another person can be reached at the number too. */
export function isShared(telephone: string, { mobile, household }: Person): boolean {
  return telephone !== mobile && (telephone !== household.landline || household.members.length > 1);
}

/** One record in the making: each method writes one attribute, with the fault that is wanted if the person allows it. */
class Page {
  dirt: Dirt = 0;
  private readonly person: Person;
  private readonly random: Random;
  private readonly people: readonly Person[];
  private readonly wanted: ReadonlySet<DirtKind>;
  private readonly met: (kind: DirtKind) => void;

  constructor(
    person: Person,
    random: Random,
    people: readonly Person[],
    wanted: ReadonlySet<DirtKind>,
    met: (kind: DirtKind) => void,
  ) {
    this.person = person;
    this.random = random;
    this.people = people;
    this.wanted = wanted;
    this.met = met;
  }

  names(): Pick<Entry, "givenName" | "familyName" | "middleName"> {
    const { person, random, wanted } = this;
    let { givenName } = person;
    let familyName = surnameOf(person);
    if (wanted.has("CHANGED_SURNAME") && person.surnames.length > 1) {
      const former = person.surnames.slice(0, -1).map(({ name }) => name);
      const other = random.pick(former);
      if (other !== familyName) {
        familyName = other;
        this.mark("CHANGED_SURNAME");
      }
    }
    const nicknames = nicknamesOf.get(givenName);
    if (wanted.has("NICKNAME") && nicknames) {
      givenName = random.pick(nicknames);
      this.mark("NICKNAME");
    }
    if (
      wanted.has("SPELT_OTHERWISE") &&
      spellOtherwise(familyName) + spellOtherwise(givenName) !== familyName + givenName
    ) {
      familyName = spellOtherwise(familyName);
      givenName = spellOtherwise(givenName);
      this.mark("SPELT_OTHERWISE");
    }
    if (wanted.has("NAME_TYPO")) {
      if (random.chance(0.6)) familyName = mistype(familyName, random);
      else givenName = mistype(givenName, random);
      this.mark("NAME_TYPO");
    }
    if (wanted.has("NAMES_SWAPPED")) {
      [givenName, familyName] = [familyName, givenName];
      this.mark("NAMES_SWAPPED");
    }
    const keepsMiddleName = person.middleName && random.chance(0.6);
    return { givenName, familyName, ...(keepsMiddleName ? { middleName: person.middleName } : {}) };
  }

  birthDate(): Day | undefined {
    const { born } = this.person;
    if (this.wanted.has("PLACEHOLDER_BIRTH_DATE")) {
      this.mark("PLACEHOLDER_BIRTH_DATE");
      return undefined;
    }
    const { year, month, day } = partsOf(born);
    if (this.wanted.has("DAY_MONTH_SWAPPED") && day <= 12 && day !== month) {
      this.mark("DAY_MONTH_SWAPPED");
      return dayOf(year, day, month);
    }
    if (this.wanted.has("ESTIMATED_BIRTH_DATE") && (month !== 1 || day !== 1)) {
      this.mark("ESTIMATED_BIRTH_DATE");
      return dayOf(year, 1, 1);
    }
    return born;
  }

  identifier(): string | undefined {
    const { person, random, wanted } = this;
    if (wanted.has("IDENTIFIER_ABSENT")) return this.noIdentifier();
    if (wanted.has("IDENTIFIER_MISTYPED")) {
      this.mark("IDENTIFIER_MISTYPED");
      return misdial(person.nationalId, random);
    }
    const relative = person.mother ?? person.father ?? person.marriage?.spouse;
    if (wanted.has("IDENTIFIER_OF_RELATIVE") && relative) {
      this.mark("IDENTIFIER_OF_RELATIVE");
      return relative.nationalId;
    }
    return person.nationalId;
  }

  noIdentifier(): undefined {
    this.mark("IDENTIFIER_ABSENT");
    return undefined;
  }

  address(): Address {
    const { person, random, wanted } = this;
    const former = person.residences.slice(0, -1);
    if (!wanted.has("STALE_ADDRESS") || former.length === 0) return addressOf(person);
    this.mark("STALE_ADDRESS");
    return (random.chance(0.8) ? (former.at(-1) as (typeof former)[number]) : random.pick(former)).address;
  }

  telephone(asked?: string): string | undefined {
    const number = asked ?? (this.wanted.has("SHARED_TELEPHONE") ? this.telephoneOfAnother() : this.ownTelephone());
    if (number && isShared(number, this.person)) this.mark("SHARED_TELEPHONE");
    return number;
  }

  private ownTelephone(): string | undefined {
    const { mobile, household } = this.person;
    return this.random.chance(0.88) ? (mobile ?? household.landline) : undefined;
  }

  private telephoneOfAnother(): string | undefined {
    const { household } = this.person;
    if (household.landline && household.members.length > 1 && this.random.chance(0.5)) return household.landline;
    const others = household.members.filter((member) => member !== this.person && member.mobile);
    if (others.length > 0) return this.random.pick(others).mobile;
    // A landlord, an employer, a friend: somebody of the city.
    for (let i = 0; i < 20; i++) {
      const other = this.random.pick(this.people);
      if (other !== this.person && other.mobile) return other.mobile;
    }
    return this.ownTelephone();
  }

  private mark(kind: DirtKind): void {
    this.dirt = withDirt(this.dirt, kind);
    this.met(kind);
  }
}
