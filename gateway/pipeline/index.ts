import type { IncomingHttpHeaders } from "node:http";
import { type ExecutionArgs, OperationTypeNode } from "graphql";
import { createHandler, type Response } from "graphql-http";
import { CivigraphError } from "../../shared/errors.ts";
import { ClientHungUp } from "../../shared/transport/subgraph.ts";
import { withDeadline } from "./deadline.ts";
import { createDocumentReader, InvalidDocument } from "./documents.ts";
import type { ServedGraph } from "./graph.ts";
import type { QueryLimits } from "./limits.ts";
import { isCoded, maskResult, type ReportErrors, safeError } from "./mask.ts";
import { chooseOperation } from "./operation.ts";
import { readRequestParams } from "./persisted-queries.ts";
import { checkUrlParameters, withoutBareMarks } from "./url-parameters.ts";
import { readVariables } from "./variables.ts";

/** A GraphQL request as HTTP delivered it, its headers judged by `headers.ts`. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query string. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** JSON text. */
  readonly body: string | undefined;
  readonly requestId: string;
  /** Aborted when the client hangs up or the deadline has passed. */
  readonly abort: AbortController;
}

export interface RequestPathOptions extends QueryLimits {
  readonly graph: ServedGraph;
  readonly maxTokens: number;
  readonly documentCache: number;
  /** Milliseconds. */
  readonly requestTimeout: number;
  readonly report: ReportErrors;
}

/**
 * The request path: read -> parse, limits and validation -> operation and variables -> plan and execute -> mask errors.
 * Answers with status, headers and body as GraphQL over HTTP wants them. Rejects with a `CivigraphError` where the whole
 * request fails with a status of its own.
 */
export function createRequestPath(options: RequestPathOptions): (request: IncomingRequest) => Promise<Response> {
  const { graph, report } = options;
  const readDocument = createDocumentReader({ ...options, schema: graph.schema, keep: options.documentCache });

  const handle = createHandler<IncomingRequest, undefined, PathContext>({
    parseRequestParams: (request) => {
      const { raw } = request;
      refuseBatch(raw.body);
      if (raw.method === "GET") checkUrlParameters(raw.url);
      return readRequestParams(request);
    },
    onSubscribe: ({ raw }, { query, operationName, variables }) => {
      try {
        const document = readDocument(query);
        const operation = chooseOperation(document, operationName);
        if (operation.operation === OperationTypeNode.MUTATION && raw.method === "GET") {
          throw new CivigraphError("METHOD_NOT_ALLOWED", { detail: "Send mutations by POST." });
        }
        const variableValues = readVariables(graph.schema, operation, variables);
        return { schema: graph.schema, document, operationName, variableValues, contextValue: { query, request: raw } };
      } catch (error) {
        if (error instanceof InvalidDocument) return error.errors;
        throw error;
      }
    },
    execute: (args) => execute(args as PathArguments),
    formatError: (error) => safeError(error),
  });

  async function execute({ document, operationName, variableValues, contextValue }: PathArguments) {
    const { query, request } = contextValue;
    const { requestId, abort } = request;
    const context = { requestId, audience: "city", signal: abort.signal };
    const result = await withDeadline(options.requestTimeout, abort, () =>
      graph.execute({ query, document, operationName: operationName ?? undefined, variables: variableValues, context }),
    );
    const told = abort.signal.reason instanceof ClientHungUp ? () => {} : report;
    return maskResult(result, requestId, told, graph.passesErrors ? isCoded : undefined);
  }

  return async (request) => {
    const [body, init] = await handle({
      method: request.method,
      url: withoutBareMarks(request.url),
      // The library knows one spelling of the content type; `headers.ts` accepted others that mean the same.
      headers: { accept: request.headers.accept, "content-type": "application/json" },
      body: request.body ?? null,
      raw: request,
      context: undefined,
    });
    return init.status === 406 ? notAcceptable : [body, init];
  };
}

type PathContext = { readonly query: string; readonly request: IncomingRequest };
type PathArguments = Omit<ExecutionArgs, "contextValue" | "variableValues"> & {
  readonly contextValue: PathContext;
  readonly variableValues: Readonly<Record<string, unknown>> | undefined;
};

const notAcceptable: Response = [
  JSON.stringify({
    errors: [
      new CivigraphError("BAD_REQUEST", {
        detail: "Answers are JSON. Accept `application/graphql-response+json` or `application/json`.",
      }).toGraphQLError(),
    ],
  }),
  { status: 406, statusText: "Not Acceptable", headers: { "content-type": "application/json; charset=utf-8" } },
];

function refuseBatch(body: string | undefined): void {
  if (body?.trimStart().startsWith("[")) {
    throw new CivigraphError("BAD_REQUEST", {
      detail: "Batches are not answered. Send each query as its own request.",
    });
  }
}
