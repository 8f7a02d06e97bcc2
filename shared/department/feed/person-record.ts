import type { PersonAttributeModel } from "../model.ts";
import type { PersonAddress, PersonRecord } from "../person-feed.ts";

/** A value that a row has for one of the mapping's attributes. */
export interface AttributeValue {
  readonly attribute: PersonAttributeModel;
  readonly value: string;
}

interface RecordFrame {
  readonly key: string;
  readonly role: string | undefined;
  readonly changed: string | undefined;
}

const single = {
  FULL_NAME: "fullName",
  GIVEN_NAME: "givenName",
  FAMILY_NAME: "familyName",
  BIRTH_NAME: "birthName",
  PATRONYMIC_NAME: "patronymicName",
  DATE_OF_BIRTH: "dateOfBirth",
  DATE_OF_DEATH: "dateOfDeath",
  GENDER: "gender",
} as const;

const several = { ALTERNATIVE_NAME: "alternativeName", TELEPHONE: "telephone", EMAIL: "email" } as const;

const inAddress = {
  FULL_ADDRESS: "fullAddress",
  THOROUGHFARE: "thoroughfare",
  LOCATOR_DESIGNATOR: "locatorDesignator",
  POST_NAME: "postName",
  POST_CODE: "postCode",
  ADMIN_UNIT_L1: "adminUnitL1",
  ADMIN_UNIT_L2: "adminUnitL2",
  ADDRESS_ID: "addressID",
} as const satisfies Record<string, keyof PersonAddress>;

/**
 * The record of a row: what it has no value for is absent. Where the mapping names an attribute twice, the first value
 * counts for those that a person has once, and each for those that a person can have several of.
 */
export function personRecord({ key, role, changed }: RecordFrame, values: readonly AttributeValue[]): PersonRecord {
  const record: Record<string, unknown> = { key };
  if (role !== undefined) record.role = role;
  if (changed !== undefined) record.changed = changed;
  for (const { attribute, value } of values) {
    const { is } = attribute;
    const text = value.trim();
    if (text === "") continue;
    if (is === "IDENTIFIER") {
      append(record, "identifier", { schemaAgency: attribute.schemaAgency ?? "", notation: text });
    } else if (Object.hasOwn(several, is)) {
      append(record, several[is as keyof typeof several], text);
    } else if (Object.hasOwn(inAddress, is)) {
      record.address ??= {};
      const address = record.address as Record<string, string>;
      address[inAddress[is as keyof typeof inAddress]] ??= text;
    } else {
      record[single[is as keyof typeof single]] ??= text;
    }
  }
  return record as unknown as PersonRecord;
}

function append(record: Record<string, unknown>, name: string, value: unknown): void {
  record[name] ??= [];
  const list = record[name] as unknown[];
  if (!list.some((each) => JSON.stringify(each) === JSON.stringify(value))) list.push(value);
}
