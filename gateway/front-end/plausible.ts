import { faker } from "@faker-js/faker/locale/en";

/** What is known of a field of which a value is invented. */
export interface InventedField {
  /** Name of its scalar. */
  readonly type: string;
  readonly field: string;
  /** Name of the type that has the field. */
  readonly of: string;
  /** Names of all fields of its type. */
  readonly siblings: readonly string[];
  /** The seed of a field of the same object. */
  readonly seed: (field: string) => number;
}

/** A value that a person would believe, by the field's scalar and name. */
export function plausible(invented: InventedField): unknown {
  const { type, field, seed } = invented;
  faker.seed(seed(field));
  switch (type) {
    case "Boolean":
      return faker.datatype.boolean();
    case "Int":
      return /year/i.test(field) ? faker.number.int({ min: 2019, max: 2026 }) : faker.number.int({ min: 1, max: 60 });
    case "Float":
      return faker.number.float({ min: 0, max: 1, fractionDigits: 4 });
    case "Decimal":
      return faker.finance.amount({ min: 5, max: 900 });
    case "Date":
      return dayOf(field);
    case "DateTime":
      return faker.date.past({ years: 2, refDate: today }).toISOString();
    case "ID":
      return faker.string.alphanumeric(16);
    default:
      return textOf(invented);
  }
}

/** Invented pasts end on one day, so that answers stay the same. */
const today = "2026-01-01T00:00:00Z";

function dayOf(field: string): string {
  const date = /birth/i.test(field)
    ? faker.date.birthdate({ refDate: today })
    : faker.date.past({ years: 4, refDate: today });
  return date.toISOString().slice(0, 10);
}

function textOf({ of, field, siblings, seed }: InventedField): string {
  if (of === "Department" && field === "name") return `Department of ${faker.commerce.department()}`;
  const sibling = (name: string) => {
    faker.seed(seed(name));
    return byName(name);
  };
  if (field === "fullName" && siblings.includes("familyName"))
    return `${sibling("givenName")} ${sibling("familyName")}`;
  if (field === "fullAddress" && siblings.includes("thoroughfare")) {
    return `${sibling("thoroughfare")} ${sibling("locatorDesignator")}, ${sibling("postCode")} ${sibling("postName")}`;
  }
  return byName(field);
}

function byName(field: string): string {
  return (texts.find(([pattern]) => pattern.test(field))?.[1] ?? (() => sentence(2)))();
}

const sentence = (words: number) => {
  const text = faker.lorem.words(words);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** The first pattern that fits a field's name tells what its text is. */
const texts: readonly (readonly [RegExp, () => string])[] = [
  [/^(given|patronymic)Name$/, () => faker.person.firstName()],
  [/^(family|birth)Name$/, () => faker.person.lastName()],
  [/fullName|person|holder|assertedBy|actor/i, () => faker.person.fullName()],
  [/mail/i, () => faker.internet.exampleEmail().toLowerCase()],
  [/phone/i, () => `+999 ${faker.string.numeric(3)} ${faker.string.numeric(4)}`],
  [/thoroughfare|street/i, () => faker.location.street()],
  [/locatorDesignator/, () => faker.location.buildingNumber()],
  [/postCode/i, () => faker.location.zipCode("#####")],
  [/postName|place|city/i, () => faker.location.city()],
  [/adminUnitL1|country/i, () => faker.location.country()],
  [/address/i, () => faker.location.streetAddress()],
  [/(No|Number|notation|Code)$/i, () => faker.string.numeric(7)],
  [/cursor/i, () => faker.string.alphanumeric(12)],
  [/url|page/i, () => "https://www.example.gov/"],
  [/note|description|reason|detail/i, () => sentence(7)],
  [/name/i, () => faker.company.name()],
];
