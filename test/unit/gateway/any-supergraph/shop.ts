import { GraphQLError } from "graphql";
import type { PlainSubgraph } from "../../../support/plain-subgraphs.ts";

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible"
])
directive @loud(much: Int! = 3) on FIELD`;

interface Item {
  readonly __typename: "Book" | "Tool";
  readonly upc: string;
  readonly name: string;
  readonly pages?: number;
  readonly weight?: number | null;
  readonly kind?: string;
}

const items: Item[] = [
  { __typename: "Book", upc: "b1", name: "Knots", pages: 90 },
  { __typename: "Tool", upc: "t1", name: "Saw", weight: 3, kind: "HAND" },
  { __typename: "Tool", upc: "t2", name: "Laser", weight: null, kind: "SECRET" },
  { __typename: "Book", upc: "b2", name: "Tides", pages: 300 },
];
const tallies = new Map<string, number>();

function change(slot: string, by: (value: number) => number): number {
  const value = by(tallies.get(slot) ?? 0);
  tallies.set(slot, value);
  return value;
}

const ofUpc = ({ upc }: { upc: string }) => items.find((item) => item.upc === upc) ?? null;

/** Items, a union over them, an enum of which clients do not see every value, mutations, and fields that fail. */
const catalogue: PlainSubgraph = {
  sdl: `${federation}
    type Query {
      items(kind: ToolKind): [Item]
      item(upc: ID!): Item
      find(text: String = "s"): [Found!]!
      hidden: [Tool!]
      late(day: Day!): Day
      fails: String
      failsHard: Failing
      numbers(of: [Int!]! = [1, 2]): [[Int]]
    }
    type Failing { it: String! beside: Int }
    scalar Day
    interface Item { upc: ID! name: String! }
    type Book implements Item @key(fields: "upc") { upc: ID! name: String! pages: Int }
    type Tool implements Item @key(fields: "upc") { upc: ID! name: String! weight: Int kind: ToolKind }
    enum ToolKind { HAND POWER SECRET @inaccessible }
    union Found = Book | Tool | Shelf
    type Shelf { row: Int! }
    input NewBook { name: String! pages: Int = 7 }
    type Mutation {
      addBook(book: NewBook!): Book!
      multiply(slot: String!, by: Int!): Int!
      refuse: Book
    }`,
  resolvers: {
    Query: {
      items: (_: never, { kind }: { kind?: string }) => (kind ? items.filter((item) => item.kind === kind) : items),
      item: (_: never, key: { upc: string }) => ofUpc(key),
      find: (_: never, { text }: { text: string }) => [
        ...items.slice(0, 4).filter(({ name }) => name.toLowerCase().includes(text)),
        { __typename: "Shelf", row: 4 },
      ],
      hidden: () => items.filter(({ kind }) => kind === "SECRET"),
      late: (_: never, { day }: { day: string }) => day,
      fails: () => {
        throw new GraphQLError("There is no ink left.", { extensions: { code: "OUT_OF_INK" } });
      },
      failsHard: () => ({ it: null, beside: 1 }),
      numbers: (_: never, { of }: { of: number[] }) => of.map((each) => [each, null]),
    },
    Mutation: {
      addBook: (_: never, { book }: { book: { name: string; pages: number } }) => {
        const added: Item = { __typename: "Book", upc: `b-${book.name}`, ...book };
        if (!ofUpc(added)) items.push(added);
        return added;
      },
      multiply: (_: never, { slot, by }: { slot: string; by: number }) => change(slot, (value) => value * by),
      refuse: () => {
        throw new Error("The shop is closed.");
      },
    },
    Book: { __resolveReference: ofUpc },
    Tool: { __resolveReference: ofUpc },
  },
};

/** What is in store, what sending it costs (by the weight that the catalogue knows), and the other mutation. */
const store: PlainSubgraph = {
  sdl: `${federation}
    type Query { cheapest: Book }
    type Book @key(fields: "upc") { upc: ID! inStore: Int }
    type Tool @key(fields: "upc") {
      upc: ID!
      weight: Int @external
      inStore: Int
      shipping(express: Boolean = false): Int @requires(fields: "weight")
    }
    type Mutation { add(slot: String!, number: Int!): Int! }`,
  resolvers: {
    Query: { cheapest: () => ({ __typename: "Book", upc: "b1" }) },
    Book: {
      __resolveReference: ({ upc }: { upc: string }) => ({ upc, inStore: upc.length }),
      inStore: ({ inStore, upc }: { inStore: number; upc: string }) => {
        if (upc === "b2") throw new GraphQLError("Nobody has counted b2.", { extensions: { code: "UNCOUNTED" } });
        return inStore;
      },
    },
    Tool: {
      __resolveReference: (tool: { upc: string }) => ({ ...tool, inStore: tool.upc.length }),
      shipping: ({ weight }: { weight?: number | null }, { express }: { express: boolean }) => {
        if (typeof weight !== "number") throw new Error("Things without weight cannot be sent.");
        return weight * (express ? 20 : 10);
      },
    },
    Mutation: {
      add: (_: never, { slot, number }: { slot: string; number: number }) => change(slot, (value) => value + number),
    },
  },
};

const rated: Readonly<Record<string, readonly string[]>> = { b1: ["r1", "r2"], t1: ["r3"], t2: [] };
const ratings: Readonly<Record<string, object>> = {
  r1: { id: "r1", stars: 5, by: { __typename: "Person", name: "Ada" } },
  r2: { id: "r2", stars: 1, by: { __typename: "Robot", serial: 7 } },
  r3: { id: "r3", stars: 3, by: null },
};

/** Ratings of items; their authors are a union of its own. */
const ratingsOf: PlainSubgraph = {
  sdl: `${federation}
    type Query { best: Rating }
    type Book @key(fields: "upc") { upc: ID! ratings: [Rating!] }
    type Tool @key(fields: "upc") { upc: ID! ratings: [Rating!] }
    type Rating @key(fields: "id") { id: ID! stars: Int! by: Author }
    union Author = Person | Robot
    type Person { name: String! }
    type Robot { serial: Int! }`,
  resolvers: {
    Query: { best: () => ratings.r1 },
    Book: {
      __resolveReference: ({ upc }: { upc: string }) => ({ upc }),
      ratings: ({ upc }: { upc: string }) => rated[upc]?.map((id) => ratings[id]),
    },
    Tool: {
      __resolveReference: ({ upc }: { upc: string }) => ({ upc }),
      ratings: ({ upc }: { upc: string }) => rated[upc]?.map((id) => ratings[id]),
    },
    Rating: { __resolveReference: ({ id }: { id: string }) => ratings[id] ?? null },
  },
};

/** What one rating was worth to others: a second hop. */
const votes: PlainSubgraph = {
  sdl: `${federation}
    type Query { voters: Int }
    type Rating @key(fields: "id") { id: ID! stars: Int! @external helpful: Boolean @requires(fields: "stars") }`,
  resolvers: {
    Query: { voters: () => 3 },
    Rating: {
      __resolveReference: (rating: object) => rating,
      helpful: ({ stars }: { stars: number }) => stars > 2,
    },
  },
};

export const shop: Readonly<Record<string, PlainSubgraph>> = { catalogue, store, ratings: ratingsOf, votes };
