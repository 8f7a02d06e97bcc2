import { buildSubgraphSchema } from "@apollo/subgraph";
import type { FastifyInstance } from "fastify";
import { parse } from "graphql";
import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import { createSubgraphServer } from "../../../shared/transport/http-server.ts";
import { createInProcessSubgraph } from "../../../shared/transport/in-process.ts";

export const secret = "a secret of the city";
export const context = { requestId: "r", audience: "city" };
export const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
type Permit @key(fields: "id") { id: ID! kind: String }`;
export const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Permit { id kind } } }`;
export const variables = { representations: [{ __typename: "Permit", id: "1" }] };

export const records: readonly PersonRecord[] = [
  {
    key: "1",
    fullName: "Ann Doe",
    identifier: [{ schemaAgency: "NATIONAL", notation: "1" }],
    address: { postCode: "1" },
  },
  { key: "2", telephone: ["+372 5"] },
];
export const feed: PersonFeed = {
  description: {
    department: "permits",
    name: "Permits",
    uniquePerPerson: true,
    personalKey: false,
    tellsChanges: true,
  },
  page: async ({ first, after }) => {
    const start = after === undefined ? 0 : Number(after);
    const next = start + first < records.length ? String(start + first) : null;
    return { records: records.slice(start, start + first), next };
  },
  byKeys: async (keys) => keys.map((key) => records.find((record) => record.key === key) ?? null),
  keys: async () => ({ keys: records.map(({ key }) => key), next: null }),
  count: async () => records.length,
};

/** A subgraph over HTTP with one type, a feed of two persons, and the doors of identity. */
export function createPermits(openSdl = false): FastifyInstance {
  const subgraph = createInProcessSubgraph({
    name: "permits",
    sdl,
    schema: buildSubgraphSchema({
      typeDefs: parse(sdl),
      resolvers: { Query: { hello: () => "hello" }, Permit: { kind: () => "BUILDING" } },
    }),
    context: () => undefined,
    health: async () => "UP",
    close: async () => {},
  });
  return createSubgraphServer({
    subgraph,
    secret,
    feed,
    openSdl,
    grants: {
      grants: async (asked, { audience }) => asked.map((record) => record === "permits:1" && audience === "city"),
    },
  });
}
