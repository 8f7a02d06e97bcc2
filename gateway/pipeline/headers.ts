import type { IncomingHttpHeaders } from "node:http";
import { CivigraphError } from "../../shared/errors.ts";

/** Any of these proves that the sender is no HTML form or image tag: browsers ask before they send them elsewhere. */
const preflightHeaders = ["x-civigraph-preflight", "apollo-require-preflight", "x-apollo-operation-name"];

/** What a form can send without the browser asking first. */
const simpleMediaTypes = new Set(["", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]);

/**
 * Judges a GraphQL request by its method and headers, before its body is read.
 * Throws `PREFLIGHT_REQUIRED` for what a foreign page could make a browser send, `UNSUPPORTED_MEDIA_TYPE` for bodies
 * that would be read in another way than they were written.
 */
export function checkHeaders(method: string, headers: IncomingHttpHeaders): void {
  const contentType = headers["content-type"];
  const [mediaType = "", ...parameters] = (contentType ?? "").toLowerCase().split(";").map(trimmed);
  if (method === "GET") {
    if (!hasPreflightHeader(headers)) throw new CivigraphError("PREFLIGHT_REQUIRED");
    if (contentType !== undefined && mediaType !== "application/json") {
      throw new CivigraphError("BAD_REQUEST", { detail: "A GET request has no body and needs no content-type." });
    }
    return;
  }
  if (simpleMediaTypes.has(mediaType) && !hasPreflightHeader(headers)) throw new CivigraphError("PREFLIGHT_REQUIRED");
  if (mediaType !== "application/json") throw unsupported("Send the query as `content-type: application/json`.");
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8" && charset !== '"utf-8"') {
    throw unsupported("Send the query in UTF-8.");
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw unsupported("Send the query without content-encoding.");
}

function hasPreflightHeader(headers: IncomingHttpHeaders): boolean {
  return preflightHeaders.some((name) => Boolean(headers[name]));
}

function unsupported(detail: string): CivigraphError {
  return new CivigraphError("UNSUPPORTED_MEDIA_TYPE", { detail });
}

function trimmed(text: string): string {
  return text.trim();
}
