import { setMaxListeners } from "node:events";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type ExecutionResult, parse } from "graphql";
import { createHandler } from "graphql-http";
import { z } from "zod";
import type { PersonFeed } from "../department/person-feed.ts";
import { CivigraphError } from "../errors.ts";
import { createFeedSchema } from "./feed-schema.ts";
import { createInProcessSubgraph } from "./in-process.ts";
import { type Caller, createVerifier } from "./signature.ts";
import { type CallContext, ClientHungUp, type Grants, type Subgraph } from "./subgraph.ts";

export interface SubgraphServerOptions {
  readonly subgraph: Subgraph;
  /** `CIVIGRAPH_SUBGRAPH_SECRET`. */
  readonly secret: string;
  readonly feed?: PersonFeed;
  readonly grants?: Grants;
  /** Answers `{ _service { sdl } }` without a signature, for tools that compose. */
  readonly openSdl?: boolean;
  readonly log?: (event: string, details: Readonly<Record<string, string>>) => void;
}

/** Large enough for the representations of a page of thousands. */
const bodyLimit = 8 * 1024 * 1024;

/**
 * Serves a subgraph over HTTP: `/graphql`, `/person-feed` to identity and person alone, `/grants`, `/health/live` and
 * `/health/ready`. Everything but health answers 401 without a valid signature. The caller listens and closes.
 */
export function createSubgraphServer(options: SubgraphServerOptions): FastifyInstance {
  const { subgraph, feed, grants, log } = options;
  const server = Fastify({ bodyLimit, logger: false });
  const callerOf = createCallerOf(options.secret);

  // The signature covers the body as it was sent.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_, body, done) => done(null, body));

  server.get("/health/live", () => ({ status: "UP" }));
  server.get("/health/ready", async (_, reply) => {
    const status = await subgraph.health();
    return reply.code(status === "DOWN" ? 503 : 200).send({ status });
  });

  serveGraphQL(server, "/graphql", subgraph, (request) =>
    callerOf(request) || (options.openSdl && asksSdlOnly(request.body)) ? "open" : "closed",
  );
  if (feed) {
    const schema = createFeedSchema(feed);
    const feedGraph = createInProcessSubgraph({
      name: subgraph.name,
      displayName: feed.description.name,
      sdl: "",
      schema,
      context: () => undefined,
      health: subgraph.health,
      close: async () => {},
      log,
    });
    serveGraphQL(server, "/person-feed", feedGraph, (request) => {
      const caller = callerOf(request);
      return caller === "identity" || caller === "person" ? "open" : "closed";
    });
  }
  if (grants) serveGrants(server, grants, callerOf);

  server.setErrorHandler((error, _, reply) => {
    const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
    log?.("subgraph.request.failed", { error: error instanceof Error ? error.constructor.name : typeof error });
    return reply.code(status >= 400 && status < 500 ? status : 500).send({ errors: [{ message: "Bad request." }] });
  });
  return server;
}

type CallerOf = (request: FastifyRequest) => Caller | undefined;

function createCallerOf(secret: string): CallerOf {
  const verify = createVerifier(secret);
  return ({ method, url, body, headers }) => verify({ method, path: url, body: String(body ?? "") }, headers);
}

function serveGraphQL(
  server: FastifyInstance,
  path: string,
  subgraph: Subgraph,
  access: (request: FastifyRequest) => "open" | "closed",
): void {
  const handle = createHandler<FastifyRequest, AbortSignal>({
    onSubscribe: ({ context: signal }, { query, variables, operationName, extensions }): Promise<ExecutionResult> =>
      subgraph.execute({
        query,
        ...(variables ? { variables } : {}),
        ...(operationName ? { operationName } : {}),
        context: { ...callContext(extensions), signal },
      }),
  });
  server.post(path, async (request, reply) => {
    if (access(request) === "closed") return reply.code(401).send(unsigned());
    const { method, url, headers: sent, body: asked } = request;
    const [body, { status, statusText, headers }] = await handle({
      method,
      url,
      headers: sent,
      body: asked as string,
      raw: request,
      context: whileConnected(reply),
    });
    if (headers) reply.headers(headers);
    return reply.code(status).send(body ?? statusText);
  });
}

/** Aborted when the caller has gone, who waits no longer or whose own client has: statements that run are cancelled. */
function whileConnected({ raw }: FastifyReply): AbortSignal {
  const abort = new AbortController();
  // Each statement listens, and an answer can need dozens.
  setMaxListeners(0, abort.signal);
  raw.once("close", () => {
    if (!raw.writableFinished) abort.abort(new ClientHungUp());
  });
  return abort.signal;
}

/** What a signed caller says about the request that it works for; part of the signed body. */
const callExtensions = z.object({ civigraph: z.object({ requestId: z.string(), audience: z.string() }) });

function callContext(extensions: unknown): CallContext {
  const { data } = callExtensions.safeParse(extensions);
  return data?.civigraph ?? { requestId: "unknown", audience: "city" };
}

const grantsRequest = z.object({ records: z.array(z.string()), requestId: z.string(), audience: z.string() });

function serveGrants(server: FastifyInstance, grants: Grants, callerOf: CallerOf): void {
  server.post("/grants", async (request, reply) => {
    if (!callerOf(request)) return reply.code(401).send(unsigned());
    const { records, ...context } = grantsRequest.parse(JSON.parse(String(request.body)));
    return { grants: await grants.grants(records, context) };
  });
}

function asksSdlOnly(body: unknown): boolean {
  try {
    const { query } = z.object({ query: z.string() }).parse(JSON.parse(String(body)));
    const [operation, ...others] = parse(query, { maxTokens: 20 }).definitions;
    if (operation?.kind !== "OperationDefinition" || others.length > 0) return false;
    const [field, ...more] = operation.selectionSet.selections;
    return field?.kind === "Field" && field.name.value === "_service" && more.length === 0;
  } catch {
    return false;
  }
}

function unsigned() {
  return { errors: [new CivigraphError("AUTH_ERROR").toGraphQLError()] };
}
