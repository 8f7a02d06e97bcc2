import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { createInProcessSubgraph } from "../../shared/transport/in-process.ts";
import type { Subgraph } from "../../shared/transport/subgraph.ts";
import { attributesFor } from "./attributes.ts";
import { liveRecords, type PersonSource } from "./live-records.ts";
import { type PersonContext, personResolvers } from "./resolvers.ts";
import { personSdl } from "./schema.ts";
import { defaultSurvivorship, type Survivorship } from "./survivorship.ts";

export interface PersonOptions {
  /** Every department of the city. */
  readonly registry: readonly PersonSource[];
  readonly survivorship?: Survivorship;
  /** How long a department may take before names come from the others; 2,000 ms. */
  readonly deadlineMs?: number;
  /** Told the class name of an error that clients see only as an internal one. */
  readonly log?: (event: string, details: Readonly<Record<string, string>>) => void;
}

/** Name, birth date, identifiers, address and contact points, chosen among the live records of all departments. */
export function createPerson(options: PersonOptions): Subgraph {
  const { registry, survivorship = defaultSurvivorship, deadlineMs = 2_000 } = options;
  const sdl = personSdl(registry);
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: { ...personResolvers(survivorship), Query: { _service: () => ({ sdl }) } } },
  ]);
  return createInProcessSubgraph({
    name: "person",
    displayName: "Person",
    sdl,
    schema,
    context: ({ context: { signal } }, document): PersonContext => ({
      recordsOf: liveRecords({ sources: registry, attributes: attributesFor(document), deadlineMs, signal }),
    }),
    // It holds nothing of its own: where departments are down, they say so themselves.
    health: async () => "UP",
    close: async () => {},
    ...(options.log ? { log: options.log } : {}),
  });
}
