import { GraphQLError } from "graphql";

/**
 * The one catalogue of errors: code, HTTP status where a whole request fails with it, and the message that a client sees.
 * Messages carry no SQL, host, stack or personal data; `{placeholders}` are filled with names of departments, fields,
 * arguments and files only. The README's page of error codes is generated from this table.
 */
export const errorCatalogue = {
  INTERNAL_SERVER_ERROR: {
    status: 500,
    message: "Something went wrong inside Civigraph. Tell the operator the request id {requestId}.",
    remedy: "Look the request id up in the gateway's log.",
  },
  AUTH_ERROR: {
    status: 401,
    message: "This address answers only to signed requests.",
    remedy:
      "Sign the request with CIVIGRAPH_SUBGRAPH_SECRET; check both clocks when the signature is refused as stale.",
  },
  BAD_REQUEST: { status: 400, message: "{detail}", remedy: "Correct the request as the message says." },
  GRAPHQL_PARSE_FAILED: { status: 400, message: "{detail}", remedy: "Correct the query's syntax as the message says." },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    message: "{detail}",
    remedy: "Compare the query with /schema.graphql, which names every field and argument.",
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    status: 400,
    // Word for word what clients of Apollo's protocol look for.
    message: "PersistedQueryNotSupported",
    remedy: "Send the query itself, as clients of automatic persisted queries then do by themselves.",
  },
  MAX_DEPTH_LIMIT: { status: 400, message: "{detail}", remedy: "Nest less deeply, or raise CIVIGRAPH_MAX_DEPTH." },
  MAX_HEIGHT_LIMIT: {
    status: 400,
    message: "{detail}",
    remedy: "Ask for less at once, or raise CIVIGRAPH_MAX_HEIGHT.",
  },
  MAX_ALIASES_LIMIT: {
    status: 400,
    message: "{detail}",
    remedy: "Ask for lists rather than one by one, or raise CIVIGRAPH_MAX_ALIASES.",
  },
  MAX_ROOT_FIELDS_LIMIT: {
    status: 400,
    message: "{detail}",
    remedy: "Send several requests, or raise CIVIGRAPH_MAX_ROOT_FIELDS.",
  },
  PREFLIGHT_REQUIRED: {
    status: 400,
    message:
      "A browser could be tricked into sending this request. Send `content-type: application/json` by POST, or add a header `x-civigraph-preflight: 1`.",
    remedy: "Clients set the header once for all their requests.",
  },
  NOT_FOUND: {
    status: 404,
    message: "There is nothing at this address.",
    remedy: "See / for the addresses there are.",
  },
  METHOD_NOT_ALLOWED: { status: 405, message: "{detail}", remedy: "Send queries by POST or GET, mutations by POST." },
  BODY_TOO_LARGE: {
    status: 413,
    message: "The request's body is larger than this gateway accepts.",
    remedy: "Send less at once, or raise CIVIGRAPH_BODY_LIMIT.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: "{detail}",
    remedy: "Send `content-type: application/json`, in UTF-8 and without content-encoding.",
  },
  REQUEST_TIMEOUT: {
    status: 504,
    message: "The request took longer than this gateway waits.",
    remedy: "Ask for less at once; look for slow departments in the log; CIVIGRAPH_REQUEST_TIMEOUT_MS is the limit.",
  },
  BAD_USER_INPUT: { status: 400, message: "{detail}", remedy: "Correct the argument as the message says." },
  SEARCH_TOO_BROAD: {
    status: 400,
    message:
      "By what `{argument}` says, nobody is looked for: it fits too many. Add a name, a whole date of birth, a street with its house number, a telephone number, an e-mail address or an identifier.",
    remedy: "Ask for one more thing that is known of the person, and search again.",
  },
  IDENTITY_CHANGED: {
    status: 409,
    message: "What this decides on is not as it was read: somebody decided, or records have changed. Read it again.",
    remedy: "Read the review or the citizens again, and decide with their new version.",
  },
  CURSOR_INVALID: {
    status: 400,
    message:
      "The cursor given as `{argument}` was not made by this list. Pass a cursor from its edges or pageInfo, or none.",
    remedy: "Start the list again without a cursor.",
  },
  NOT_READY: {
    status: 503,
    message: "Civigraph is starting. Try again when /health/ready answers 200.",
    remedy: "Wait; /health/ready says what it waits for.",
  },
  CONFIGURATION_INVALID: { status: 500, message: "{detail}", remedy: "Correct the settings that the message lists." },
  DEPARTMENT_FILE_INVALID: {
    status: 500,
    message: "{detail}",
    remedy: "Correct department.graphql where the message points; `civigraph check` lists all faults.",
  },
  COMPOSITION_FAILED: { status: 500, message: "{detail}", remedy: "Correct the department that the message names." },
  DEPARTMENT_UNAVAILABLE: {
    status: 503,
    message: "The records of {department} cannot be read at the moment.",
    remedy: "Check that department's database and its entry in /health/ready.",
  },
  SOURCE_VALUE_UNREADABLE: {
    status: 200,
    message: "A value of {field} in {department} could not be read in the way that its mapping says.",
    remedy: "Run `civigraph check`, which counts unreadable values by column, and correct the format or the record.",
  },
  SOURCE_ROW_AMBIGUOUS: {
    status: 200,
    message: "{field} in {department} names one row, but several match.",
    remedy: "Add to the arguments or the mapping what tells the rows apart.",
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 503,
    message: "{department} did not answer.",
    remedy: "Check that subgraph's process and its entry in /health/ready.",
  },
  SUBGRAPH_TIMEOUT: {
    status: 504,
    message: "{department} did not answer in time.",
    remedy: "Check that department's database for slow statements.",
  },
  SUBGRAPH_INVALID_ANSWER: {
    status: 502,
    message: "{department} answered in a form that cannot be used.",
    remedy: "Check the version of that subgraph and what stands between it and the gateway.",
  },
  SUBGRAPH_ENTITY_MISMATCH: {
    status: 502,
    message: "{department} answered with other records than it was asked for; they are left out.",
    remedy: "Report this to whoever runs that subgraph: answers must keep the order of the question.",
  },
} as const satisfies Record<string, { status: number; message: string; remedy: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** What fills a message's placeholders, and reaches the client in `extensions`. */
export interface ErrorDetails {
  readonly department?: string;
  readonly field?: string;
  readonly argument?: string;
  readonly requestId?: string;
  /** Whole sentence for the codes whose message is written by the caller; must be safe to show. */
  readonly detail?: string;
}

/**
 * An error of the catalogue. `cause` keeps what really happened for the log's error class and code; it is never sent.
 */
export class CivigraphError extends Error {
  override readonly name = "CivigraphError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(messageOf(code, details), options);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  /** What a GraphQL client sees. */
  toGraphQLError(path?: readonly (string | number)[]): GraphQLError {
    const { department, field, argument } = this.details;
    return new GraphQLError(this.message, {
      ...(path ? { path } : {}),
      extensions: {
        code: this.code,
        ...(department ? { department } : {}),
        ...(field ? { field } : {}),
        ...(argument ? { argument } : {}),
      },
    });
  }
}

function messageOf(code: ErrorCode, details: ErrorDetails): string {
  const values = details as Readonly<Record<string, string | undefined>>;
  return errorCatalogue[code].message.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name);
}
