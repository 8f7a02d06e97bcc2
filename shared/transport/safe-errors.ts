import { GraphQLError } from "graphql";
import { CivigraphError, errorCatalogue } from "../errors.ts";
import { failureReason } from "../sql/failure-reason.ts";
import type { CallContext } from "./subgraph.ts";

/** Whose errors they are. */
interface Failed {
  readonly subgraph: string;
  readonly log?: ((event: string, details: Readonly<Record<string, string>>) => void) | undefined;
}

/**
 * What executing a document raised, as errors of the catalogue. Those of the catalogue and those about the request
 * itself are kept; anything else could carry SQL, hosts or personal data, so the log has no more of it than the driver's
 * code, or the class where there is none. Of a database that cannot be read, it has the department, too.
 */
export function safeErrors(
  errors: readonly unknown[],
  { requestId }: CallContext,
  { subgraph, log }: Failed,
): readonly GraphQLError[] {
  // One fault can fail every row of a page: a line says how often.
  const hidden = new Map<string, number>();
  const safe = errors.map((error) => safeError(error, requestId, hidden));
  for (const { department, reason, count } of unreadDepartments(errors)) {
    log?.("department.unavailable", { requestId, department, reason, count: String(count) });
  }
  for (const [error, count] of hidden) log?.("subgraph.failed", { requestId, subgraph, error, count: String(count) });
  return safe;
}

function safeError(error: unknown, requestId: string, hidden: Map<string, number>): GraphQLError {
  const path = error instanceof GraphQLError ? error.path : undefined;
  const cause = deepestCause(error);
  if (cause instanceof CivigraphError) return cause.toGraphQLError(path);
  if (cause instanceof GraphQLError) {
    if (isOfCatalogue(cause)) return new GraphQLError(cause.message, { path, extensions: { ...cause.extensions } });
    if (!path && cause === error) return aboutTheRequest(cause);
  }
  const name = failureReason(cause);
  hidden.set(name, (hidden.get(name) ?? 0) + 1);
  return new CivigraphError("INTERNAL_SERVER_ERROR", { requestId }).toGraphQLError(path);
}

interface Unread {
  readonly department: string;
  readonly reason: string;
  count: number;
}

function unreadDepartments(errors: readonly unknown[]): Iterable<Unread> {
  const found = new Map<string, Unread>();
  for (const error of errors) {
    const cause = deepestCause(error);
    // Without a cause it is another process that could not read, and that has said why.
    if (!(cause instanceof CivigraphError) || cause.code !== "DEPARTMENT_UNAVAILABLE" || !cause.cause) continue;
    const { department = "" } = cause.details;
    const reason = failureReason(cause);
    const unread = found.get(`${department} ${reason}`) ?? { department, reason, count: 0 };
    unread.count += 1;
    found.set(`${department} ${reason}`, unread);
  }
  return found.values();
}

function deepestCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function isOfCatalogue(error: GraphQLError): boolean {
  const { code } = error.extensions ?? {};
  return typeof code === "string" && Object.hasOwn(errorCatalogue, code);
}

/** Syntax, validation, variables: the words of graphql-js about the caller's own text. */
function aboutTheRequest(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code: "BAD_REQUEST" },
  });
}
