import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { addressParts } from "../matching/normalise/addresses.ts";
import { emailKey, identifierKey, phoneKey } from "../matching/normalise/contacts.ts";
import { knownDate } from "../matching/normalise/dates.ts";
import { nameParts } from "../matching/normalise/names.ts";
import { asciiText } from "../matching/normalise/text.ts";

/** What the deterministic rules and exact search compare: normalised text, placeholders left out. */
export interface Traits {
  readonly given?: string;
  /** Second given name, or its initial. */
  readonly middle?: string;
  readonly family?: string;
  /** First given and family name in alphabetical order, so that swapped names meet. */
  readonly name?: string;
  /** `YYYYMMDD`, `YYYYMM` or `YYYY`. */
  readonly birth?: string;
  readonly street?: string;
  /** Post code, or the place where there is none. */
  readonly area?: string;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  /** `<AGENCY>|<notation>`. */
  readonly identifiers: readonly string[];
}

export function traitsOf(record: PersonRecord): Traits {
  const names = nameParts(record);
  const birth = knownDate(record.dateOfBirth);
  const address = addressParts(record.address);
  const given = names.givenFirst;
  const { family } = names;
  return {
    given,
    middle: names.given?.split(" ")[1],
    family,
    name: given !== undefined && family !== undefined ? [given, family].sort().join(" ") : undefined,
    birth: birth && (birth.full ?? `${birth.year}${birth.month ?? ""}`),
    street: address.street && address.houseNumber ? `${address.street} ${address.houseNumber}` : undefined,
    area: address.postCode ?? address.place,
    phones: keysOf(record.telephone, phoneKey),
    emails: keysOf(record.email, emailKey),
    identifiers: identifiersOf(record),
  };
}

/** `<AGENCY>|<notation>`: however an agency is spelt, it is the same one, as where two records are weighed. */
export function identifiersOf({ identifier = [] }: Pick<PersonRecord, "identifier">): readonly string[] {
  return identifier.flatMap(({ schemaAgency, notation }) => {
    const key = identifierKey(notation);
    return key === undefined ? [] : [`${asciiText(schemaAgency).toUpperCase()}|${key}`];
  });
}

function keysOf(
  values: readonly string[] | undefined,
  keyOf: (value: string) => string | undefined,
): readonly string[] {
  if (values === undefined || values.length === 0) return nothing;
  return values.map(keyOf).filter((value) => value !== undefined);
}

const nothing: readonly string[] = [];
