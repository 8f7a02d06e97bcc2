import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { featuresOf } from "../../subgraphs/identity/matching/features.ts";

/** What clients are shown of a citizen, as person answers it. */
export interface ShownPerson {
  readonly name?: { readonly fullName?: string; readonly givenName?: string; readonly familyName?: string } | null;
  readonly dateOfBirth?: string | null;
  readonly domicile?: { readonly postCode?: string } | null;
}

export const shownSelection = "name { fullName givenName familyName } dateOfBirth domicile { postCode }";

/** What is compared, and the normalised value that must agree: case, accents and the order of names do not count. */
const compared = {
  givenName: "givenFirst",
  familyName: "family",
  dateOfBirth: "birthDate",
  postCode: "postCode",
} as const;

export type ComparedAttribute = keyof typeof compared;

/** The attributes that a department's record and what is shown both have, and that differ. */
export function differences(record: PersonRecord, shown: ShownPerson): readonly ComparedAttribute[] {
  const { name, dateOfBirth, domicile } = shown;
  const known: PersonRecord = {
    key: "",
    ...withoutNulls(name ?? {}),
    ...withoutNulls({ dateOfBirth }),
    address: withoutNulls({ postCode: domicile?.postCode }),
  };
  const [own, other] = [featuresOf(record), featuresOf(known)];
  return (Object.keys(compared) as ComparedAttribute[]).filter((attribute) => {
    const [one, two] = [own[compared[attribute]], other[compared[attribute]]];
    return one !== undefined && two !== undefined && one !== two;
  });
}

function withoutNulls(values: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
