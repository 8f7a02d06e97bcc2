// The stock gateway: @apollo/gateway and @apollo/server as their documentation starts them, over the same subgraphs.
// Calls are signed, since our subgraphs answer no others. Settings come by environment: see gateway.bench.ts.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import makeFetchHappen from "make-fetch-happen";

const { SUPERGRAPH, SUBGRAPHS, SECRET } = process.env;
const addresses = JSON.parse(SUBGRAPHS);

// The settings of RemoteGraphQLDataSource's own fetcher.
const plainFetch = makeFetchHappen.defaults({ maxSockets: Number.POSITIVE_INFINITY, retry: false });

function signedFetch(url, init) {
  const caller = "gateway";
  const timestamp = String(Date.now());
  const nonce = randomBytes(16).toString("base64url");
  const digest = createHash("sha256").update(init.body).digest("base64url");
  const text = [caller, timestamp, nonce, init.method.toUpperCase(), digest, new URL(url).pathname].join("\n");
  const signature = createHmac("sha256", SECRET).update(text).digest("base64url");
  const headers = {
    ...init.headers,
    "x-civigraph-caller": caller,
    "x-civigraph-timestamp": timestamp,
    "x-civigraph-nonce": nonce,
    "x-civigraph-signature": signature,
  };
  return plainFetch(url, { ...init, headers });
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(SUPERGRAPH, "utf8"),
  buildService: ({ name }) => new RemoteGraphQLDataSource({ url: `${addresses[name]}/graphql`, fetcher: signedFetch }),
});
const server = new ApolloServer({ gateway, csrfPrevention: false });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: "127.0.0.1" } });
console.log(`listens on ${url.replace("localhost", "127.0.0.1")}`);
