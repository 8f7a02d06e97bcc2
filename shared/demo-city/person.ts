import type { Address } from "./addresses.ts";
import type { Day } from "./calendar.ts";
import type { Culture } from "./names.ts";

/** A person of the demo city as they really are, whatever departments wrote down. */
export interface Person {
  /** Position in the population: the identity that the truth is told in. */
  readonly index: number;
  readonly culture: Culture;
  readonly gender: "F" | "M";
  readonly givenName: string;
  readonly middleName?: string;
  readonly patronymicName?: string;
  /** Oldest first: the first is the name at birth. */
  readonly surnames: Surname[];
  readonly born: Day;
  died?: Day;
  readonly nationalId: string;
  readonly mobile?: string;
  readonly email?: string;
  readonly household: Household;
  /** Oldest first; the last is where the person lives, or lived when they died. */
  readonly residences: readonly Residence[];
  marriage?: Marriage;
  readonly mother?: Person;
  readonly father?: Person;
  twin?: Person;
}

export interface Surname {
  readonly name: string;
  readonly since: Day;
}

export interface Residence {
  readonly address: Address;
  readonly since: Day;
}

export interface Marriage {
  readonly spouse?: Person;
  readonly on: Day;
  /** Set when the marriage ended otherwise than by death. */
  readonly divorcedOn?: Day;
}

/** People at one address; `CARE_HOME` shares one telephone among strangers. */
export interface Household {
  readonly index: number;
  readonly kind: "FAMILY" | "SHARED_FLAT" | "CARE_HOME";
  readonly address: Address;
  readonly landline?: string;
  readonly members: Person[];
}

export function surnameOf(person: Person): string {
  return (person.surnames[person.surnames.length - 1] as Surname).name;
}

export function birthNameOf(person: Person): string {
  return (person.surnames[0] as Surname).name;
}

export function addressOf(person: Person): Address {
  return (person.residences[person.residences.length - 1] as Residence).address;
}

/** Age in whole years on a day. */
export function ageOf(person: Person, on: Day): number {
  return Math.floor((on - person.born) / 365.25);
}

export function isAlive(person: Person, on: Day): boolean {
  return person.died === undefined || person.died > on;
}
