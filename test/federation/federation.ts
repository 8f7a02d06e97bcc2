import { ApolloGateway, type GraphQLDataSource } from "@apollo/gateway";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type ExecutionResult, type GraphQLResolveInfo, parse } from "graphql";
import type { Authority } from "../../gateway/execution/authority.ts";
import { createGatewayExecutor, type GatewayExecutor } from "../../gateway/execution/index.ts";
import { type ComposedSupergraph, composeSupergraph } from "../../gateway/supergraph/index.ts";
import { createInProcessSubgraph } from "../../shared/transport/in-process.ts";
import type { Subgraph } from "../../shared/transport/subgraph.ts";

process.env.APOLLO_TELEMETRY_DISABLED = "1";

type Resolver = (source: never, args: never, context: unknown, info: GraphQLResolveInfo) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/** A subgraph of a test: SDL without its `@link`, and resolvers. */
export interface TestSubgraph {
  readonly sdl: string;
  readonly resolvers?: Resolvers;
}

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible", "@override", "@interfaceObject", "@tag",
  "@authenticated", "@requiresScopes", "@policy", "@extends"
])`;

export function testSubgraph(name: string, { sdl, resolvers = {} }: TestSubgraph, log?: string[]): Subgraph {
  const published = `${federation}\n${sdl}`;
  return createInProcessSubgraph({
    name,
    sdl: published,
    schema: buildSubgraphSchema({ typeDefs: parse(published), resolvers: resolvers as never }),
    context: () => ({}),
    health: async () => "UP",
    close: async () => {},
    log: (event, details) => log?.push(`${event} ${JSON.stringify(details)}`),
  });
}

export function compose(subgraphs: readonly Subgraph[]): ComposedSupergraph {
  const { supergraph, faults } = composeSupergraph(subgraphs, { check: () => [] });
  if (!supergraph) throw new Error(faults.map(({ message }) => message).join("\n"));
  return supergraph;
}

export interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

export type Ask = (question: Question | string) => Promise<ExecutionResult>;

/** Our executor over these subgraphs. */
export async function createOurs(
  subgraphs: readonly Subgraph[],
  authority?: Authority,
): Promise<{ ask: Ask; executor: GatewayExecutor }> {
  const executor = await createGatewayExecutor({
    supergraph: compose(subgraphs),
    subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    ...(authority ? { authority } : {}),
  });
  const ask: Ask = (question) => {
    const { query, ...rest } = typeof question === "string" ? { query: question } : question;
    return executor.execute({ query, document: parse(query), ...rest, context: testContext });
  };
  return { ask, executor };
}

export const testContext = { requestId: "test", audience: "city" };

/** The executor of @apollo/gateway over the same subgraphs, to compare with. */
export async function createStock(subgraphs: readonly Subgraph[]): Promise<{ ask: Ask; stop: () => Promise<void> }> {
  const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const gateway = new ApolloGateway({
    supergraphSdl: compose(subgraphs).planningSdl,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    buildService: ({ name }) => dataSource(byName.get(name) as Subgraph),
  });
  const { executor, schema } = await gateway.load();
  let count = 0;
  return {
    stop: () => gateway.stop(),
    async ask(question) {
      const {
        query,
        variables = {},
        operationName,
      } = typeof question === "string" ? ({ query: question } as Question) : question;
      const result = await executor({
        request: { query, variables, operationName },
        document: parse(query),
        queryHash: String(count++),
        operationName,
        context: {},
        metrics: {},
        schema,
        logger: console,
        cache: undefined,
        overallCachePolicy: undefined,
      } as never);
      return result as ExecutionResult;
    },
  };
}

function dataSource(subgraph: Subgraph): GraphQLDataSource {
  return {
    async process({ request }) {
      const { query = "", variables, operationName } = request;
      const { data, errors } = await subgraph.execute({ query, variables, operationName, context: testContext });
      // The stock executor changes what it is given; a network would have copied it.
      return JSON.parse(JSON.stringify({ data, errors }));
    },
  } as GraphQLDataSource;
}
