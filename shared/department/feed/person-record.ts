import type { PersonAttributeModel } from "../model.ts";
import type { PersonAddress } from "../person-feed.ts";

/** A record that is being put together. */
export type RecordDraft = Record<string, unknown>;

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

/** The record of a row without its attributes: what it has no value for is absent. */
export function recordDraft({ key, role, changed }: RecordFrame): RecordDraft {
  const record: RecordDraft = { key };
  if (role !== undefined) record.role = role;
  if (changed !== undefined) record.changed = changed;
  return record;
}

/**
 * How a value of the attribute comes into a record; blank text does not. Where the mapping names an attribute twice, the
 * first value counts for those that a person has once, and each for those that a person can have several of.
 */
export function attributeWriter({
  is,
  schemaAgency = "",
}: PersonAttributeModel): (draft: RecordDraft, value: string) => void {
  const write = writerOf(is, schemaAgency);
  return (draft, value) => {
    const text = value.trim();
    if (text !== "") write(draft, text);
  };
}

function writerOf(is: PersonAttributeModel["is"], schemaAgency: string): (draft: RecordDraft, text: string) => void {
  if (is === "IDENTIFIER") return (draft, notation) => append(draft, "identifier", { schemaAgency, notation });
  if (Object.hasOwn(several, is)) {
    const name = several[is as keyof typeof several];
    return (draft, text) => append(draft, name, text);
  }
  if (Object.hasOwn(inAddress, is)) {
    const name = inAddress[is as keyof typeof inAddress];
    return (draft, text) => {
      draft.address ??= {};
      const address = draft.address as Record<string, string>;
      address[name] ??= text;
    };
  }
  const name = single[is as keyof typeof single];
  return (draft, text) => {
    draft[name] ??= text;
  };
}

function append(record: RecordDraft, name: string, value: unknown): void {
  record[name] ??= [];
  const list = record[name] as unknown[];
  if (!list.some((each) => JSON.stringify(each) === JSON.stringify(value))) list.push(value);
}
