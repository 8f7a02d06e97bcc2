import { buildSubgraphSchema } from "@apollo/subgraph";
import { type ExecutionResult, execute, type GraphQLError, type GraphQLFieldResolver, Kind, parse } from "graphql";
import type { Subgraph, SubgraphCall } from "../shared/transport/subgraph.ts";
import type { RegisteredDepartment } from "../subgraphs/identity/registry.ts";

/** Milliseconds that departments get to say how they are once the request itself has been given up. */
const briefly = 250;

interface Lost {
  readonly error: GraphQLError;
  readonly signal: AbortSignal | undefined;
}

/**
 * Answers what the departments' own files say of them where identity does not answer: `Query.departments` may not be
 * null, and would take along what others answer. All else that is asked in the same call has identity's error.
 */
export function withKnownDepartments(identity: Subgraph, registry: readonly RegisteredDepartment[]): Subgraph {
  const schema = buildSubgraphSchema({
    typeDefs: parse(identity.sdl),
    resolvers: {
      Department: { __resolveReference: ({ id }: { id?: unknown }) => registry.find((each) => each.id === id) ?? null },
      Jurisdiction: {
        __resolveReference: ({ id }: { id?: unknown }) =>
          registry.find(({ jurisdiction }) => jurisdiction.id === id)?.jurisdiction ?? null,
      },
    },
  });

  /** For fields that have no resolver of their own. */
  const fieldResolver: GraphQLFieldResolver<unknown, Lost> = (
    source,
    _,
    { error, signal },
    { parentType, fieldName },
  ) => {
    const field = `${parentType.name}.${fieldName}`;
    if (field === "Query.departments") return registry;
    if (field === "Department.health") return (source as RegisteredDepartment).health(signal).catch(() => "DOWN");
    const known = (source as Readonly<Record<string, unknown>> | undefined)?.[fieldName];
    if (known !== undefined) return known;
    if (field === "Jurisdiction.parent") return null;
    throw error;
  };

  return {
    name: identity.name,
    sdl: identity.sdl,
    health: (signal) => identity.health(signal),
    close: () => identity.close(),
    async execute(call): Promise<ExecutionResult> {
      const answer = await identity.execute(call);
      const error = answer.errors?.[0];
      if (answer.data || !error || !mayBeKnown(call)) return answer;
      const { document = parse(call.query), variables, operationName, context } = call;
      const signal = context.signal?.aborted ? AbortSignal.timeout(briefly) : context.signal;
      const contextValue: Lost = { error, signal };
      return execute({ schema, document, variableValues: variables, operationName, contextValue, fieldResolver });
    },
  };
}

/** Queries, and entities that are no citizens. */
function mayBeKnown({ document, query, variables }: SubgraphCall): boolean {
  const { definitions } = document ?? parse(query);
  if (definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation !== "query")) return false;
  const representations: unknown = variables?.representations;
  return (
    !Array.isArray(representations) ||
    representations.every(({ __typename }: { __typename?: unknown }) => __typename !== "Citizen")
  );
}
