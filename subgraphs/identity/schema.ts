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

const dateForms =
  "A whole date, or a year or year and month: `1980-02-03`, `1980-02`, `1980`. Year first; `-`, `/`, `.` or nothing between, `00` for a part that is not known.";
const phoneForms =
  "At least six digits, whatever is between them; with or without country code. An extension does not count.";
const emailForms = "With an `@`. Capitals and a `+tag` do not count.";
const notationForms = "At least four letters or digits; what is between them does not count.";

const query = `type Query {
  "The person that an id names; null for an id that names nobody."
  citizen(id: ID!): Citizen
  """
  All citizens; or those that what \`where\` says could mean: typos, nicknames, swapped names and partial dates are
  forgiven. Those for whom all of it is exactly so come first, then those who are alike, each best match first. What
  cannot be read is refused with \`BAD_USER_INPUT\`, and what fits too many to search by it alone, such as a year of birth,
  with \`SEARCH_TOO_BROAD\`.
  """
  citizens(where: CitizenSearch, first: Int = 20, after: String): CitizenConnection
    @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
  "The person who was issued a number; null where nobody or more than one person was."
  citizenByIdentifier(
    "Who issued the number, e.g. \`NATIONAL\`; capitals and small letters are one."
    schemaAgency: String!
    notation: String!
  ): Citizen
  """
  Who a person at the counter is: the best matches for all that is known of them, best first; \`searchLimits\` says
  whether somebody else may fit. What cannot be read, or fits too many, is refused as in a search: leave out what is not
  known.
  """
  matchCitizen(person: PersonDescription!, first: Int = 5, after: String): CitizenConnection
    @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
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
  "${dateForms}"
  dateOfBirth: String
  "Street, house number, post code and place as far as known, in one line."
  address: String
  "${phoneForms}"
  phone: String
  "${emailForms}"
  email: String
  "A number that somebody issued to the person, whoever issued it. ${notationForms}"
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
  "${dateForms}"
  dateOfBirth: String
  "\`M\` or \`F\`, also as a word or as ISO 5218's 1 and 2; anything else is not compared."
  gender: String
  address: AddressDescription
  "${phoneForms}"
  telephone: [String!]
  "${emailForms}"
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

"A number, and who issued it."
input IdentifierDescription {
  "E.g. \`NATIONAL\`; capitals and small letters are one."
  schemaAgency: String!
  "${notationForms}"
  notation: String!
}

"A page of a list of citizens."
type CitizenConnection {
  nodes: [Citizen!]
  edges: [CitizenEdge!]
  "Where the page lies in the list."
  pageInfo: PageInfo!
  "Number of citizens in the whole list; null where a search was limited, because more may fit than it has found."
  totalCount: Int
  """
  Why more citizens may fit than a search has found; empty where all were looked at who may, and for the list of all
  citizens.
  """
  searchLimits: [SearchLimit!]!
}

"What kept a search from looking at everybody who may fit."
enum SearchLimit {
  "Too many fit what was said. Say more of the person."
  TOO_MANY_ALIKE
  "A department did not answer: nobody was found by its records."
  DEPARTMENT_UNAVAILABLE
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
