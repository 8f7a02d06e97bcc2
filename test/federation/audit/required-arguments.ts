import { found, type Suite } from "./suite.ts";

const products = [
  { upc: "p1", name: "Chair", price: 11, weight: 1 },
  { upc: "p2", name: "Table", price: 22, weight: 2 },
];
const comments = ["c1", "c2", "c3", "c4"].map((id, index) => ({ id, authorId: `a${(index % 3) + 1}` }));

const mergedByThePlanner = "the planner merges what the client selects with what @requires names, by response key";

type Product = { upc: string; price?: number; weight?: number };

const withArgument: Suite = {
  feature: "@requires of a field with an argument",
  subgraphs: {
    store: {
      sdl: `type Query { products: [Product] }
        type Product @key(fields: "upc") { upc: ID! name: String price(currency: String!): Int weight: Int }`,
      resolvers: {
        Query: { products: () => products },
        Product: {
          __resolveReference: (key: never) => found(products, key),
          price: ({ price }: { price: number }, { currency }: { currency: string }) =>
            currency === "EUR" ? price * 2 : price,
        },
      },
    },
    freight: {
      sdl: `type Product @key(fields: "upc") {
          upc: ID! price(currency: String!): Int @external weight: Int @external
          estimate: Int @requires(fields: "price(currency: \\"USD\\") weight")
        }`,
      resolvers: {
        Product: {
          estimate: ({ price = Number.NaN, weight = Number.NaN }: Product) => price * weight * 10,
        },
      },
    },
  },
  cases: [
    {
      query: "{ products { name estimate } }",
      data: {
        products: [
          { name: "Chair", estimate: 110 },
          { name: "Table", estimate: 440 },
        ],
      },
    },
    {
      query: '{ products { price(currency: "EUR") estimate } }',
      stockDiffers: mergedByThePlanner,
      data: {
        products: [
          { price: 22, estimate: 110 },
          { price: 44, estimate: 440 },
        ],
      },
    },
  ],
};

const listWithArgument: Suite = {
  feature: "@requires of a list that the client selects with other arguments",
  subgraphs: {
    posts: {
      sdl: `type Query { feed: [Post] }
        type Post @key(fields: "id") { id: ID! comments(limit: Int!): [Comment] }
        type Comment @key(fields: "id") { id: ID! authorId: ID }`,
      resolvers: {
        Query: { feed: () => [{ id: "post1" }] },
        Post: { comments: (_: never, { limit }: { limit: number }) => comments.slice(0, limit) },
        Comment: { __resolveReference: (key: never) => found(comments, key) },
      },
    },
    authors: {
      sdl: `type Post @key(fields: "id") {
          id: ID! comments(limit: Int!): [Comment] @external
          author: Author @requires(fields: "comments(limit: 3) { authorId }")
        }
        type Comment @key(fields: "id") { id: ID! authorId: ID @external }
        type Author { id: ID! }`,
      resolvers: {
        Post: {
          author: ({ comments = [] }: { comments: { authorId: string }[] }) => {
            if (comments.length !== 3) throw new Error(`expected 3 comments, got ${comments.length}`);
            return { id: comments[2]?.authorId };
          },
        },
      },
    },
  },
  cases: [
    { query: "{ feed { author { id } } }", data: { feed: [{ author: { id: "a3" } }] } },
    {
      query: "{ feed { author { id } comments(limit: 1) { id } } }",
      stockDiffers: mergedByThePlanner,
      data: { feed: [{ author: { id: "a3" }, comments: [{ id: "c1" }] }] },
    },
    {
      query: "query ($limit: Int = 1) { feed { author { id } comments(limit: $limit) { id } } }",
      stockDiffers: mergedByThePlanner,
      data: { feed: [{ author: { id: "a3" }, comments: [{ id: "c1" }] }] },
    },
    {
      query: `query ($limit: Int = 1) { feed { author { id } ...A ...B } }
        fragment A on Post { comments(limit: $limit) { id } } fragment B on Post { comments(limit: $limit) { id } }`,
      stockDiffers: mergedByThePlanner,
      data: { feed: [{ author: { id: "a3" }, comments: [{ id: "c1" }] }] },
    },
  ],
};

const parcels = [
  { number: "1", ares: 300, district: "North" },
  { number: "2", ares: 100, district: "South" },
];
const rateOf = (district: string, year: number) => (district === "North" ? 10 : 20) + (year - 2024);

type Charged = { area: number; district: { rate: number } };

const severalArguments: Suite = {
  feature: "@requires of one field with other arguments for each of several fields",
  subgraphs: {
    registry: {
      sdl: `type Query { parcels: [Parcel!] } enum Unit { ARE HECTARE }
        type Parcel @key(fields: "number") { number: ID! area(unit: Unit!): Int district: District }
        type District { name: String rate(year: Int!): Int }`,
      resolvers: {
        Query: { parcels: () => parcels },
        Parcel: {
          __resolveReference: (key: never) => found(parcels, key),
          area: ({ ares }: { ares: number }, { unit }: { unit: string }) => (unit === "ARE" ? ares : ares / 100),
          district: ({ district }: { district: string }) => ({ name: district }),
        },
        District: { rate: ({ name }: { name: string }, { year }: { year: number }) => rateOf(name, year) },
      },
    },
    charges: {
      sdl: `enum Unit { ARE HECTARE }
        type Parcel @key(fields: "number") {
          number: ID! area(unit: Unit!): Int @external district: District @external
          sewerage: Int @requires(fields: "area(unit: ARE) district { rate(year: 2024) }")
          waste: Int @requires(fields: "area(unit: HECTARE) district { rate(year: 2024) }")
          drainage(percent: Int!): Int @requires(fields: "area(unit: HECTARE) district { rate(year: 2025) }")
          address: String
        }
        type District @external { rate(year: Int!): Int }`,
      resolvers: {
        Parcel: {
          sewerage: ({ area, district }: Charged) => area * district.rate,
          waste: ({ area, district }: Charged) => area * district.rate,
          drainage: ({ area, district }: Charged, { percent }: { percent: number }) =>
            (area * district.rate * percent) / 100,
          address: ({ number }: { number: string }) => `${number} Mill Lane`,
        },
      },
    },
  },
  cases: [
    {
      query: "{ parcels { sewerage waste } }",
      stockDiffers: mergedByThePlanner,
      data: {
        parcels: [
          { sewerage: 3000, waste: 30 },
          { sewerage: 2000, waste: 20 },
        ],
      },
    },
    {
      query:
        "query ($percent: Int!) { parcels { address drainage(percent: $percent) sewerage area(unit: ARE) district { rate(year: 2000) } } }",
      variables: { percent: 200 },
      stockDiffers: mergedByThePlanner,
      data: {
        parcels: [
          { address: "1 Mill Lane", drainage: 66, sewerage: 3000, area: 300, district: { rate: -14 } },
          { address: "2 Mill Lane", drainage: 42, sewerage: 2000, area: 100, district: { rate: -4 } },
        ],
      },
    },
    {
      query: "{ parcels { waste double: drainage(percent: 200) whole: drainage(percent: 100) } }",
      stockDiffers: mergedByThePlanner,
      data: {
        parcels: [
          { waste: 30, double: 66, whole: 33 },
          { waste: 20, double: 42, whole: 21 },
        ],
      },
    },
  ],
};

const defaultArgument: Suite = {
  feature: "@requires of a field without its argument, which the client gives",
  subgraphs: {
    registry: {
      sdl: `type Query { parcel: Parcel } type Parcel @key(fields: "number") { number: ID! owners(limit: Int = 3): [String!] }`,
      resolvers: {
        Query: { parcel: () => ({ number: "1" }) },
        Parcel: { owners: (_: never, { limit }: { limit: number }) => ["Ann", "Bo", "Cy", "Di"].slice(0, limit) },
      },
    },
    charges: {
      sdl: `type Parcel @key(fields: "number") {
        number: ID! owners(limit: Int = 3): [String!] @external shares: Int @requires(fields: "owners") }`,
      resolvers: { Parcel: { shares: ({ owners }: { owners: string[] }) => owners.length } },
    },
  },
  cases: [
    {
      query: "{ parcel { owners(limit: 1) shares } }",
      stockDiffers: mergedByThePlanner,
      data: { parcel: { owners: ["Ann"], shares: 3 } },
    },
    { query: "{ parcel { owners shares } }", data: { parcel: { owners: ["Ann", "Bo", "Cy"], shares: 3 } } },
  ],
};

const withAndWithout: Suite = {
  feature: "@requires of one field with its argument and without, in two fields asked together",
  subgraphs: {
    registry: defaultArgument.subgraphs.registry as Suite["subgraphs"][string],
    charges: {
      sdl: `type Parcel @key(fields: "number") {
        number: ID! owners(limit: Int = 3): [String!] @external
        shares: Int @requires(fields: "owners") firstOwner: String @requires(fields: "owners(limit: 1)") }`,
      resolvers: {
        Parcel: {
          shares: ({ owners }: { owners: string[] }) => owners.length,
          firstOwner: ({ owners }: { owners: string[] }) => owners.join(),
        },
      },
    },
  },
  cases: [
    {
      query: "{ parcel { shares firstOwner } }",
      stockDiffers: mergedByThePlanner,
      data: { parcel: { shares: 3, firstOwner: "Ann" } },
    },
  ],
};

export const requiredArgumentSuites: readonly Suite[] = [
  withArgument,
  listWithArgument,
  severalArguments,
  defaultArgument,
  withAndWithout,
];
