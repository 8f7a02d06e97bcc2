import { fileURLToPath } from "node:url";
import { buildSchema, execute, type GraphQLSchema } from "graphql";
import { pino } from "pino";
import { readConfig } from "../../gateway/config.ts";
import type { GatewayRequest } from "../../gateway/execution/index.ts";
import { Serving } from "../../gateway/pipeline/graph.ts";
import { createHttpApp, type HttpConfig } from "../../gateway/pipeline/http.ts";
import type { QueryLimits } from "../../gateway/pipeline/limits.ts";

const echo = buildSchema(/* GraphQL */ `
  type Query {
    echo(text: String, list: [Int!]): String
    fail: String
    never: String
    self: Query
  }
  type Mutation {
    change: String
  }
`);

/** The limits of queries that a gateway has where nobody sets them. */
export const usualLimits: QueryLimits = readConfig({}, fileURLToPath(new URL(".", import.meta.url)));

export interface EchoServer {
  readonly url: string;
  readonly port: number;
  /** Log lines so far. */
  readonly log: readonly string[];
  /** Number of operations that reached the executor. */
  executed(): number;
  close(): Promise<void>;
}

/** The gateway's real web server before a graph that needs no departments: it echoes, and fails when asked to. */
export async function startEchoServer(config: Partial<HttpConfig> = {}): Promise<EchoServer> {
  const log: string[] = [];
  let executed = 0;
  const serving = new Serving("the test");
  serving.serve({
    schema: echo,
    health: async () => new Map([["permits", "UP"]] as const),
    execute: async (request) => {
      executed += 1;
      return answer(echo, request);
    },
  });
  const app = await createHttpApp({
    config: {
      ...usualLimits,
      bodyLimit: 65_536,
      documentCache: 10,
      maxTokens: 1000,
      requestTimeout: 2000,
      corsOrigins: undefined,
      ...config,
    },
    serving,
    logger: pino({ level: "info" }, { write: (line: string) => log.push(line) }),
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, port: Number(new URL(url).port), log, executed: () => executed, close: () => app.close() };
}

async function answer(schema: GraphQLSchema, { document, operationName, variables }: GatewayRequest) {
  const rootValue = {
    echo: ({ text }: { text?: string }) => text,
    fail: () => {
      throw new Error("SELECT * FROM secret_table at 10.0.0.7");
    },
    never: () => new Promise(() => {}),
    self: () => rootValue,
    change: () => "changed",
  };
  return execute({ schema, document, rootValue, operationName, variableValues: variables });
}
