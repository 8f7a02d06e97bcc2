import type { Suite } from "./suite.ts";

const saidNothing = "the planner asks nobody, and the stock executor says nothing of it";

const noTypes: Suite = {
  feature: "fields of an interface of which no subgraph has a type",
  subgraphs: {
    archive: {
      sdl: `type Query { record: Record folder: Folder } interface Record @key(fields: "id") { id: ID! }
        type Folder { id: ID! name: String }`,
      resolvers: { Query: { record: () => ({ id: "r1" }), folder: () => ({ id: "f1", name: "Deeds" }) } },
    },
    index: {
      sdl: `type Query { entry: Record }
        type Record @key(fields: "id", resolvable: false) @interfaceObject { id: ID! title: String }`,
      resolvers: { Query: { entry: () => ({ id: "r1", title: "Deed of 1907" }) } },
    },
  },
  cases: [
    { query: "{ entry { id title } }", data: { entry: { id: "r1", title: "Deed of 1907" } } },
    { query: "{ record { title } }", stockDiffers: saidNothing, data: undefined, errors: true },
    {
      query: "{ folder { name } lost: record { title } }",
      data: { folder: { name: "Deeds" }, lost: null },
      errors: true,
    },
    {
      query: "query ($b: Boolean = false) { folder { name } record @include(if: $b) { title } }",
      data: { folder: { name: "Deeds" } },
    },
    { query: "{ folder { name @skip(if: true) } }", data: { folder: {} } },
    {
      query: "query ($b: Boolean = true) { folder @skip(if: $b) { name } }",
      data: {},
    },
  ],
};

export const unanswerableSuites: readonly Suite[] = [noTypes];
