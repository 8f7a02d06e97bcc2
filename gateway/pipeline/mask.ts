import { type ExecutionResult, GraphQLError } from "graphql";
import { CivigraphError, type ErrorCode, errorCatalogue } from "../../shared/errors.ts";

/** The errors of one answer that have code and department in common: a page of a hundred can have a hundred of them. */
export interface ErrorCount {
  /** Of the catalogue; `DOWNSTREAM_SERVICE_ERROR` for what a subgraph that is not ours says in its own codes. */
  readonly code: ErrorCode | "DOWNSTREAM_SERVICE_ERROR";
  readonly department?: string;
  count: number;
  /** The first of those whose text the client must not see. */
  readonly masked?: unknown;
}

/** Told once for each answer with errors that operators should know of. */
export type ReportErrors = (requestId: string, errors: readonly ErrorCount[]) => void;

/** Whether an error may reach the client as it is. */
export type MayPass = (error: GraphQLError) => boolean;

/**
 * Lets errors of the catalogue through and replaces every other one by `INTERNAL_SERVER_ERROR` with the request's id:
 * what a driver, a library or a subgraph says may hold SQL, addresses or personal data. Extensions of the answer itself
 * are dropped.
 */
export function maskResult(
  result: ExecutionResult,
  requestId: string,
  report: ReportErrors,
  mayPass: MayPass = isCatalogued,
): ExecutionResult {
  if (!result.errors) return result.extensions ? { data: result.data } : result;
  const counts = new Map<string, ErrorCount>();
  const errors = result.errors.map((error) => {
    const passes = mayPass(error);
    countIn(counts, error, !passes);
    return passes ? error : new CivigraphError("INTERNAL_SERVER_ERROR", { requestId }).toGraphQLError(error.path);
  });
  if (counts.size > 0) report(requestId, [...counts.values()]);
  return result.data === undefined ? { errors } : { errors, data: result.data };
}

/** For subgraphs that are not ours: every error that one of them answered has a code by then, our own faults have none. */
export function isCoded({ extensions }: GraphQLError): boolean {
  return typeof extensions?.code === "string";
}

/** The form in which the client sees a refusal: `BAD_REQUEST` for what the HTTP library says about a malformed request. */
export function safeError(error: Readonly<GraphQLError | Error>): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof CivigraphError) return error.toGraphQLError();
  return new CivigraphError("BAD_REQUEST", { detail: `${error.message}.` }).toGraphQLError();
}

function isCatalogued(error: GraphQLError): boolean {
  return codeOf(error) !== undefined;
}

function codeOf({ extensions }: GraphQLError): ErrorCode | undefined {
  const code = extensions?.code;
  return typeof code === "string" && Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : undefined;
}

function countIn(counts: Map<string, ErrorCount>, error: GraphQLError, masked: boolean): void {
  const code = masked ? "INTERNAL_SERVER_ERROR" : (codeOf(error) ?? "DOWNSTREAM_SERVICE_ERROR");
  // What clients ask wrongly is theirs to correct.
  if (code !== "DOWNSTREAM_SERVICE_ERROR" && errorCatalogue[code].status === 400) return;
  const { department } = error.extensions ?? {};
  const named = codeOf(error) !== undefined && typeof department === "string" ? { department } : {};
  const key = `${code}\n${named.department ?? ""}`;
  const known = counts.get(key);
  if (known) known.count += 1;
  else counts.set(key, { code, ...named, count: 1, ...(masked ? { masked: error } : {}) });
}
