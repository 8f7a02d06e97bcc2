import { found, type Suite } from "./suite.ts";

const composite = { one: "1", two: "2", three: "3" };

const mashup: Suite = {
  feature: "several keys, of which each subgraph resolves others",
  subgraphs: {
    a: {
      sdl: `type A @key(fields: "id") @key(fields: "pId", resolvable: false) @key(fields: "compositeId { one two }", resolvable: false)
          @key(fields: "id compositeId { two three }", resolvable: false) { id: ID! pId: ID! compositeId: CompositeID! name: String! }
        type CompositeID @shareable { one: ID! two: ID! three: ID! }`,
      resolvers: {
        A: {
          __resolveReference: ({ id }: { id: string }) => ({
            id,
            pId: `p${id}`,
            compositeId: composite,
            name: `a.${id}`,
          }),
        },
      },
    },
    b: {
      sdl: `type Query { b: B } type B @key(fields: "id") { id: ID! a: [A!]! }
        type A @key(fields: "compositeId { one two }", resolvable: false) @key(fields: "id compositeId { two three }")
          @key(fields: "pId", resolvable: false) @key(fields: "id", resolvable: false)
          { id: ID! pId: ID! compositeId: CompositeID! name: String! @external nameInB: String! @requires(fields: "name") }
        type CompositeID @shareable { one: ID! two: ID! three: ID! }`,
      resolvers: {
        Query: { b: () => ({ id: "100", a: [{ id: "1", pId: "p1", compositeId: composite }] }) },
        A: {
          nameInB: ({ name }: { name?: string }) => {
            if (!name) throw new Error("name was not provided");
            return `in b ${name}`;
          },
        },
      },
    },
  },
  cases: [
    {
      query: "{ b { id a { id name nameInB } } }",
      data: { b: { id: "100", a: [{ id: "1", name: "a.1", nameInB: "in b a.1" }] } },
    },
    { query: "{ b { a { nameInB } } }", data: { b: { a: [{ nameInB: "in b a.1" }] } } },
    {
      query: "{ b { id: __typename a { pId: id id: pId name } } }",
      stockDiffers: "a client's alias overwrites a key",
      data: { b: { id: "B", a: [{ pId: "1", id: "p1", name: "a.1" }] } },
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
export const keySuites: readonly Suite[] = [mashup, chainOfKeys, nullKeys, nestedKey, parentCall];
