import type { Suite } from "./suite.ts";

const chained: Suite = {
  feature: "@requires of what another @requires computes",
  subgraphs: {
    a: {
      sdl: `type Product @key(fields: "id") {
        id: ID! price: Int @external discounted: Boolean @requires(fields: "price") }`,
      resolvers: {
        Product: { discounted: ({ price }: { price: number }) => price < 20 },
      },
    },
    b: {
      sdl: 'type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int }',
      resolvers: { Query: { product: () => ({ id: "p1" }) }, Product: { price: () => 11 } },
    },
    c: {
      sdl: `type Product @key(fields: "id") { id: ID! discounted: Boolean @external
        label: String @requires(fields: "discounted") }`,
      resolvers: { Product: { label: ({ discounted }: { discounted: boolean }) => (discounted ? "sale" : "full") } },
    },
    d: {
      sdl: `type Product @key(fields: "id") { id: ID! label: String @external
        sign: String @requires(fields: "label") }`,
      resolvers: { Product: { sign: ({ label }: { label: string }) => `${label}!` } },
    },
  },
  cases: [
    { query: "{ product { sign } }", data: { product: { sign: "sale!" } } },
    {
      query: "{ product { sign label discounted price } }",
      data: { product: { sign: "sale!", label: "sale", discounted: true, price: 11 } },
    },
  ],
};

const circular: Suite = {
  feature: "@requires in a circle of subgraphs",
  subgraphs: {
    a: {
      sdl: `type Query { feed: [Post] }
        type Post @key(fields: "id") { id: ID! byNovice: Boolean @external byExpert: Boolean @requires(fields: "byNovice") }`,
      resolvers: {
        Query: { feed: () => [{ id: "1" }, { id: "2" }] },
        Post: { byExpert: ({ byNovice }: { byNovice: boolean }) => !byNovice },
      },
    },
    b: {
      sdl: `type Post @key(fields: "id") { id: ID! author: Author byNovice: Boolean @requires(fields: "author { yearsOfExperience }") }
        type Author @key(fields: "id") { id: ID! yearsOfExperience: Int @external }`,
      resolvers: {
        Post: {
          author: ({ id }: { id: string }) => ({ id: `a${id}` }),
          byNovice: ({ author }: { author: { yearsOfExperience: number } }) => author.yearsOfExperience < 5,
        },
      },
    },
    c: {
      sdl: 'type Author @key(fields: "id") { id: ID! name: String yearsOfExperience: Int }',
      resolvers: {
        Author: { yearsOfExperience: ({ id }: { id: string }) => (id === "a1" ? 2 : 20), name: () => "Ann" },
      },
    },
  },
  cases: [
    {
      query: "{ feed { byNovice byExpert author { name } } }",
      data: {
        feed: [
          { byNovice: true, byExpert: false, author: { name: "Ann" } },
          { byNovice: false, byExpert: true, author: { name: "Ann" } },
        ],
      },
    },
  ],
};

const interfaceField: Suite = {
  feature: "@requires of an interface and of fragments on it",
  subgraphs: {
    users: {
      sdl: `type Query { users: [User] } type User @key(fields: "id") { id: ID! address: Address home: Place }
        interface Address { id: ID! } type HomeAddress implements Address @key(fields: "id") { id: ID! city: String }
        type WorkAddress implements Address @key(fields: "id") { id: ID! city: String office: String }
        union Place = HomeAddress | WorkAddress`,
      resolvers: {
        Query: {
          users: () => [
            {
              id: "u1",
              address: { __typename: "HomeAddress", id: "h1", city: "Northport" },
              home: { __typename: "HomeAddress", id: "h1" },
            },
            { id: "u2", address: { __typename: "WorkAddress", id: "w1", city: "Eastport", office: "12" }, home: null },
          ],
        },
      },
    },
    delivery: {
      sdl: `type User @key(fields: "id") { id: ID! address: Address @external
          label: String @requires(fields: "address { ... on HomeAddress { id city } ... on WorkAddress { id office } }")
          kind: String @requires(fields: "address { __typename id }") }
        interface Address { id: ID! } type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @external }
        type WorkAddress implements Address @key(fields: "id") { id: ID! office: String @external }`,
      resolvers: {
        User: {
          label: ({ address }: { address: { city?: string; office?: string } }) =>
            address.city ?? `office ${address.office}`,
          kind: ({ address }: { address: { __typename: string } }) => address.__typename,
        },
      },
    },
  },
  cases: [
    {
      query: "{ users { id label } }",
      data: {
        users: [
          { id: "u1", label: "Northport" },
          { id: "u2", label: "office 12" },
        ],
      },
    },
    {
      query:
        "{ users { label kind address { id ... on WorkAddress { city } } home { __typename ... on HomeAddress { id } } } }",
      data: {
        users: [
          {
            label: "Northport",
            kind: "HomeAddress",
            address: { id: "h1" },
            home: { __typename: "HomeAddress", id: "h1" },
          },
          { label: "office 12", kind: "WorkAddress", address: { id: "w1", city: "Eastport" }, home: null },
        ],
      },
    },
  ],
};

const overridden: Suite = {
  feature: "@requires together with @override",
  subgraphs: {
    a: {
      sdl: 'type Query { user: User } type User @key(fields: "id") { id: ID! name: String cart: Int }',
      resolvers: { Query: { user: () => ({ id: "u1" }) }, User: { name: () => "old", cart: () => 1 } },
    },
    b: {
      sdl: `type User @key(fields: "id") { id: ID! name: String @override(from: "a") cart: Int @external
        greeting: String @requires(fields: "cart") }`,
      resolvers: {
        User: { name: () => "new", greeting: ({ cart }: { cart: number }) => `hello ${cart}` },
      },
    },
  },
  cases: [
    { query: "{ user { name } }", data: { user: { name: "new" } } },
    { query: "{ user { greeting cart name } }", data: { user: { greeting: "hello 1", cart: 1, name: "new" } } },
  ],
};

export const requiresSuites: readonly Suite[] = [chained, circular, interfaceField, overridden];
