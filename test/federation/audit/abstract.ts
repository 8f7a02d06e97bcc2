import { found, type Suite } from "./suite.ts";

const media = [
  { __typename: "Book", id: "m1", title: "Dune", pages: 600, by: "Frank" },
  { __typename: "Movie", id: "m2", title: "Alien", minutes: 117, by: "Ridley" },
];

const unions: Suite = {
  feature: "unions and interfaces spread over subgraphs",
  subgraphs: {
    catalogue: {
      sdl: `type Query { all: [Media!] one(id: ID!): Item search: [Item] }
        interface Media { id: ID! title: String }
        union Item = Book | Movie
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Movie implements Media @key(fields: "id") { id: ID! title: String minutes: Int }`,
      resolvers: {
        Query: {
          all: () => media,
          search: () => [...media, null],
          one: (_: never, { id }: { id: string }) => media.find((item) => item.id === id),
        },
      },
    },
    people: {
      sdl: `type Book @key(fields: "id") { id: ID! author: Person } type Movie @key(fields: "id") { id: ID! director: Person }
        type Person @key(fields: "name") { name: ID! }`,
      resolvers: {
        Book: {
          __resolveReference: (key: never) => found(media, key),
          author: ({ by }: { by: string }) => ({ name: by }),
        },
        Movie: {
          __resolveReference: (key: never) => found(media, key),
          director: ({ by }: { by: string }) => ({ name: by }),
        },
      },
    },
    ages: {
      sdl: 'type Person @key(fields: "name") { name: ID! born: Int }',
      resolvers: { Person: { born: ({ name }: { name: string }) => name.length + 1900 } },
    },
  },
  cases: [
    {
      query:
        "{ all { __typename id ... on Book { pages author { name born } } ... on Movie { minutes director { born } } } }",
      data: {
        all: [
          { __typename: "Book", id: "m1", pages: 600, author: { name: "Frank", born: 1905 } },
          { __typename: "Movie", id: "m2", minutes: 117, director: { born: 1906 } },
        ],
      },
    },
    {
      query: "{ search { ... on Media { kind: __typename title } ... on Book { author { name } } } }",
      data: {
        search: [{ kind: "Book", title: "Dune", author: { name: "Frank" } }, { kind: "Movie", title: "Alien" }, null],
      },
    },
    { query: '{ one(id: "m2") { ... on Book { pages } } }', data: { one: {} } },
    { query: '{ one(id: "none") { __typename } }', data: { one: null } },
    {
      query:
        "{ all { ...Who } } fragment Who on Media { ... on Book { person: author { name } } ... on Movie { person: director { name born } } }",
      data: { all: [{ person: { name: "Frank" } }, { person: { name: "Ridley", born: 1906 } }] },
    },
  ],
};

const intersection: Suite = {
  feature: "a union and an enum that subgraphs know in part",
  subgraphs: {
    a: {
      sdl: `type Query { media: Media viewer: Viewer } union Media = Book type Book { title: String! @shareable }
        type Viewer @key(fields: "id") { id: ID! media: Media @shareable kind: Kind @shareable } enum Kind { OLD NEW SECRET @inaccessible }`,
      resolvers: {
        Query: {
          media: () => ({ __typename: "Book", title: "T" }),
          viewer: () => ({ id: "v", media: { __typename: "Book", title: "T" }, kind: "SECRET" }),
        },
      },
    },
    b: {
      sdl: `union Media = Book | Song type Book { title: String! @shareable } type Song { title: String! length: Int }
        type Viewer @key(fields: "id") { id: ID! media: Media @shareable kind: Kind @shareable song: Media books: [Book] } enum Kind { OLD NEW SECRET @inaccessible }`,
      resolvers: {
        Viewer: { song: () => ({ __typename: "Song", title: "S", length: 3 }), books: () => [{ title: "B" }] },
      },
    },
  },
  cases: [
    { query: "{ media { ... on Book { title } ... on Song { length } } }", data: { media: { title: "T" } } },
    {
      query: "{ viewer { media { __typename } song { __typename ... on Song { title length } } books { title } } }",
      data: {
        viewer: {
          media: { __typename: "Book" },
          song: { __typename: "Song", title: "S", length: 3 },
          books: [{ title: "B" }],
        },
      },
    },
    { query: "{ viewer { id kind } }", data: { viewer: { id: "v", kind: null } } },
  ],
};

const interfaceObject: Suite = {
  feature: "@interfaceObject, also with @requires",
  subgraphs: {
    a: {
      sdl: `type Query { users: [NodeWithName!]! anotherUsers: [NodeWithName] }
        interface NodeWithName @key(fields: "id") { id: ID! name: String }
        type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }
        type Bot implements NodeWithName @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          users: () => [
            { __typename: "User", id: "u1", name: "Ann", age: 11 },
            { __typename: "Bot", id: "u2", name: "Rob" },
          ],
          anotherUsers: () => [{ __typename: "User", id: "u1", name: "Ann", age: 11 }, null],
        },
        NodeWithName: {
          __resolveReference: ({ id }: { id: string }) =>
            id === "u1" ? { __typename: "User", id, name: "Ann", age: 11 } : { __typename: "Bot", id, name: "Rob" },
        },
        User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: "Ann", age: 11 }) },
      },
    },
    b: {
      sdl: `type Query { accounts: [NodeWithName] }
        type NodeWithName @key(fields: "id") @interfaceObject { id: ID! name: String @external
          username: String hello: String @requires(fields: "name") }`,
      resolvers: {
        Query: { accounts: () => [{ id: "u2" }, { id: "u1" }] },
        NodeWithName: {
          username: ({ id }: { id: string }) => `${id}-name`,
          hello: ({ name }: { name: string }) => `hello ${name}`,
        },
      },
    },
  },
  cases: [
    {
      query: "{ users { id name username } }",
      data: {
        users: [
          { id: "u1", name: "Ann", username: "u1-name" },
          { id: "u2", name: "Rob", username: "u2-name" },
        ],
      },
    },
    {
      query: "{ anotherUsers { hello ... on User { age } } }",
      data: { anotherUsers: [{ hello: "hello Ann", age: 11 }, null] },
    },
    {
      query: "{ accounts { __typename id name username } }",
      data: {
        accounts: [
          { __typename: "Bot", id: "u2", name: "Rob", username: "u2-name" },
          { __typename: "User", id: "u1", name: "Ann", username: "u1-name" },
        ],
      },
    },
    {
      query: "{ accounts { ... on User { age username } } }",
      data: { accounts: [{}, { age: 11, username: "u1-name" }] },
    },
    {
      query: "{ users { id ... on Bot { username __typename } } }",
      stockDiffers: "the interface's name from @interfaceObject overwrites the type that is known",
      data: { users: [{ id: "u1" }, { id: "u2", username: "u2-name", __typename: "Bot" }] },
    },
    {
      query: "{ accounts { username ...Key } } fragment Key on NodeWithName { id }",
      data: {
        accounts: [
          { username: "u2-name", id: "u2" },
          { username: "u1-name", id: "u1" },
        ],
      },
    },
    {
      query: "query ($b: Boolean = false) { accounts { id ... on Bot @include(if: $b) { name } } }",
      data: { accounts: [{ id: "u2" }, { id: "u1" }] },
    },
    { query: "{ accounts { hello } }", data: { accounts: [{ hello: "hello Rob" }, { hello: "hello Ann" }] } },
    {
      query: "{ users { ... on User { hello username } __typename } }",
      data: { users: [{ hello: "hello Ann", username: "u1-name", __typename: "User" }, { __typename: "Bot" }] },
    },
  ],
};

const mismatch: Suite = {
  feature: "fields of one name with different types under a union",
  subgraphs: {
    a: {
      sdl: `type Query { accounts: [Account!]! } union Account = User | Admin
        type User @key(fields: "id") { id: ID name: String! similar: [Account!] } type Admin { id: ID! name: String photo: String }`,
      resolvers: {
        Query: {
          accounts: () => [
            { __typename: "User", id: "u1", name: "Ann" },
            { __typename: "Admin", id: "a1", name: null, photo: "p" },
          ],
        },
        User: {
          __resolveReference: ({ id }: { id: string }) => ({ id, name: "Ann" }),
          similar: () => [{ __typename: "Admin", id: "a2", name: "Bo" }],
        },
      },
    },
    b: {
      sdl: 'type User @key(fields: "id") { id: ID score: Int! } type Ignored { id: ID }',
      resolvers: { User: { score: () => 7 } },
    },
  },
  cases: [
    {
      query: "{ accounts { ... on User { id score u: name } ... on Admin { a: id name photo } } }",
      data: {
        accounts: [
          { id: "u1", score: 7, u: "Ann" },
          { a: "a1", name: null, photo: "p" },
        ],
      },
    },
    {
      query: "{ accounts { ... on User { similar { __typename ... on Admin { name } ... on User { score } } } } }",
      data: { accounts: [{ similar: [{ __typename: "Admin", name: "Bo" }] }, {}] },
    },
  ],
};

export const abstractSuites: readonly Suite[] = [unions, intersection, interfaceObject, mismatch];
