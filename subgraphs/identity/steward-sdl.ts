const steward = `@requiresScopes(scopes: [["identity:steward"]])`;

/** What stewards see and do; see `identitySdl`. */
export const stewardQueries = `  "Pairs of citizens that may be one person: what linking dared not decide."
  identityReviews(first: Int = 20, after: String, department: ID): IdentityReviewConnection
    @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"]) ${steward}`;

export const stewardSdl = `"""
A decision is refused with \`IDENTITY_CHANGED\` where the citizens are not as they were read any more: read them again. It is
refused with \`BAD_USER_INPUT\` where it names what there is not, or what cannot be decided on. A reason has up to 2,000
characters.
"""
type Mutation {
  "The two citizens of a review are one person."
  confirmLink(review: ID!, version: ID!, reason: String!): IdentityDecision ${steward}
  "The two citizens of a review are two persons."
  rejectLink(review: ID!, version: ID!, reason: String!): IdentityDecision ${steward}
  "All records of these citizens, two to 20, are one person's. \`version\` is the highest of their versions."
  mergeCitizens(citizens: [ID!]!, version: ID!, reason: String!): IdentityDecision ${steward}
  "The records that these links name, some but not all of the citizen's, are not this citizen's."
  splitCitizen(citizen: ID!, links: [ID!]!, version: ID!, reason: String!): IdentityDecision ${steward}
  "Takes a decision back; \`Citizen.history\` names those that are in force."
  undoDecision(decision: ID!, reason: String!): IdentityDecision ${steward}
}

"What a steward decided. It holds in every later run, until it is undone or decided otherwise."
type IdentityDecision {
  id: ID!
  kind: IdentityDecisionKind!
  "The citizens that the records concerned belong to now."
  citizens: [Citizen!]
}

enum IdentityDecisionKind {
  CONFIRM
  REJECT
  MERGE
  SPLIT
}

"A page of reviews."
type IdentityReviewConnection {
  nodes: [IdentityReview!]
  edges: [IdentityReviewEdge!]
  "Where the page lies in the list."
  pageInfo: PageInfo!
  "Number of reviews in the whole list."
  totalCount: Int
}

"One review, with its place in the list."
type IdentityReviewEdge {
  "Pass it as \`after\` to go on from here."
  cursor: String!
  node: IdentityReview!
}

"Two records that may be one person's, side by side."
type IdentityReview {
  id: ID!
  "To be passed with the decision, which is refused when either citizen or record has changed since."
  version: ID!
  status: LinkStatus!
  left: ReviewedRecord!
  right: ReviewedRecord!
  "Between 0 and 1."
  matchProbability: Float!
  "In bits: the sum of the evidence and of how rare a match is at all."
  weight: Float!
  "What each attribute says; the weights add up to \`weight\` from the prior on."
  evidence: [MatchEvidence!]!
  modelVersion: String!
  at: DateTime!
}

"A record of a review."
type ReviewedRecord {
  department: Department!
  "The citizen that it belongs to now."
  citizen: Citizen
  "As the department has it at this moment; null when it has it no more."
  person: ReviewedPerson
}

"The values of a record that linking compares."
type ReviewedPerson {
  fullName: String
  givenName: String
  familyName: String
  birthName: String
  patronymicName: String
  alternativeName: [String!]
  dateOfBirth: String
  gender: String
  "In one line."
  address: String
  telephone: [String!]
  email: [String!]
  identifier: [String!]
}`;
