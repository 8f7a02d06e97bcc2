/**
 * The person feed: how identity and person read the people that a department holds.
 *
 * It is a schema of its own on its own path (`/person-feed`), never part of the supergraph, and opens only to
 * signed requests. In one process the same interface is called directly; over HTTP `transport/` implements it.
 */

/** A Core Person, Core Location or contact attribute that a department column can carry. */
export const personAttributes = [
  "FULL_NAME",
  "GIVEN_NAME",
  "FAMILY_NAME",
  "BIRTH_NAME",
  "PATRONYMIC_NAME",
  "ALTERNATIVE_NAME",
  "DATE_OF_BIRTH",
  "DATE_OF_DEATH",
  "GENDER",
  "IDENTIFIER",
  "FULL_ADDRESS",
  "THOROUGHFARE",
  "LOCATOR_DESIGNATOR",
  "POST_NAME",
  "POST_CODE",
  "ADMIN_UNIT_L1",
  "ADMIN_UNIT_L2",
  "ADDRESS_ID",
  "TELEPHONE",
  "EMAIL",
] as const;

export type PersonAttribute = (typeof personAttributes)[number];

export interface PersonIdentifier {
  /** Who issued the number, e.g. `NATIONAL`. */
  readonly schemaAgency: string;
  readonly notation: string;
}

export interface PersonAddress {
  readonly fullAddress?: string;
  readonly thoroughfare?: string;
  readonly locatorDesignator?: string;
  readonly postName?: string;
  readonly postCode?: string;
  readonly adminUnitL1?: string;
  readonly adminUnitL2?: string;
  readonly addressID?: string;
}

/**
 * One person as one row of one department describes them, after formats undid the legacy dirt.
 * Absent attributes are absent, never empty strings; placeholders that the mapping names as `missing` are absent too.
 */
export interface PersonRecord {
  /** Local key: encoded key columns, plus `#<suffix>` where one row holds several persons. Unique within the department. */
  readonly key: string;
  /** HOLDER, CO_APPLICANT, OCCUPANT ...: what the person is to the row; absent when the mapping names none. */
  readonly role?: string;
  /** RFC 3339 instant of the last change, where the table has such a column. */
  readonly changed?: string;
  readonly fullName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly birthName?: string;
  readonly patronymicName?: string;
  readonly alternativeName?: readonly string[];
  /** `YYYY-MM-DD`, or `YYYY-MM` or `YYYY` where the department knows no more. */
  readonly dateOfBirth?: string;
  readonly dateOfDeath?: string;
  readonly gender?: string;
  readonly identifier?: readonly PersonIdentifier[];
  readonly address?: PersonAddress;
  readonly telephone?: readonly string[];
  readonly email?: readonly string[];
}

/** What identity must know of a department's records to link them; read from its `@department` and `@person`. */
export interface PersonFeedDescription {
  /** Department id, e.g. `social-services`. */
  readonly department: string;
  readonly name: string;
  /** True when each person has at most one record here (every `@person(uniquePerPerson: true)`). */
  readonly uniquePerPerson: boolean;
  /** True when the local key is personal data (a phone number) and may be stored only encrypted. */
  readonly personalKey: boolean;
  /** True when every person table names a `changed` column, so that changes can be asked for. */
  readonly tellsChanges: boolean;
}

export interface PersonRecordPage {
  readonly records: readonly PersonRecord[];
  /** Cursor of the next page, or null on the last. */
  readonly next: string | null;
}

export interface PersonKeyPage {
  readonly keys: readonly string[];
  readonly next: string | null;
}

export interface ByKeysOptions {
  readonly signal?: AbortSignal;
  /** Only these need be read; what else a record holds is left to the department. All, where absent. */
  readonly attributes?: readonly PersonAttribute[];
}

/** All calls reject with a `CivigraphError` of code `DEPARTMENT_UNAVAILABLE` when the database cannot be read. */
export interface PersonFeed {
  readonly description: PersonFeedDescription;
  /** A page of all records in key order, or only of those changed at or after the RFC 3339 instant `changedSince`. */
  page(options: {
    first: number;
    after?: string;
    changedSince?: string;
    signal?: AbortSignal;
  }): Promise<PersonRecordPage>;
  /** The records of these keys, in the order asked, null where there is none (any more). */
  byKeys(keys: readonly string[], options?: ByKeysOptions): Promise<readonly (PersonRecord | null)[]>;
  /** A page of keys only, in key order: what is no longer in it was deleted. */
  keys(options: { first: number; after?: string; signal?: AbortSignal }): Promise<PersonKeyPage>;
  /** Number of person records, cheaply where the engine can. */
  count(options?: { signal?: AbortSignal }): Promise<number>;
}
