import type { Condition } from "./condition.ts";
import type { Dependency } from "./model.ts";

const sameFamilyName: Condition = {
  any: [
    { sharing: "familyParts" },
    { equal: "familySound" },
    { similar: "family", atLeast: 0.909 },
    { across: ["givenFirst", "family"], atLeast: 1 },
  ],
};
const otherGivenName: Condition = {
  all: [
    { not: { missing: "given" } },
    {
      not: {
        any: [
          { similar: "givenFirst", atLeast: 0.889 },
          { edits: "givenFirst", atMost: 1 },
          { equal: "given" },
          { sharing: "givenForms" },
          { equal: "givenSound" },
          { beginning: "givenFirst", least: 1 },
          { crossedAlike: ["givenFirst", "family"], atLeast: 0.779 },
          { equal: "nameWords" },
        ],
      },
    },
  ],
};
const sameAddress: Condition = {
  any: [
    { all: [{ equal: "street" }, { any: [{ equal: "houseNumber" }, { missing: "houseNumber" }] }] },
    { all: [{ missing: "street" }, { equal: "postCode" }] },
  ],
};
const sameGivenName: Condition = {
  any: [
    { equal: "givenFirst" },
    { sharing: "givenForms" },
    { equal: "nameWords" },
    { crossedAlike: ["givenFirst", "family"], atLeast: 0.779 },
  ],
};
const address = ["street", "houseNumber", "locatorName", "place", "postCode", "region"];
const contacts = ["telephone", "email"];

/** What goes together without being one person: the relatives and namesakes that a sum of weights would merge. */
export const startingDependencies: readonly Dependency[] = [
  {
    name: "moved",
    when: {
      not: {
        any: [
          { equal: "postCode" },
          { similar: "street", atLeast: 0.789 },
          { across: ["street", "locatorName"], atLeast: 0.909 },
        ],
      },
    },
    attributes: address,
    atLeast: -3,
  },
  {
    name: "one household",
    when: { all: [sameFamilyName, sameAddress] },
    attributes: ["familyName", ...address],
    probability: 0.5,
    measured: true,
  },
  {
    name: "one address",
    when: { all: [{ equal: "street" }, { equal: "houseNumber" }] },
    attributes: address,
    probability: 0.5,
  },
  {
    name: "other people at one address, phone or mailbox",
    when: otherGivenName,
    attributes: [...address, ...contacts],
    probability: 0.5,
  },
  {
    name: "relatives under one surname, address, phone or mailbox",
    when: { all: [sameFamilyName, otherGivenName] },
    attributes: ["familyName", ...address, ...contacts],
    probability: 0.5,
  },
  {
    name: "twins",
    when: {
      all: [
        sameFamilyName,
        otherGivenName,
        { equal: "birthDate" },
        { any: [{ equal: "street" }, { sharing: "phones" }, { sharing: "emails" }] },
      ],
    },
    attributes: ["familyName", "dateOfBirth", ...address, ...contacts],
    probability: 0.8,
  },
  {
    name: "parent and child of one name",
    when: {
      all: [
        sameFamilyName,
        { any: [{ equal: "givenFirst" }, { sharing: "givenForms" }] },
        { not: { missing: "birthYear" } },
        {
          not: {
            any: [
              { near: "birthYear", within: 12 },
              { edits: "birthDate", atMost: 2 },
            ],
          },
        },
      ],
    },
    attributes: ["givenName", "familyName", ...address, ...contacts],
    probability: 0.9,
  },
  {
    // Children are named after their parents far more often than after strangers.
    name: "one name in one household, and no birth date to tell parent from child",
    when: {
      all: [sameFamilyName, sameGivenName, { equal: "street" }, { equal: "houseNumber" }, { missing: "birthYear" }],
    },
    attributes: ["givenName", "familyName", ...address],
    probability: 0.9,
  },
];
