import type { Question } from "./load.ts";

const fields = `
  id
  name { fullName }
  civilStatus
  civilEvents(first: 5) { nodes { kind date place } }
  benefits(first: 5) { nodes { awardNo programme status monthlyAmount startedOn } }
  taxAccounts(first: 5) { nodes { accountNo bills(first: 5) { nodes { year amount balance dueOn } } } }
  permits(first: 5) { nodes { permitNo kind status issuedOn } }
  contactCentreCases(first: 5) { nodes { id status } }
  waterAccounts(first: 5) { nodes { accountNo readings(first: 5) { nodes { readOn cubicMetres } } } }`;

/** One citizen as all six departments know this person. */
export function oneCitizen(id: string): Question {
  return { query: `query One($id: ID!) { citizen(id: $id) { ${fields} } }`, variables: { id } };
}

/** A page of 50 of them. */
export function pageOfCitizens(after: string | null): Question {
  return {
    query: `query Page($after: String) { citizens(first: 50, after: $after) { nodes { ${fields} } pageInfo { hasNextPage } } }`,
    variables: { after },
  };
}

export const allCitizens =
  "query All($after: String) { citizens(first: 50, after: $after) { nodes { id } pageInfo { endCursor } } }";
