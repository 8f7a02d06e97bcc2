import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { addressParts } from "./normalise/addresses.ts";
import { emailKey, identifierKey, phoneKey } from "./normalise/contacts.ts";
import { knownDate } from "./normalise/dates.ts";
import { nameParts } from "./normalise/names.ts";
import { asciiText, words } from "./normalise/text.ts";

/** A person record with attributes beyond the vocabulary, such as an occupation, that linking may weigh. */
export interface LinkableRecord extends PersonRecord {
  readonly other?: Readonly<Record<string, string>>;
}

/** What linking compares: normalised values by feature name. An absent feature is missing, never unequal. */
export type Features = { readonly [name: string]: string | readonly string[] | undefined };

/** Features that hold several values, sorted; two records agree when they share one. All others hold one value. */
export const listFeatures = [
  "nameTokens",
  "nameSounds",
  "givenForms",
  "familyParts",
  "phones",
  "emails",
  "identifiers",
] as const;

/** The feature that an attribute outside the vocabulary becomes. */
export function otherFeature(name: string): string {
  return `other_${words(name).join("_")}`;
}

/** The attributes that a feature tells something about: a block on it makes them agree. */
export function attributesOf(feature: string): readonly string[] {
  return attributes[feature] ?? [feature];
}

/** Features that come from the same attributes; whoever reads many records may read each distinct `key` once. */
export interface FeatureGroup {
  readonly features: readonly string[];
  /** What the features depend on, as text; undefined where the record has nothing of it. */
  key(record: LinkableRecord): string | undefined;
  read(record: LinkableRecord): Features;
}

const separator = "\u0001";

export const featureGroups: readonly FeatureGroup[] = [
  {
    features: [
      ...["given", "givenFirst", "givenSound", "family", "familySound", "nameWords"],
      ...["nameTokens", "nameSounds", "givenForms", "familyParts"],
    ],
    key: ({ givenName, familyName, fullName, birthName, alternativeName }) =>
      `${givenName ?? ""}${separator}${familyName ?? ""}${separator}${fullName ?? ""}${separator}${birthName ?? ""}${
        alternativeName === undefined ? "" : separator + alternativeName.join(separator)
      }`,
    read: (record) => ({ ...nameParts(record) }),
  },
  {
    features: [...["birthDate", "birthYear", "birthMonth", "birthDay", "birthMonthDay", "birthParts"]],
    key: (record) => record.dateOfBirth,
    read: (record) => birthFeatures(record.dateOfBirth),
  },
  { features: ["gender"], key: (record) => record.gender, read: (record) => ({ gender: genderOf(record.gender) }) },
  {
    features: ["street", "houseNumber", "locatorName", "place", "postCode", "region"],
    key({ address }) {
      if (address === undefined) return undefined;
      const street = address.thoroughfare ?? `${separator}${address.fullAddress}`;
      const place = `${address.postName ?? address.adminUnitL2 ?? ""}${separator}${address.postCode ?? ""}`;
      return `${street}${separator}${address.locatorDesignator ?? ""}${separator}${place}${separator}${address.adminUnitL1 ?? ""}`;
    },
    read: (record) => ({ ...addressParts(record.address) }),
  },
  {
    features: ["phone", "phones"],
    key: (record) => record.telephone?.join(separator),
    read: (record) => {
      const phones = distinct((record.telephone ?? []).map(phoneKey));
      return { phone: phones?.[0], phones };
    },
  },
  {
    features: ["email", "mailbox", "emails"],
    key: (record) => record.email?.join(separator),
    read: (record) => {
      const emails = distinct((record.email ?? []).map(emailKey));
      return { email: emails?.[0], mailbox: emails?.[0]?.replace(/@.*$/, ""), emails };
    },
  },
  {
    features: ["identifier", "identifierAgency", "identifiers"],
    key: (record) =>
      record.identifier?.map(({ schemaAgency, notation }) => schemaAgency + separator + notation).join(separator),
    read: (record) => {
      const identifiers = distinct(
        (record.identifier ?? []).map(({ schemaAgency, notation }) => {
          const key = identifierKey(notation);
          return key === undefined ? undefined : `${asciiText(schemaAgency)}:${key}`;
        }),
      );
      return { identifier: identifiers?.[0], identifierAgency: identifiers?.[0]?.split(":")[0], identifiers };
    },
  },
];

/** Normalises a record once; both the batch and the online scorer see nothing else of it. */
export function featuresOf(record: LinkableRecord): Features {
  const features: Record<string, string | readonly string[] | undefined> = {};
  for (const group of featureGroups) Object.assign(features, group.read(record));
  for (const [name, value] of Object.entries(record.other ?? {})) {
    features[otherFeature(name)] = otherValue(value);
  }
  return features;
}

/** The value of an attribute outside the vocabulary. */
export function otherValue(value: string): string | undefined {
  return words(value).join(" ") || undefined;
}

function birthFeatures(dateOfBirth: string | undefined): Features {
  const birth = knownDate(dateOfBirth);
  return {
    birthDate: birth?.full,
    birthYear: birth?.year,
    birthMonth: birth?.month,
    birthDay: birth?.day,
    birthMonthDay: birth?.full?.slice(4),
    birthParts: birth?.full === undefined ? undefined : [birth.year, ...[birth.month, birth.day].sort()].join(""),
  };
}

function distinct(values: readonly (string | undefined)[]): readonly string[] | undefined {
  const found = [...new Set(values.filter((value) => value !== undefined))].sort();
  return found.length === 0 ? undefined : found;
}

function genderOf(value: string | undefined): string | undefined {
  const first = value?.trim().toLowerCase();
  if (first === undefined || first === "") return undefined;
  if (/^(m|male|man|masculine|1)$/.test(first)) return "m";
  if (/^(f|w|female|woman|feminine|2)$/.test(first)) return "f";
  return undefined;
}

const givenName = ["givenName"];
const familyName = ["familyName"];
const dateOfBirth = ["dateOfBirth"];
const attributes: Readonly<Record<string, readonly string[]>> = {
  given: givenName,
  givenFirst: givenName,
  givenSound: givenName,
  givenForms: givenName,
  family: familyName,
  familySound: familyName,
  familyParts: familyName,
  nameWords: ["givenName", "familyName"],
  nameTokens: ["givenName", "familyName"],
  nameSounds: ["givenName", "familyName"],
  birthDate: dateOfBirth,
  birthYear: dateOfBirth,
  birthMonth: dateOfBirth,
  birthDay: dateOfBirth,
  birthMonthDay: dateOfBirth,
  birthParts: dateOfBirth,
  phones: ["telephone"],
  emails: ["email"],
  mailbox: ["email"],
  identifiers: ["identifier"],
};
