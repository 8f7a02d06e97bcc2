import { buildSchema, type GraphQLSchema } from "graphql";
import { type PersonFeed, type PersonRecord, personAttributes } from "../department/person-feed.ts";

/**
 * The person feed's own executable schema, served on its own path and part of no supergraph. Its shapes are those of
 * `PersonFeed`: what is absent there is null here.
 */
export function createFeedSchema(feed: PersonFeed): GraphQLSchema {
  const schema = buildSchema(feedSdl);
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const [name, resolve] of Object.entries(resolvers(feed))) {
    const field = fields[name];
    if (field) field.resolve = (_, args) => resolve(args as never);
  }
  return schema;
}

function resolvers(feed: PersonFeed) {
  return {
    description: () => feed.description,
    page: ({ first, after, changedSince }: PageArguments) =>
      feed.page({ first, ...given("after", after), ...given("changedSince", changedSince) }),
    byKeys: ({ keys, attributes }: { keys: readonly string[]; attributes?: readonly string[] | null }) =>
      feed.byKeys(keys, attributes ? { attributes: personAttributes.filter((each) => attributes.includes(each)) } : {}),
    keys: ({ first, after }: PageArguments) => feed.keys({ first, ...given("after", after) }),
    count: () => feed.count(),
  };
}

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
  readonly changedSince?: string | null;
}

function given<K extends string, V>(name: K, value: V | null | undefined): { [P in K]?: V } {
  return (value == null ? {} : { [name]: value }) as { [P in K]?: V };
}

const feedSdl = /* GraphQL */ `
  type Query {
    description: PersonFeedDescription!
    "A page of all records in key order, or only of those changed at or after the instant."
    page(first: Int!, after: String, changedSince: String): PersonRecordPage!
    "In the order asked, null where there is no record. Of the attributes only those named need be read; all by default."
    byKeys(keys: [ID!]!, attributes: [String!]): [PersonRecord]!
    keys(first: Int!, after: String): PersonKeyPage!
    count: Int!
  }
  type PersonFeedDescription {
    department: ID!
    name: String!
    uniquePerPerson: Boolean!
    personalKey: Boolean!
    tellsChanges: Boolean!
  }
  type PersonRecordPage { records: [PersonRecord!]! next: String }
  type PersonKeyPage { keys: [ID!]! next: String }
  type PersonRecord {
    key: ID!
    role: String
    changed: String
    fullName: String
    givenName: String
    familyName: String
    birthName: String
    patronymicName: String
    alternativeName: [String!]
    dateOfBirth: String
    dateOfDeath: String
    gender: String
    identifier: [PersonIdentifier!]
    address: PersonAddress
    telephone: [String!]
    email: [String!]
  }
  type PersonIdentifier { schemaAgency: String! notation: String! }
  type PersonAddress {
    fullAddress: String
    thoroughfare: String
    locatorDesignator: String
    postName: String
    postCode: String
    adminUnitL1: String
    adminUnitL2: String
    addressID: String
  }
`;

const recordFields = /* GraphQL */ `
  fragment Record on PersonRecord {
    key role changed fullName givenName familyName birthName patronymicName alternativeName dateOfBirth dateOfDeath
    gender telephone email
    identifier { schemaAgency notation }
    address {
      fullAddress thoroughfare locatorDesignator postName postCode adminUnitL1 adminUnitL2 addressID
    }
  }
`;

/** The operations that `http-feed.ts` sends. */
export const feedOperations = {
  description: "{ description { department name uniquePerPerson personalKey tellsChanges } }",
  page: `query ($first: Int!, $after: String, $changedSince: String) {
    page(first: $first, after: $after, changedSince: $changedSince) { records { ...Record } next }
  } ${recordFields}`,
  byKeys: `query ($keys: [ID!]!, $attributes: [String!]) {
    byKeys(keys: $keys, attributes: $attributes) { ...Record }
  } ${recordFields}`,
  keys: "query ($first: Int!, $after: String) { keys(first: $first, after: $after) { keys next } }",
  count: "{ count }",
} as const;

/** Takes the nulls of an answer out again, so that absent attributes are absent. */
export function withoutNulls(record: Record<string, unknown>): PersonRecord {
  for (const [name, value] of Object.entries(record)) {
    if (value === null) delete record[name];
    else if (name === "address") withoutNulls(value as Record<string, unknown>);
  }
  return record as unknown as PersonRecord;
}
