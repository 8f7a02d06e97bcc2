import { parseRequestParams, type Request, type RequestParams, type Response } from "graphql-http";
import { CivigraphError } from "../../shared/errors.ts";

/** What of a request is read here. */
interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
}

/**
 * Reads what a request asks for as the HTTP library does. Throws `PERSISTED_QUERY_NOT_SUPPORTED` for a hash in the place of
 * a query: clients of Apollo's automatic persisted queries then send the query itself.
 */
export async function readRequestParams(request: Request<Sent, undefined>): Promise<RequestParams | Response> {
  try {
    return await parseRequestParams(request);
  } catch (error) {
    if (!asksByHash(request.raw)) throw error;
    // A GraphQL error has the status that the client's `accept` stands for; others than 200 some clients do not read.
    throw new CivigraphError("PERSISTED_QUERY_NOT_SUPPORTED").toGraphQLError();
  }
}

function asksByHash({ method, url, body = "" }: Sent): boolean {
  try {
    const { query, extensions } = method === "GET" ? inUrl(url) : JSON.parse(body);
    return query == null && typeof extensions?.persistedQuery === "object" && extensions.persistedQuery !== null;
  } catch {
    return false;
  }
}

function inUrl(url: string): { query: string | null; extensions: { persistedQuery?: unknown } | null } {
  const parameters = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  return { query: parameters.get("query"), extensions: JSON.parse(parameters.get("extensions") ?? "null") };
}
