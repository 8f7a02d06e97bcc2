import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { addressParts } from "../identity/matching/normalise/addresses.ts";
import { emailKey, identifierKey, phoneKey } from "../identity/matching/normalise/contacts.ts";
import { knownDate } from "../identity/matching/normalise/dates.ts";
import { nameParts } from "../identity/matching/normalise/names.ts";
import { isPlaceholderName } from "../identity/matching/normalise/placeholders.ts";
import { words } from "../identity/matching/normalise/text.ts";
import type { Candidate } from "./survivorship.ts";

/** A record as it was read just now, and from where. */
export interface LiveRecord {
  readonly department: string;
  readonly record: PersonRecord;
}

type Values<Value> = readonly Candidate<Value>[];

export interface NameValue {
  readonly fullName: string;
  readonly givenName?: string | undefined;
  readonly familyName?: string | undefined;
  readonly birthName?: string | undefined;
  readonly patronymicName?: string | undefined;
  readonly alternativeName?: readonly string[] | undefined;
}

/** Names that are more than a placeholder. */
export function names(records: readonly LiveRecord[]): Values<NameValue> {
  return candidates(records, (record) => {
    const { givenName, familyName, birthName, patronymicName, alternativeName } = record;
    const fullName = record.fullName ?? joined([givenName, familyName], " ");
    if (fullName === undefined || isPlaceholder(fullName)) return [];
    const sameness = () => nameParts(record).nameWords ?? fullName;
    // Structured names are better than written-out ones, mixed case is better than capitals.
    const quality = (fullName === fullName.toUpperCase() ? 0 : 2) + (givenName && familyName ? 1 : 0);
    return [
      { sameness, quality, value: { fullName, givenName, familyName, birthName, patronymicName, alternativeName } },
    ];
  });
}

/** Birth dates that are known to the day. */
export function datesOfBirth(records: readonly LiveRecord[]): Values<string> {
  return candidates(records, (record) => {
    const date = knownDate(record.dateOfBirth);
    return date?.full === undefined
      ? []
      : [{ sameness: () => date.full ?? "", quality: 0, value: `${date.year}-${date.month}-${date.day}` }];
  });
}

export interface IdentifierValue {
  readonly schemaAgency: string;
  readonly notation: string;
}

export function identifiers(records: readonly LiveRecord[]): Values<IdentifierValue> {
  return candidates(records, (record) =>
    (record.identifier ?? []).flatMap((value) => {
      const key = identifierKey(value.notation);
      return key === undefined ? [] : [{ sameness: () => key, quality: 0, value }];
    }),
  );
}

export type AddressValue = NonNullable<PersonRecord["address"]> & { readonly fullAddress: string };

export function addresses(records: readonly LiveRecord[]): Values<AddressValue> {
  return candidates(records, ({ address }) => {
    if (address === undefined) return [];
    const street = joined([address.thoroughfare, address.locatorDesignator], " ");
    const town = joined([address.postCode, address.postName], " ");
    const fullAddress = address.fullAddress ?? joined([street, town], ", ");
    if (fullAddress === undefined) return [];
    const sameness = () => {
      const parts = addressParts(address);
      return joined([parts.street, parts.houseNumber, parts.postCode ?? parts.place], "|") ?? fullAddress;
    };
    const quality = (fullAddress === fullAddress.toUpperCase() ? 0 : 2) + (address.thoroughfare ? 1 : 0);
    return [{ sameness, quality, value: { ...address, fullAddress } }];
  });
}

export interface ContactValue {
  readonly hasTelephone?: string;
  readonly hasEmail?: string;
}

export function contactPoints(records: readonly LiveRecord[]): Values<ContactValue> {
  return candidates(records, (record) => [
    ...contacts(record.telephone, phoneKey, (hasTelephone) => ({ hasTelephone })),
    ...contacts(record.email, emailKey, (hasEmail) => ({ hasEmail })),
  ]);
}

function contacts(
  values: readonly string[] | undefined,
  keyOf: (value: string) => string | undefined,
  contact: (value: string) => ContactValue,
): readonly Found<ContactValue>[] {
  return (values ?? []).flatMap((value) => {
    const key = keyOf(value);
    return key === undefined ? [] : [{ sameness: () => key, quality: 0, value: contact(value) }];
  });
}

type Found<Value> = Pick<Candidate<Value>, "value" | "sameness" | "quality">;

function candidates<Value>(
  records: readonly LiveRecord[],
  read: (record: PersonRecord) => readonly Found<Value>[],
): Values<Value> {
  return records.flatMap(({ department, record }) =>
    read(record).map((found) => ({ ...found, department, changed: record.changed })),
  );
}

function isPlaceholder(name: string): boolean {
  const all = words(name);
  return isPlaceholderName(all) || all.every((word) => isPlaceholderName([word]));
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.filter((part) => part !== undefined && part !== "").join(separator) || undefined;
}
