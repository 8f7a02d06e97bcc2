import { found, type Suite } from "./suite.ts";

const provides: Suite = {
  feature: "@provides, nested, on unions and on interfaces",
  subgraphs: {
    a: {
      sdl: `type Query { products: [Product] @provides(fields: "categories { id subCategories { id name } }") media: [Media] @provides(fields: "... on Book { animals { id name } }") }
        type Product @key(fields: "id") { id: ID! categories: [Category] @external }
        type Category @key(fields: "id") { id: ID! @external subCategories: [Category] @external name: String @external }
        union Media = Book | Movie
        type Book @key(fields: "id") { id: ID! animals: [Animal] @external } type Movie { id: ID! }
        type Animal { id: ID! @external name: String @external }`,
      resolvers: {
        Query: {
          products: () => [{ id: "p1", categories: [{ id: "c1", subCategories: [{ id: "c2", name: "provided" }] }] }],
          media: () => [
            { __typename: "Book", id: "b1", animals: [{ id: "a1", name: "provided" }] },
            { __typename: "Movie", id: "x" },
          ],
        },
      },
    },
    b: {
      sdl: `type Product @key(fields: "id") { id: ID! categories: [Category] @shareable }
        type Category @key(fields: "id") { id: ID! subCategories: [Category] @shareable name: String @shareable price: Int }
        type Book @key(fields: "id") { id: ID! animals: [Animal] @shareable } type Animal @shareable { id: ID! name: String age: Int }`,
      resolvers: {
        Product: { categories: () => [{ id: "c1" }] },
        Category: {
          name: ({ id }: { id: string }) => `name of ${id}`,
          subCategories: () => [{ id: "c2" }],
          price: () => 5,
        },
        Book: { animals: () => [{ id: "a1", name: "fetched", age: 3 }] },
      },
    },
  },
  cases: [
    {
      query: "{ products { id categories { id subCategories { id name } } } }",
      data: { products: [{ id: "p1", categories: [{ id: "c1", subCategories: [{ id: "c2", name: "provided" }] }] }] },
    },
    {
      query: "{ products { categories { id name price } } }",
      data: { products: [{ categories: [{ id: "c1", name: "name of c1", price: 5 }] }] },
    },
    {
      query: "{ media { __typename ... on Book { animals { id name } } } }",
      data: { media: [{ __typename: "Book", animals: [{ id: "a1", name: "provided" }] }, { __typename: "Movie" }] },
    },
  ],
};

const override: Suite = {
  feature: "@override, also from a subgraph that is not there, and on interfaces",
  subgraphs: {
    a: {
      sdl: `type Query { feed: [Post] } type Post @key(fields: "id") { id: ID! createdAt: String title: String }
        interface Item { id: ID! } type Ad implements Item @key(fields: "id") { id: ID! url: String }`,
      resolvers: { Query: { feed: () => [{ id: "p1", createdAt: "a", title: "T" }] } },
    },
    b: {
      sdl: `type Query { items: [Item] } interface Item { id: ID! createdAt: String }
        type Post implements Item @key(fields: "id") { id: ID! createdAt: String @override(from: "a") }
        type Ad implements Item @key(fields: "id") { id: ID! createdAt: String @override(from: "gone") }`,
      resolvers: {
        Query: {
          items: () => [
            { __typename: "Post", id: "p1" },
            { __typename: "Ad", id: "ad1" },
          ],
        },
        Post: { createdAt: () => "b" },
        Ad: { createdAt: () => "b" },
      },
    },
  },
  cases: [
    { query: "{ feed { id createdAt title } }", data: { feed: [{ id: "p1", createdAt: "b", title: "T" }] } },
    {
      query: "{ items { id createdAt ... on Post { title } } }",
      data: {
        items: [
          { id: "p1", createdAt: "b", title: null },
          { id: "ad1", createdAt: "b" },
        ],
      },
    },
  ],
};

const inaccessible: Suite = {
  feature: "@inaccessible fields, arguments, input fields and types",
  subgraphs: {
    a: {
      sdl: `type Query { users(only: Filter, hidden: Int @inaccessible): [User] } type User @key(fields: "ref") { ref: ID! @inaccessible id: ID! secret: Secret @inaccessible }
        type Secret @inaccessible { x: Int } input Filter { id: ID internal: Boolean @inaccessible }`,
      resolvers: {
        Query: {
          users: (_: never, { only }: { only?: { id?: string } }) =>
            [
              { ref: "r1", id: "1" },
              { ref: "r2", id: "2" },
            ].filter(({ id }) => !only?.id || only.id === id),
        },
      },
    },
    b: {
      sdl: 'type User @key(fields: "ref") { ref: ID! age: Int }',
      resolvers: { User: { age: ({ ref }: { ref: string }) => Number(ref.slice(1)) * 10 } },
    },
  },
  cases: [
    {
      query: "{ users { id age } }",
      data: {
        users: [
          { id: "1", age: 10 },
          { id: "2", age: 20 },
        ],
      },
    },
    {
      query: "query ($f: Filter) { users(only: $f) { age } }",
      variables: { f: { id: "2" } },
      data: { users: [{ age: 20 }] },
    },
    {
      query: '{ __type(name: "User") { fields { name } } }',
      data: { __type: { fields: [{ name: "id" }, { name: "age" }] } },
    },
    {
      query: '{ __type(name: "Secret") { name } users { __typename } }',
      data: { __type: null, users: [{ __typename: "User" }, { __typename: "User" }] },
    },
    {
      query: '{ __type(name: "Filter") { inputFields { name } } }',
      data: { __type: { inputFields: [{ name: "id" }] } },
    },
  ],
};

const rows = [{ id: "1", name: "one", price: 3, tags: ["a", "b"] }];

const conditions: Suite = {
  feature: "@skip and @include, on fields, fragments, and fields of other subgraphs",
  subgraphs: {
    a: {
      sdl: 'type Query { product(rank: Int): Product } type Product @key(fields: "id") { id: ID! name: String price: Int tags: [String!] }',
      resolvers: {
        Query: { product: () => rows[0] },
        Product: { __resolveReference: (key: never) => found(rows, key) },
      },
    },
    b: {
      sdl: `type Product @key(fields: "id") { id: ID! price: Int @external cheap: Boolean @requires(fields: "price") neverCalled: Int }`,
      resolvers: {
        Product: {
          cheap: ({ price }: { price: number }) => price < 10,
          neverCalled: () => {
            throw new Error("was called");
          },
        },
      },
    },
  },
  cases: [
    {
      query: "query ($if: Boolean!) { product { id neverCalled @include(if: $if) } }",
      variables: { if: false },
      data: { product: { id: "1" } },
    },
    {
      query: "query ($if: Boolean = true) { product { id neverCalled @skip(if: $if) } }",
      data: { product: { id: "1" } },
    },
    {
      query: "query ($if: Boolean!) { product { price cheap @include(if: $if) } }",
      variables: { if: true },
      data: { product: { price: 3, cheap: true } },
    },
    {
      query:
        "query ($a: Boolean!, $b: Boolean!) { product { ... @include(if: $a) { name cheap } ... @skip(if: $b) { name tags } } }",
      variables: { a: false, b: false },
      data: { product: { name: "one", tags: ["a", "b"] } },
    },
    {
      query:
        "query ($a: Boolean!) { product { ...F @include(if: $a) ...G } } fragment F on Product { name cheap } fragment G on Product { id ...F @skip(if: $a) }",
      variables: { a: true },
      data: { product: { name: "one", cheap: true, id: "1" } },
    },
    {
      query:
        "query ($a: Boolean!) { product { ...F @include(if: $a) ...G } } fragment F on Product { name cheap } fragment G on Product { id ...F @skip(if: $a) }",
      variables: { a: false },
      data: { product: { id: "1", name: "one", cheap: true } },
    },
    { query: "{ product @skip(if: true) { id } __typename }", data: { __typename: "Query" } },
    {
      query: "query ($a: Boolean!) { ...F @include(if: $a) ...F } fragment F on Query { product { name price } }",
      variables: { a: false },
      data: { product: { name: "one", price: 3 } },
    },
    {
      query: "query ($if: Boolean = true) { product { id name @include(if: $if) } }",
      variables: { if: null },
      data: undefined,
      errors: true,
    },
    {
      query: "query ($if: Boolean = true) { product { id ...F } } fragment F on Product { price @skip(if: $if) }",
      variables: { if: null },
      data: undefined,
      errors: true,
    },
    {
      query:
        "query A($if: Int) { product(rank: $if) { id } } query B($if: Boolean!) { product { ...F } } fragment F on Product { id @skip(if: $if) }",
      operationName: "A",
      variables: { if: null },
      data: { product: { id: "1" } },
    },
    { query: "query ($a: Boolean!) { product @include(if: $a) { neverCalled } }", variables: { a: false }, data: {} },
  ],
};

const mutations: Suite = (() => {
  let numbers: number[] = [];
  const push = (_: never, { value }: { value: number }) => {
    numbers.push(value);
    return { id: String(value), numbers: [...numbers] };
  };
  return {
    feature: "mutations, in the order written, across subgraphs",
    subgraphs: {
      a: {
        sdl: 'type Query { numbers: [Int] } type Mutation { pushA(value: Int!): Pushed reset: Boolean } type Pushed @key(fields: "id") { id: ID! numbers: [Int] @shareable }',
        resolvers: {
          Query: { numbers: () => numbers },
          Mutation: {
            pushA: push,
            reset: () => {
              numbers = [];
              return true;
            },
          },
        },
      },
      b: {
        sdl: 'type Mutation { pushB(value: Int!): Pushed } type Pushed @key(fields: "id") { id: ID! numbers: [Int] @shareable double: Int }',
        resolvers: { Mutation: { pushB: push }, Pushed: { double: ({ id }: { id: string }) => Number(id) * 2 } },
      },
    },
    cases: [
      {
        query:
          "mutation { reset one: pushA(value: 1) { numbers } two: pushB(value: 2) { numbers double } three: pushA(value: 3) { id double numbers } }",
        data: {
          reset: true,
          one: { numbers: [1] },
          two: { numbers: [1, 2], double: 4 },
          three: { id: "3", double: 6, numbers: [1, 2, 3] },
        },
      },
    ],
  };
})();

const sharedRoot: Suite = {
  feature: "root fields and value types that subgraphs share in parts",
  subgraphs: {
    name: {
      sdl: "type Query { product: Product @shareable } type Product @shareable { id: ID! name: Name } type Name @shareable { brand: String }",
      resolvers: { Query: { product: () => ({ id: "1", name: { brand: "b" } }) } },
    },
    price: {
      sdl: "type Query { product: Product @shareable } type Product @shareable { id: ID! price: Price } type Price @shareable { amount: Int }",
      resolvers: { Query: { product: () => ({ id: "1", price: { amount: 1000 } }) } },
    },
    category: {
      sdl: "type Query { product: Product @shareable } type Product @shareable { id: ID! category: String }",
      resolvers: { Query: { product: () => ({ id: "1", category: "c" }) } },
    },
  },
  cases: [
    {
      query: "{ product { id name { brand } price { amount } category } }",
      data: { product: { id: "1", name: { brand: "b" }, price: { amount: 1000 }, category: "c" } },
    },
  ],
};

const typenames: Suite = {
  feature: "__typename and introspection, alone and beside data",
  subgraphs: {
    a: {
      sdl: "type Query { a: Int union: U } union U = X | Y type X { x: Int } type Y { y: Int }",
      resolvers: { Query: { a: () => 1, union: () => ({ __typename: "X", x: 1 }) } },
    },
  },
  cases: [
    { query: "{ __typename }", data: { __typename: "Query" } },
    { query: "{ t: __typename a union { u: __typename } }", data: { t: "Query", a: 1, union: { u: "X" } } },
    { query: "{ __schema { queryType { name } } a }", data: { __schema: { queryType: { name: "Query" } }, a: 1 } },
    {
      query: "query ($n: String!) { __type(name: $n) { possibleTypes { name } } }",
      variables: { n: "U" },
      data: { __type: { possibleTypes: [{ name: "X" }, { name: "Y" }] } },
    },
    {
      query: "{ ...I } fragment I on Query { s: __schema { subscriptionType { name } } }",
      data: { s: { subscriptionType: null } },
    },
    { query: "query A { a } query B { __typename }", operationName: "B", data: { __typename: "Query" } },
  ],
};

const nulls: Suite = {
  feature: "nulls and errors, propagated to where the schema allows null",
  subgraphs: {
    a: {
      sdl: 'type Query { users: [User!] user: User! } type User @key(fields: "id") { id: ID! strict: Strict } type Strict { must: Int! list: [Int!]! }',
      resolvers: {
        Query: {
          users: () => [
            { id: "1", strict: { must: 1, list: [1] } },
            { id: "2", strict: { must: null, list: [1] } },
          ],
          user: () => ({ id: "3" }),
        },
      },
    },
    b: {
      sdl: 'type User @key(fields: "id") { id: ID! name: String! nick: String }',
      resolvers: {
        User: {
          name: ({ id }: { id: string }) => (id === "2" ? null : `n${id}`),
          nick: () => {
            throw new Error("password=hunter2");
          },
        },
      },
    },
  },
  cases: [
    {
      query: "{ users { id strict { must } } }",
      data: {
        users: [
          { id: "1", strict: { must: 1 } },
          { id: "2", strict: null },
        ],
      },
      errors: true,
    },
    { query: "{ users { id name } }", data: { users: null }, errors: true },
    { query: "{ user { name } }", data: { user: { name: "n3" } } },
    { query: "{ user { id nick } }", data: { user: { id: "3", nick: null } }, errors: true },
  ],
};

export const directiveSuites: readonly Suite[] = [
  provides,
  override,
  inaccessible,
  conditions,
  mutations,
  sharedRoot,
  typenames,
  nulls,
];
