import { type ExecutionResult, GraphQLError } from "graphql";
import { z } from "zod";
import { CivigraphError, errorCatalogue } from "../errors.ts";
import { createHttpClient, type HttpClient, type HttpClientOptions } from "./http-client.ts";
import type { Health, Subgraph, SubgraphCall } from "./subgraph.ts";

export interface HttpSubgraphOptions extends Omit<HttpClientOptions, "department"> {
  readonly name: string;
  /** Name of the department as people know it; `name` by default. */
  readonly displayName?: string;
  /** Published SDL where it is known; `fetchSdl` asks for it. Empty for a subgraph that is not ours. */
  readonly sdl: string;
}

/**
 * A subgraph over HTTP. With a `signer` it is one of ours: requests carry their context and its errors are of the
 * catalogue. Without, it is a stranger: plain GraphQL over HTTP, nothing added.
 */
export function createHttpSubgraph(options: HttpSubgraphOptions): Subgraph {
  const department = options.displayName ?? options.name;
  const client = createHttpClient({ ...options, department });
  const ours = options.signer !== undefined;

  return {
    name: options.name,
    sdl: options.sdl,
    close: client.close,
    health: (signal) => health(client, ours, signal),
    async execute({ query, variables, operationName, document, context }: SubgraphCall): Promise<ExecutionResult> {
      const { signal, requestId, audience } = context;
      try {
        const answer = await client.post(
          client.path,
          { query, variables, operationName, ...(ours ? { extensions: { civigraph: { requestId, audience } } } : {}) },
          { signal, repeatable: !isMutation(query, document) },
        );
        return readAnswer(answer, department);
      } catch (error) {
        const known =
          error instanceof CivigraphError ? error : new CivigraphError("SUBGRAPH_UNAVAILABLE", { department });
        return { data: null, errors: [known.toGraphQLError()] };
      }
    },
  };
}

/** Asks a subgraph for its published SDL. Rejects with an error of the catalogue. */
export async function fetchSdl(options: Omit<HttpSubgraphOptions, "sdl">): Promise<string> {
  const department = options.displayName ?? options.name;
  const client = createHttpClient({ ...options, department });
  try {
    const answer = readAnswer(await client.post(client.path, { query: "{ _service { sdl } }" }), department);
    const { data } = z.object({ _service: z.object({ sdl: z.string() }) }).safeParse(answer.data);
    if (!data) throw new CivigraphError("SUBGRAPH_INVALID_ANSWER", { department });
    return data._service.sdl;
  } finally {
    await client.close();
  }
}

async function health(client: HttpClient, ours: boolean, signal?: AbortSignal): Promise<Health> {
  try {
    if (!ours) return (await client.post(client.path, { query: "{ __typename }" }, { signal })) ? "UP" : "DOWN";
    const { data } = readiness.safeParse(await client.get("/health/ready", { signal }));
    return data?.status ?? "DOWN";
  } catch {
    return "DOWN";
  }
}

const readiness = z.object({ status: z.enum(["UP", "DEGRADED", "DOWN"]) });

function isMutation(query: string, document: SubgraphCall["document"]): boolean {
  if (!document) return /^\s*mutation\b/.test(query);
  return document.definitions.some((node) => node.kind === "OperationDefinition" && node.operation === "mutation");
}

const receivedError = z.object({
  message: z.string().catch("The subgraph gave no message."),
  path: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
  extensions: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
const receivedErrors = z.array(receivedError).min(1);

/** Reads `{ data, errors }`; an answer of any other form is `SUBGRAPH_INVALID_ANSWER`. */
function readAnswer(answer: unknown, department: string): ExecutionResult {
  if (!isObject(answer)) return invalid(department);
  const { data, errors } = answer;
  if (data !== undefined && data !== null && !isObject(data)) return invalid(department);
  if (errors === undefined || errors === null) return data ? { data } : invalid(department);
  const read = receivedErrors.safeParse(errors);
  if (!read.success) return data ? { data } : invalid(department);
  return { data: data ?? null, errors: read.data.map(toGraphQLError) };
}

function toGraphQLError({ message, path, extensions }: z.infer<typeof receivedError>): GraphQLError {
  return new GraphQLError(message, { path, extensions: allowed(extensions) });
}

/** Extensions that may travel: a subgraph's others can hold addresses, stacks and statements. */
function allowed(extensions: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { code, department, field, argument } = extensions;
  const known = typeof code === "string" && Object.hasOwn(errorCatalogue, code);
  return {
    ...(typeof code === "string" ? { code } : {}),
    ...(known && typeof department === "string" ? { department } : {}),
    ...(known && typeof field === "string" ? { field } : {}),
    ...(known && typeof argument === "string" ? { argument } : {}),
  };
}

function invalid(department: string): ExecutionResult {
  return { data: null, errors: [new CivigraphError("SUBGRAPH_INVALID_ANSWER", { department }).toGraphQLError()] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
