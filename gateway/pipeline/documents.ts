import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate, visit } from "graphql";
import { LRUCache } from "lru-cache";
import { CivigraphError } from "../../shared/errors.ts";
import { checkLimits, type QueryLimits } from "./limits.ts";

export interface DocumentReaderOptions extends QueryLimits {
  readonly schema: GraphQLSchema;
  readonly maxTokens: number;
  /**
   * Number of documents of an ordinary size that are kept; a large one takes the place of several. Texts that are invalid
   * are never kept, so that they cannot push out valid ones.
   */
  readonly keep: number;
}

/** An ordinary document at most: what it selects, written out, and its characters. */
const ordinary = { size: 25, length: 5_000 };

/** What graphql-js says where it has compared half a million pairs of fields. */
const tooMuchToCompare = "Validation aborted.";

/** Names that mean something to JavaScript or to the planner and must not become keys of objects. */
const reservedNames = new Set(["__proto__", "representations"]);

/**
 * Parses and validates each query text once; the same text gives the same object while it is kept.
 * The reader throws `InvalidDocument` or an error of the catalogue for what the client must correct.
 */
export function createDocumentReader(options: DocumentReaderOptions): (query: string) => DocumentNode {
  // Of each field of a document, plans and compiled code are kept as well.
  const kept = new LRUCache<string, DocumentNode>({ max: options.keep, maxSize: options.keep });
  return (query) => {
    const known = kept.get(query);
    if (known) return known;
    const { document, size } = readDocument(query, options);
    const places = Math.ceil(Math.max(size / ordinary.size, query.length / ordinary.length));
    kept.set(query, document, { size: Math.min(places, options.keep) });
    return document;
  };
}

/** What is wrong with a query or its variables, as its client sees it. */
export class InvalidDocument extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super("The document is not valid.");
    this.errors = errors;
  }
}

interface ReadDocument {
  readonly document: DocumentNode;
  /** What it selects once its fragments are written out. */
  readonly size: number;
}

function readDocument(query: string, options: DocumentReaderOptions): ReadDocument {
  try {
    const document = parseQuery(query, options.maxTokens);
    // First, because validating compares fields with each other.
    const size = checkLimits(document, options);
    refuseReservedNames(document);
    const errors = validate(options.schema, document, undefined, { maxErrors: 20 });
    if (errors.some(({ message }) => message === tooMuchToCompare)) {
      throw new CivigraphError("BAD_REQUEST", {
        detail: "The query selects the same fields too often to be validated. Select each of them once.",
      });
    }
    if (errors.length > 0) throw new InvalidDocument(errors.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED")));
    return { document, size };
  } catch (error) {
    // The parser and the rules walk the document recursively.
    if (error instanceof RangeError) {
      throw new CivigraphError("BAD_REQUEST", { detail: "The query is nested too deeply." }, { cause: error });
    }
    throw error;
  }
}

function parseQuery(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes(` ${maxTokens} tokens. Parsing aborted`)) {
      throw new CivigraphError("BAD_REQUEST", {
        detail: `The query has more than ${maxTokens} tokens. Ask for less at once. Operators can raise CIVIGRAPH_MAX_TOKENS.`,
      });
    }
    throw new InvalidDocument([coded(error, "GRAPHQL_PARSE_FAILED")]);
  }
}

function refuseReservedNames(document: DocumentNode): void {
  const refuse = (name: string, what: string) => {
    if (!reservedNames.has(name)) return;
    throw new CivigraphError("BAD_REQUEST", {
      detail: `\`${name}\` cannot be the name of ${what}. Choose another one.`,
    });
  };
  visit(document, {
    VariableDefinition: (node) => refuse(node.variable.name.value, "a variable"),
    Field: (node) => {
      if (node.alias && node.alias.value !== "representations") refuse(node.alias.value, "a field in the answer");
    },
  });
}

function coded(error: GraphQLError, code: "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED"): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
