import { vocabularySdl } from "../../shared/vocabulary/vocabulary.ts";
import type { PersonSource } from "./live-records.ts";

/** What person publishes: core attributes of Citizen, each of which needs the local keys of all departments. */
export function personSdl(sources: readonly Pick<PersonSource, "keysField">[]): string {
  const keys = sources.map(({ keysField }) => keysField);
  const requires = keys.length === 0 ? "" : `@requires(fields: "${keys.join(" ")}") `;
  const field = (text: string, policy: string) => `${text} ${requires}@policy(policies: [["${policy}"]])`;
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@external", "@requires", "@policy"])

"A person as all linked department records together describe them."
type Citizen @key(fields: "ref") {
  ref: ID! @inaccessible
${keys.map((key) => `  ${key}: [ID!] @external`).join("\n")}
  "What the person is called."
  ${field("name: PersonName", "name:read")}
  "Only where a department knows it to the day."
  ${field("dateOfBirth: Date", "dateOfBirth:read")}
  "Numbers that were issued to the person, one of each agency."
  ${field("identifier: [Identifier!]", "identifier:read")}
  "Where the person lives."
  ${field("domicile: Address", "address:read")}
  "How the person can be reached, last heard of first."
  ${field("contactPoint: [ContactPoint!]", "contactPoint:read")}
}

${vocabularySdl(["PersonName", "Identifier", "Address", "ContactPoint", "Date"])}
`;
}
