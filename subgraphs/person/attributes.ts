import { type DocumentNode, visit } from "graphql";
import type { PersonAttribute } from "../../shared/department/person-feed.ts";
import type { PersonField } from "./survivorship.ts";

/** What the survivorship of each field looks at. */
const attributesOf: Readonly<Record<PersonField, readonly PersonAttribute[]>> = {
  name: ["FULL_NAME", "GIVEN_NAME", "FAMILY_NAME", "BIRTH_NAME", "PATRONYMIC_NAME", "ALTERNATIVE_NAME"],
  dateOfBirth: ["DATE_OF_BIRTH"],
  identifier: ["IDENTIFIER"],
  domicile: [
    "FULL_ADDRESS",
    "THOROUGHFARE",
    "LOCATOR_DESIGNATOR",
    "POST_NAME",
    "POST_CODE",
    "ADMIN_UNIT_L1",
    "ADMIN_UNIT_L2",
    "ADDRESS_ID",
  ],
  contactPoint: ["TELEPHONE", "EMAIL"],
};

const known = new WeakMap<DocumentNode, readonly PersonAttribute[]>();

/** The attributes that an answer to this document can need: departments read no others. Worked out once. */
export function attributesFor(document: DocumentNode): readonly PersonAttribute[] {
  let attributes = known.get(document);
  if (!attributes) {
    const selected = new Set<string>();
    visit(document, { Field: ({ name }) => void selected.add(name.value) });
    attributes = Object.entries(attributesOf).flatMap(([field, own]) => (selected.has(field) ? own : []));
    known.set(document, attributes);
  }
  return attributes;
}
