import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLError, type GraphQLFormattedError, parse } from "graphql";
import { createHandler } from "graphql-http/lib/use/http";
import { composeSupergraph } from "../../gateway/supergraph/index.ts";

type Resolver = (source: never, args: never) => unknown;

/** A subgraph as anybody could have written it: it knows nothing of Civigraph. */
export interface PlainSubgraph {
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
}

export interface ServedSubgraphs {
  /** Composed, with the address of each subgraph. */
  readonly supergraphSdl: string;
  /** Headers of every request that reached a subgraph, in order. */
  readonly received: readonly IncomingHttpHeaders[];
  /** Ends one of them, as a crash would. */
  stop(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Serves subgraphs by graphql-http over plain HTTP, each at a port of its own under `/<name>/query`. */
export async function servePlainSubgraphs(
  subgraphs: Readonly<Record<string, PlainSubgraph>>,
): Promise<ServedSubgraphs> {
  const received: IncomingHttpHeaders[] = [];
  const servers = new Map<string, Server>();
  const services = [];
  for (const [name, { sdl, resolvers }] of Object.entries(subgraphs)) {
    const answer = createHandler({
      schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never }),
      formatError: (error) => (error as GraphQLError).toJSON?.() as GraphQLFormattedError as GraphQLError,
    });
    const server = createServer((request, response) => {
      received.push(request.headers);
      // An address that nobody would guess: only join__graph says it.
      if (request.method !== "POST" || request.url !== `/${name}/query`) response.writeHead(404).end("nothing here");
      else void answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.set(name, server);
    services.push({ name, sdl, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/query` });
  }
  const { supergraph, faults } = composeSupergraph(services, { check: () => [] });
  if (!supergraph) throw new Error(faults.map(({ message }) => message).join("\n"));
  const stop = async (name: string) => {
    const server = servers.get(name);
    servers.delete(name);
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    supergraphSdl: supergraph.supergraphSdl,
    received,
    stop,
    close: async () => {
      await Promise.all([...servers.keys()].map(stop));
    },
  };
}
