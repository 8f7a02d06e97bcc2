import { aside, comparison, level } from "./comparison.ts";
import type { Comparison } from "./model.ts";
import { family, given } from "./name-comparisons.ts";

/**
 * What is compared and how, with the probabilities that training starts from. Thresholds of similarity end in
 * odd digits so that no rounding decides a level.
 */
export function startingComparisons(): Comparison[] {
  return [
    given,
    family,
    birth,
    gender,
    street,
    houseNumber,
    locatorName,
    place,
    postCode,
    region,
    phone,
    email,
    identifier,
  ];
}

/** The comparison of an attribute outside the vocabulary, such as an occupation or a place of birth. */
export function otherComparison(feature: string): Comparison {
  return comparison(feature, { missing: feature }, [
    level("same", { equal: feature }, 0.6, 0.05, feature),
    level("similar", { similar: feature, atLeast: 0.879 }, 0.1, 0.01),
    level(
      "partly similar",
      {
        any: [
          { similar: feature, atLeast: 0.779 },
          { beginning: feature, least: 3 },
        ],
      },
      0.05,
      0.04,
    ),
    level("different", undefined, 0.25, 0.9),
  ]);
}

const birth = comparison("dateOfBirth", { missing: "birthYear" }, [
  level("same", { equal: "birthDate" }, 0.8, 0.00005, "birthDate"),
  level(
    "day and month swapped",
    { all: [{ equal: "birthYear" }, { crossed: ["birthMonth", "birthDay"] }] },
    0.01,
    0.00005,
  ),
  level("one digit differs", { edits: "birthDate", atMost: 1 }, 0.08, 0.001),
  aside(
    "same as far as known",
    {
      all: [
        { missing: "birthDate" },
        { equal: "birthYear" },
        { any: [{ missing: "birthMonth" }, { equal: "birthMonth" }] },
      ],
    },
    0.02,
    0.01,
  ),
  aside(
    "estimated, same year",
    { all: [{ equal: "birthYear" }, { eitherIs: "birthMonthDay", value: "0101" }] },
    0.01,
    0.001,
  ),
  level("two digits differ", { edits: "birthDate", atMost: 2 }, 0.03, 0.01),
  aside(
    "two parts same",
    {
      any: [
        { all: [{ equal: "birthYear" }, { any: [{ equal: "birthMonth" }, { equal: "birthDay" }] }] },
        { all: [{ equal: "birthMonth" }, { equal: "birthDay" }] },
      ],
    },
    0.02,
    0.004,
  ),
  level("same year", { equal: "birthYear" }, 0.01, 0.01),
  level("within two years", { near: "birthYear", within: 2 }, 0.01, 0.05),
  level("different", undefined, 0.02, 0.93),
]);
const gender = comparison("gender", { missing: "gender" }, [
  level("same", { equal: "gender" }, 0.98, 0.5),
  level("different", undefined, 0.02, 0.5),
]);
const street = comparison("street", { missing: "street" }, [
  level("same", { equal: "street" }, 0.6, 0.001, "street"),
  level("one letter differs", { edits: "street", atMost: 1 }, 0.08, 0.0002),
  aside("is the other's locality", { across: ["street", "locatorName"], atLeast: 0.909 }, 0.01, 0.0005),
  level("similar", { similar: "street", atLeast: 0.889 }, 0.06, 0.002),
  level(
    "partly similar",
    {
      any: [
        { similar: "street", atLeast: 0.789 },
        { beginning: "street", least: 3 },
      ],
    },
    0.04,
    0.03,
  ),
  level("different", undefined, 0.2, 0.96),
]);
const houseNumber = comparison("houseNumber", { missing: "houseNumber" }, [
  level("same", { equal: "houseNumber" }, 0.75, 0.01, "houseNumber"),
  level("one digit differs", { edits: "houseNumber", atMost: 1 }, 0.08, 0.1),
  level("different", undefined, 0.17, 0.89),
]);
const locatorName = comparison("locatorName", { missing: "locatorName" }, [
  level("same", { equal: "locatorName" }, 0.7, 0.001, "locatorName"),
  level(
    "similar",
    {
      any: [
        { similar: "locatorName", atLeast: 0.889 },
        { edits: "locatorName", atMost: 1 },
      ],
    },
    0.15,
    0.005,
  ),
  aside("is the other's street", { across: ["street", "locatorName"], atLeast: 0.909 }, 0.01, 0.0005),
  level("partly similar", { similar: "locatorName", atLeast: 0.789 }, 0.05, 0.02),
  level("different", undefined, 0.1, 0.97),
]);
const place = comparison("place", { missing: "place" }, [
  level("same", { equal: "place" }, 0.75, 0.01, "place"),
  level("one letter differs", { edits: "place", atMost: 1 }, 0.06, 0.001),
  level("similar", { similar: "place", atLeast: 0.889 }, 0.05, 0.005),
  level(
    "partly similar",
    {
      any: [
        { similar: "place", atLeast: 0.789 },
        { beginning: "place", least: 3 },
      ],
    },
    0.02,
    0.03,
  ),
  level("different", undefined, 0.12, 0.95),
]);
const postCode = comparison("postCode", { missing: "postCode" }, [
  level("same", { equal: "postCode" }, 0.75, 0.005, "postCode"),
  level("one character differs", { edits: "postCode", atMost: 1 }, 0.06, 0.005),
  level("same beginning", { starts: "postCode", letters: 3 }, 0.03, 0.02),
  level("two characters differ", { edits: "postCode", atMost: 2 }, 0.02, 0.06),
  level("different", undefined, 0.14, 0.91),
]);
const region = comparison("region", { missing: "region" }, [
  level("same", { equal: "region" }, 0.85, 0.2, "region"),
  level("one letter differs", { edits: "region", atMost: 1 }, 0.07, 0.1),
  level("different", undefined, 0.08, 0.7),
]);
const phone = comparison("telephone", { missing: "phone" }, [
  level("shared", { sharing: "phones" }, 0.6, 0.0001, "phones"),
  level("one digit differs", { edits: "phone", atMost: 1 }, 0.05, 0.0001),
  level("two digits differ", { edits: "phone", atMost: 2 }, 0.02, 0.001),
  level("different", undefined, 0.33, 0.9988),
]);
const email = comparison("email", { missing: "email" }, [
  level("shared", { sharing: "emails" }, 0.6, 0.0001, "emails"),
  level("same mailbox", { equal: "mailbox" }, 0.1, 0.0005, "mailbox"),
  level("one letter differs", { edits: "email", atMost: 1 }, 0.05, 0.0001),
  level("similar mailbox", { similar: "mailbox", atLeast: 0.909 }, 0.05, 0.002),
  level("similar", { similar: "email", atLeast: 0.889 }, 0.03, 0.002),
  level("partly similar", { similar: "email", atLeast: 0.789 }, 0.02, 0.02),
  level("different", undefined, 0.15, 0.975),
]);
const identifier = comparison(
  "identifier",
  { any: [{ missing: "identifier" }, { not: { any: [{ equal: "identifierAgency" }, { sharing: "identifiers" }] } }] },
  [
    level("same", { sharing: "identifiers" }, 0.9, 0.00001, "identifiers"),
    level("one character differs", { edits: "identifier", atMost: 1 }, 0.04, 0.0001),
    level("two characters differ", { edits: "identifier", atMost: 2 }, 0.01, 0.002),
    level("different", undefined, 0.05, 0.998),
  ],
);
