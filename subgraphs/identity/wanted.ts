import type { PersonAddress, PersonIdentifier } from "../../shared/department/person-feed.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { fewestDigits, identifierText, phoneDigits, shortestIdentifier } from "./matching/normalise/contacts.ts";
import { writtenDate } from "./matching/normalise/dates.ts";
import { anyAgency, type Wanted } from "./search.ts";

/** What citizens are searched for by; see the schema. */
export interface CitizenSearch {
  readonly fullName?: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly dateOfBirth?: string | null;
  readonly address?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly identifier?: string | null;
  readonly onlyCertainMatches?: boolean | null;
}

/** What may be said of a person at intake; see the schema. */
export interface PersonDescription
  extends Pick<CitizenSearch, "fullName" | "givenName" | "familyName" | "dateOfBirth"> {
  readonly birthName?: string | null;
  readonly gender?: string | null;
  readonly telephone?: readonly string[] | null;
  readonly email?: readonly string[] | null;
  readonly address?: { readonly [part in keyof PersonAddress]?: string | null } | null;
  readonly identifier?: readonly PersonIdentifier[] | null;
}

/**
 * Both read what is said, and refuse what they cannot read: left out, it would let others be found than are meant. What
 * departments write for "unknown" (`1900-01-01`, `UNKNOWN`, `999 9999`) is read, and says nothing.
 * @throws CivigraphError BAD_USER_INPUT naming the argument, and of its value no more than the form.
 */
export function searchedFor({
  onlyCertainMatches: _,
  phone,
  email,
  identifier,
  address,
  ...names
}: CitizenSearch): Wanted {
  const asDescribed: PersonDescription = {
    ...names,
    telephone: phone == null ? null : [phone],
    email: email == null ? null : [email],
    address: address == null ? null : { fullAddress: address },
    identifier: identifier == null ? null : [{ schemaAgency: anyAgency, notation: identifier }],
  };
  const wanted = read(asDescribed, "where", searchArguments);
  if (Object.keys(wanted).length > 0) return wanted;
  throw badInput("where", "is empty. Say at least one thing to search by, or leave `where` out for all citizens");
}

export function described(person: PersonDescription): Wanted {
  for (const { schemaAgency } of person.identifier ?? []) {
    checkAs(isWritten, schemaAgency, "person.identifier.schemaAgency");
  }
  const wanted = read(person, "person", {});
  if (Object.keys(wanted).length > 0) return wanted;
  throw badInput("person", "is empty. Say at least one thing that is known of the person");
}

/** Where a search calls something otherwise than a description does. */
const searchArguments: Readonly<Record<string, string>> = {
  telephone: "phone",
  "address.fullAddress": "address",
  "identifier.notation": "identifier",
};

function read(person: PersonDescription, argument: string, argumentNames: Readonly<Record<string, string>>): Wanted {
  const known = withoutNulls(person) as Wanted;
  const check = (fault: Fault, value: string | undefined, name: string) =>
    value === undefined || checkAs(fault, value, `${argument}.${argumentNames[name] ?? name}`);
  for (const name of ["fullName", "givenName", "familyName", "birthName"] as const) check(isName, known[name], name);
  check(isDate, known.dateOfBirth, "dateOfBirth");
  check(isWritten, known.gender, "gender");
  for (const number of known.telephone ?? []) check(isPhone, number, "telephone");
  for (const address of known.email ?? []) check(isEmail, address, "email");
  for (const { notation } of known.identifier ?? []) check(isNotation, notation, "identifier.notation");
  const address = withoutNulls(known.address ?? {}) as PersonAddress;
  for (const [part, value] of Object.entries(address)) check(isWritten, value, `address.${part}`);
  const wanted = { ...known, address };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => Object.keys(value).length > 0));
}

/** What is wrong with a value, as the end of a sentence that begins with its argument. */
type Fault = (value: string) => string | undefined;

const isWritten: Fault = (value) =>
  /[\p{L}\p{N}]/u.test(value) ? undefined : "must have a letter or a digit, but has none";

const isName: Fault = (value) => (/\p{L}/u.test(value) ? undefined : "must have a letter, but has none");

const isDate: Fault = (value) => {
  const date = writtenDate(value);
  const expected = "must be a date as `1980-02-03`, `1980-02` or `1980`, year first";
  if (date === undefined) return `${expected}, but is ${formOf(value)}`;
  const [month, day] = [Number(date.month ?? 0), Number(date.day ?? 0)];
  // A part that is not known may be written as 00. The last day of a month is day 0 of the next.
  const days = month === 0 ? 31 : new Date(Date.UTC(Number(date.year), month, 0)).getUTCDate();
  return month <= 12 && day <= days ? undefined : `${expected}, but names a month or a day that there is not`;
};

const isPhone: Fault = (value) => {
  const { length } = phoneDigits(value);
  const isPlaceholder = length === 0 && value.replace(/[^0]/g, "").length >= fewestDigits;
  return length >= fewestDigits || isPlaceholder
    ? undefined
    : `must have at least ${fewestDigits} digits without zeros before them, but has ${length}`;
};

const isEmail: Fault = (value) =>
  /^[^@+].*@[^@]+$/s.test(value.trim().replace(/^mailto:/i, ""))
    ? undefined
    : "must have an `@` with something before and behind it, but has not";

const isNotation: Fault = (value) => {
  const { length } = identifierText(value);
  return length >= shortestIdentifier
    ? undefined
    : `must have at least ${shortestIdentifier} letters of a to z or digits, but has ${length}`;
};

function checkAs(fault: Fault, value: string, argument: string): void {
  const found = fault(value);
  if (found !== undefined) throw badInput(argument, found);
}

function badInput(argument: string, fault: string): CivigraphError {
  return new CivigraphError("BAD_USER_INPUT", { argument, detail: `\`${argument}\` ${fault}.` });
}

/** How a value is written, without saying it: `99.99.9999`. */
function formOf(value: string): string {
  if (value.trim() === "") return "empty";
  const form = value.replace(/\p{L}/gu, "x").replace(/\p{N}/gu, "9");
  return `of the form \`${form.slice(0, 20).replaceAll("`", "'")}\``;
}

function withoutNulls(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
