import { found, type Suite } from "./suite.ts";

const location = { district: "North", street: "Mill Lane", house: "7" };

const unresolvableKeys: Suite = {
  feature: "several keys, of which each subgraph resolves others",
  subgraphs: {
    registry: {
      sdl: `type Parcel @key(fields: "number") @key(fields: "deed", resolvable: false)
          @key(fields: "location { district street }", resolvable: false) { number: ID! deed: ID! location: Location! owner: String! }
        type Location @shareable { district: ID! street: ID! house: ID! }`,
      resolvers: {
        Parcel: {
          __resolveReference: ({ number }: { number: string }) => ({
            number,
            deed: `D${number}`,
            location,
            owner: `owner of ${number}`,
          }),
        },
      },
    },
    permits: {
      sdl: `type Query { permit: Permit } type Permit @key(fields: "id") { id: ID! parcels: [Parcel!]! }
        type Parcel @key(fields: "location { district street }", resolvable: false) @key(fields: "deed", resolvable: false)
          @key(fields: "number location { street house }")
          { number: ID! deed: ID! location: Location! owner: String! @external notice: String! @requires(fields: "owner") }
        type Location @shareable { district: ID! street: ID! house: ID! }`,
      resolvers: {
        Query: { permit: () => ({ id: "100", parcels: [{ number: "1", deed: "D1", location }] }) },
        Parcel: {
          __resolveReference: (key: { number?: string; location?: { house?: string } }) =>
            key.number && key.location?.house ? key : null,
          notice: ({ number, owner }: { number: string; owner?: string }) => `to the ${owner}, number ${number}`,
        },
      },
    },
  },
  cases: [
    {
      query: "{ permit { id parcels { number owner notice } } }",
      stockDiffers: "the planner comes back by a key that is not resolvable",
      data: {
        permit: {
          id: "100",
          parcels: [{ number: "1", owner: "owner of 1", notice: "to the owner of 1, number 1" }],
        },
      },
    },
    {
      query: "{ permit { parcels { notice } } }",
      stockDiffers: "the planner comes back by a key that is not resolvable",
      data: { permit: { parcels: [{ notice: "to the owner of 1, number 1" }] } },
    },
    {
      query: "{ permit { id: __typename parcels { deed: number number: deed owner } } }",
      stockDiffers: "a client's alias overwrites a key",
      data: { permit: { id: "Permit", parcels: [{ deed: "1", number: "D1", owner: "owner of 1" }] } },
    },
  ],
};

const users = [
  { id: "u1", email: "ann@example.org", name: "Ann", nickname: "annie" },
  { id: "u2", email: "bo@example.org", name: "Bo", nickname: "b" },
];

const chainOfKeys: Suite = {
  feature: "a key that only a third subgraph can give",
  subgraphs: {
    emails: {
      sdl: 'type Query { user: User users: [User] } type User @key(fields: "email") { email: ID! }',
      resolvers: { Query: { user: () => ({ email: "ann@example.org" }), users: () => users } },
    },
    ids: {
      sdl: 'type User @key(fields: "id") @key(fields: "email") { id: ID! email: ID! }',
      resolvers: { User: { __resolveReference: (key: never) => found(users, key) } },
    },
    names: {
      sdl: 'type User @key(fields: "id") { id: ID! name: String profile: Profile } type Profile { nickname: String }',
      resolvers: {
        User: {
          __resolveReference: (key: never) => found(users, key),
          profile: ({ nickname }: { nickname: string }) => ({ nickname }),
        },
      },
    },
  },
  cases: [
    { query: "{ user { name } }", data: { user: { name: "Ann" } } },
    {
      query: "{ users { id name profile { nickname } } }",
      data: { users: users.map(({ id, name, nickname }) => ({ id, name, profile: { nickname } })) },
    },
    { query: "{ user { id: name email: id } }", data: { user: { id: "Ann", email: "u1" } } },
  ],
};

const nullKeys: Suite = {
  feature: "entities whose key is null or unknown",
  subgraphs: {
    a: {
      sdl: `type Query { books: [Container] } type Container { book: Book } type Book @key(fields: "upc") { upc: ID! }`,
      resolvers: {
        Query: {
          books: () => [{ book: { upc: "b1" } }, { book: { upc: "b2" } }, { book: { upc: "b3" } }, { book: null }],
        },
      },
    },
    b: {
      sdl: 'type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }',
      resolvers: {
        Book: {
          __resolveReference: ({ id, upc = `b${id}` }: { id?: string; upc?: string }) =>
            upc === "b2" ? null : { upc, id: upc.slice(1) },
        },
      },
    },
    c: {
      sdl: 'type Book @key(fields: "id") { id: ID! author: Author } type Author @key(fields: "id") { id: ID! name: String }',
      resolvers: {
        Book: {
          __resolveReference: ({ id }: { id: string }) =>
            id === "1" ? { id, author: { id: "a1", name: "Alice" } } : null,
        },
      },
    },
  },
  cases: [
    {
      query: "{ books { book { upc author { name } } } }",
      data: {
        books: [
          { book: { upc: "b1", author: { name: "Alice" } } },
          { book: { upc: "b2", author: null } },
          { book: { upc: "b3", author: null } },
          { book: null },
        ],
      },
    },
  ],
};

const nestedKey: Suite = {
  feature: "keys with lists of objects inside",
  subgraphs: {
    products: {
      sdl: `type Query { top: ProductList } type ProductList @key(fields: "products { id }") { products: [Product!]! }
        type Product @key(fields: "id") { id: ID! category: Category @shareable } type Category { id: ID! @shareable tag: String @shareable }`,
      resolvers: {
        Product: {
          __resolveReference: ({ id }: { id: string }) => ({ id, category: { id: `c${id}`, tag: `t${id}` } }),
        },
        Query: {
          top: () => ({
            products: [
              { id: "1", category: { id: "c1", tag: "t1" } },
              { id: "2", category: { id: "c2", tag: "t2" } },
            ],
          }),
        },
      },
    },
    lists: {
      sdl: `type ProductList @key(fields: "products { id }") { products: [Product!]! first: Product selected: Product }
        type Product @key(fields: "id") { id: ID! }`,
      resolvers: {
        ProductList: {
          first: ({ products }: { products: unknown[] }) => products[0],
          selected: ({ products }: { products: unknown[] }) => products[1],
        },
      },
    },
    prices: {
      sdl: `type Product @key(fields: "id category { id tag }") { id: ID! category: Category @shareable price: Int }
        type Category { id: ID! @shareable tag: String @shareable }`,
      resolvers: {
        Product: {
          price: ({ id, category }: { id: string; category: { tag: string } }) =>
            Number(id) * (category.tag === `t${id}` ? 10 : 0),
        },
      },
    },
  },
  cases: [
    {
      query: "{ top { products { id price category { tag } } first { id price } selected { id } } }",
      data: {
        top: {
          products: [
            { id: "1", price: 10, category: { tag: "t1" } },
            { id: "2", price: 20, category: { tag: "t2" } },
          ],
          first: { id: "1", price: 10 },
          selected: { id: "2" },
        },
      },
    },
  ],
};

const parentCall: Suite = {
  feature: "an entity that is asked for what its child lacks",
  subgraphs: {
    a: {
      sdl: 'type Query { product: Product } type Product @key(fields: "id") { id: ID! }',
      resolvers: { Query: { product: () => ({ id: "p1" }) } },
    },
    b: {
      sdl: 'type Product @key(fields: "id") { id: ID! category: Category @shareable } type Category { details: String }',
      resolvers: { Product: { category: () => ({ details: "details" }) } },
    },
    c: {
      sdl: 'type Product @key(fields: "id") { id: ID! category: Category @shareable } type Category { name: String @shareable }',
      resolvers: { Product: { category: () => ({ name: "name" }) } },
    },
    d: {
      sdl: 'type Product @key(fields: "id") { id: ID! notes: [Note] } type Note @shareable { text: String }',
      resolvers: { Product: { notes: () => [{ text: "x" }, null] } },
    },
  },
  cases: [
    {
      query: "{ product { category { details name } notes { text } } }",
      data: { product: { category: { details: "details", name: "name" }, notes: [{ text: "x" }, null] } },
    },
  ],
};
export const keySuites: readonly Suite[] = [unresolvableKeys, chainOfKeys, nullKeys, nestedKey, parentCall];
