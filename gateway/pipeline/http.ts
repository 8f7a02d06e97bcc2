import { setMaxListeners } from "node:events";
import cors from "@fastify/cors";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Logger } from "pino";
import { CivigraphError } from "../../shared/errors.ts";
import { ClientHungUp } from "../../shared/transport/subgraph.ts";
import type { Config } from "../config.ts";
import { sendGraphiql, wantsGraphiql } from "../console/graphiql.ts";
import { addConsole } from "../console/index.ts";
import { refuseForeignNames } from "../rights-guard.ts";
import type { ServedGraph, Serving } from "./graph.ts";
import { checkHeaders } from "./headers.ts";
import { addHealth } from "./health.ts";
import { createRequestPath } from "./index.ts";
import type { QueryLimits } from "./limits.ts";
import { faultOf } from "./log.ts";
import type { ErrorCount } from "./mask.ts";
import { requestIds } from "./request-id.ts";

export type HttpConfig = Pick<Config, "bodyLimit" | "corsOrigins" | "documentCache" | "maxTokens" | "requestTimeout"> &
  QueryLimits;

export interface HttpOptions {
  readonly config: HttpConfig;
  readonly serving: Serving;
  readonly logger: Logger;
  /** Whether the graph served now may answer this machine alone, by the names that it has for itself. */
  readonly onlyThisMachine?: () => boolean;
}

/** The gateway's web server, not yet listening: `/graphql`, health, schema, version and the console. */
export async function createHttpApp(options: HttpOptions): Promise<FastifyInstance> {
  const { config, serving, logger } = options;
  const app: FastifyInstance = fastify({
    // Where it listens is said by who started it, to people.
    loggerInstance: logger.child({}, { level: quieter(logger.level) }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for each request would cost more than the line that it writes.
    childLoggerFactory: (parent) => parent,
    bodyLimit: config.bodyLimit,
    requestTimeout: config.requestTimeout,
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    return503OnClosing: true,
    genReqId: requestIds(),
    // Such as addresses that cannot be read: for these no hook is run.
    frameworkErrors(error, request, reply) {
      refuse(withOwnHeaders(request, reply), asCatalogued(error, request));
      logger.info({ requestId: request.id, method: request.method, status: reply.statusCode }, "answered");
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, withoutMark(String(body))),
  );
  if (config.corsOrigins) await app.register(cors, corsOptions(config.corsOrigins));
  let closing = false;
  app.addHook("preClose", (done) => {
    closing = true;
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    withOwnHeaders(request, reply);
    // A connection that is kept open would keep the process from ending.
    if (closing) reply.header("connection", "close");
    done(null, payload);
  });
  app.addHook("onResponse", (request, reply, done) => {
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      "answered",
    );
    done();
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, new CivigraphError("NOT_FOUND")));
  app.setErrorHandler((error, request, reply) => refuse(reply, asCatalogued(error, request)));
  addGraphql(app, options);
  addHealth(app, serving);
  addConsole(app, serving);
  return app;
}

/** Some clients begin UTF-8 with a byte order mark, which RFC 8259 lets a reader ignore. */
function withoutMark(body: string): string {
  return body.startsWith("\uFEFF") ? body.slice(1) : body;
}

function quieter(level: string): string {
  return level === "info" || level === "debug" || level === "trace" ? "warn" : level;
}

function addGraphql(app: FastifyInstance, { config, serving, logger, onlyThisMachine }: HttpOptions): void {
  const paths = new WeakMap<ServedGraph, ReturnType<typeof createRequestPath>>();
  const pathOf = (graph: ServedGraph) => {
    const known = paths.get(graph);
    if (known) return known;
    const report = (requestId: string, errors: readonly ErrorCount[]) => {
      for (const { masked, ...counted } of errors) {
        if (masked) app.log.error({ requestId, count: counted.count, ...faultOf(masked) }, "masked error");
        else app.log.warn({ requestId, ...counted }, "errors in the answer");
      }
    };
    const made = createRequestPath({ ...config, graph, report });
    paths.set(graph, made);
    return made;
  };
  app.route({
    method: ["GET", "POST"],
    url: "/graphql",
    onRequest: (request, _reply, done) => {
      if (onlyThisMachine?.()) refuseForeignNames(request.headers.host);
      if (!wantsGraphiql(request)) checkHeaders(request.method, request.headers);
      done();
    },
    handler: async (request, reply) => {
      if (wantsGraphiql(request)) return sendGraphiql(reply, serving);
      const { graph } = serving;
      if (!graph) throw new CivigraphError("NOT_READY");
      const abort = new AbortController();
      // Each call to a subgraph listens, and a query can need dozens.
      setMaxListeners(0, abort.signal);
      reply.raw.once("close", () => {
        if (reply.raw.writableFinished) return;
        abort.abort(new ClientHungUp());
        logger.info({ requestId: request.id, ms: Math.round(reply.elapsedTime) }, "client hung up");
      });
      const [body, init] = await pathOf(graph)({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: typeof request.body === "string" ? request.body : undefined,
        requestId: request.id,
        abort,
      });
      reply
        .code(init.status)
        .headers(init.headers ?? {})
        .header("cache-control", "no-store");
      return reply.send(body ?? "");
    },
  });
  app.route({
    // Where other origins are let in, their preflights are answered before they come here.
    method: ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
    url: "/graphql",
    handler: () => {
      throw new CivigraphError("METHOD_NOT_ALLOWED", { detail: "Send queries by POST or GET, mutations by POST." });
    },
  });
}

/** Refuses a whole request in the form of a GraphQL answer. */
function withOwnHeaders(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
}

function refuse(reply: FastifyReply, error: CivigraphError): FastifyReply {
  if (error.code === "METHOD_NOT_ALLOWED") reply.header("allow", "GET, POST");
  return reply
    .code(error.status)
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .send(JSON.stringify({ errors: [error.toGraphQLError()] }));
}

function asCatalogued(error: unknown, request: FastifyRequest): CivigraphError {
  if (error instanceof CivigraphError) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new CivigraphError("BODY_TOO_LARGE");
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return new CivigraphError("UNSUPPORTED_MEDIA_TYPE", {
      detail: "Send the query as `content-type: application/json`.",
    });
  }
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return new CivigraphError("BAD_REQUEST", { detail: "The request is malformed." }, { cause: error });
  }
  request.log.error({ requestId: request.id, ...faultOf(error) }, "request failed");
  return new CivigraphError("INTERNAL_SERVER_ERROR", { requestId: request.id }, { cause: error });
}

function corsOptions(origins: readonly string[]) {
  return {
    origin: origins.includes("*") ? "*" : [...origins],
    methods: ["GET", "POST"],
    exposedHeaders: ["x-request-id"],
    maxAge: 600,
  };
}
