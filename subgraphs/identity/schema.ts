import { print } from "graphql";
import { vocabulary, vocabularySdl } from "../../shared/vocabulary/vocabulary.ts";
import type { RegisteredDepartment } from "./registry.ts";
import { stewardQueries, stewardSdl } from "./steward-sdl.ts";

/** What identity publishes: Citizen with one hidden field of local keys for each registered department. */
export function identitySdl(registry: readonly Pick<RegisteredDepartment, "name" | "keysField">[]): string {
  const own = ["Department", "Jurisdiction"];
  return [
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports.map((name) => `"@${name}"`).join(", ")}])`,
    query,
    stewardSdl,
    citizen(registry),
    ...own.map(vocabularyType),
    vocabularySdl(["IdentityLink", "IdentityEvent", "PageInfo", "MatchGrade", "OnboardingPhase", "DepartmentHealth"], {
      own,
    }),
    "",
  ].join("\n\n");
}

const imports = ["key", "shareable", "inaccessible", "authenticated", "requiresScopes", "listSize"];

const query = `type Query {
  "The person that an id names; null for an id that names nobody."
  citizen(id: ID!): Citizen
  """
  All citizens; or, best match first, those that what \`where\` says could mean: typos, nicknames, swapped names and
  partial dates are forgiven.
  """
  citizens(where: CitizenSearch, first: Int = 20, after: String): CitizenConnection
    @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
  "The person who was issued a number; null where nobody or more than one person was."
  citizenByIdentifier(
    "Who issued the number, e.g. \`NATIONAL\`."
    schemaAgency: String!
    notation: String!
  ): Citizen
  "Who a person at the counter is: the best matches for all that is known of them, best first."
  matchCitizen(person: PersonDescription!, first: Int = 5): [CitizenEdge!]
    @listSize(slicingArguments: ["first"])
${stewardQueries}
  "The departments whose records are part of the citizen view."
  departments: [Department!]!
}

"What to find citizens by. Each thing may be on another one of a citizen's records."
input CitizenSearch {
  "Given and family name, in any order; case and diacritics do not count."
  fullName: String
  givenName: String
  familyName: String
  "A whole date, or a year or year and month: \`1980-02-03\`, \`1980-02\`, \`1980\`."
  dateOfBirth: String
  "Street, house number, post code and place as far as known, in one line."
  address: String
  phone: String
  email: String
  "A number that somebody issued to the person, whoever issued it."
  identifier: String
  "True leaves out all matches that linking would not have made by itself."
  onlyCertainMatches: Boolean = false
}

"All that is known of a person, as one department would write it down."
input PersonDescription {
  fullName: String
  givenName: String
  familyName: String
  birthName: String
  "A whole date, or a year or year and month."
  dateOfBirth: String
  gender: String
  address: AddressDescription
  telephone: [String!]
  email: [String!]
  identifier: [IdentifierDescription!]
}

"An address in one line, or in its parts."
input AddressDescription {
  fullAddress: String
  thoroughfare: String
  locatorDesignator: String
  postName: String
  postCode: String
}

"A number, and who issued it, e.g. \`NATIONAL\`."
input IdentifierDescription {
  schemaAgency: String!
  notation: String!
}

"A page of a list of citizens."
type CitizenConnection {
  nodes: [Citizen!]
  edges: [CitizenEdge!]
  "Where the page lies in the list."
  pageInfo: PageInfo!
  "Number of citizens in the whole list."
  totalCount: Int
}

"One citizen of a list, with its place in it."
type CitizenEdge {
  "Pass it as \`after\` to go on from here."
  cursor: String!
  node: Citizen!
  "How sure the match is; null in a list that was not searched."
  grade: MatchGrade
  "Between 0 and 1; null in a list that was not searched."
  matchProbability: Float
}`;

function citizen(registry: readonly Pick<RegisteredDepartment, "name" | "keysField">[]): string {
  const keys = registry.map(
    ({ name, keysField }) => `  ${JSON.stringify(`Local keys in ${name}.`)}\n  ${keysField}: [ID!] @inaccessible`,
  );
  return `"A person as all linked department records together describe them."
type Citizen @key(fields: "ref") @key(fields: "record") @authenticated {
  "The federation key; never leaves the house."
  ref: ID! @inaccessible
  "\`<department>:<local key>\`: the way back from a department's row."
  record: ID @inaccessible
  "Opaque and stable; its own for each partner; never a national number."
  id: ID!
${keys.join("\n")}
  "Which records of which departments are this person, and why we think so."
  identityLinks: [IdentityLink!] @requiresScopes(scopes: [["identity:steward"]])
  "What has happened to this citizen so far: to be passed with decisions, which are refused when it has grown."
  version: ID @requiresScopes(scopes: [["identity:steward"]])
  "Merges, splits, links and decisions over time, newest first."
  history: [IdentityEvent!] @requiresScopes(scopes: [["identity:steward"]])
}`;
}

function vocabularyType(name: string): string {
  const definition = vocabulary.get(name);
  if (definition === undefined) throw new Error(`The vocabulary has no type ${name}.`);
  return print(definition);
}
