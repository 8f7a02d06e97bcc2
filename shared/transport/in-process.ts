import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
  visit,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { LRUCache } from "lru-cache";
import { CivigraphError } from "../errors.ts";
import { safeErrors } from "./safe-errors.ts";
import type { CallContext, Health, Subgraph, SubgraphCall } from "./subgraph.ts";

export interface InProcessSubgraphOptions {
  readonly name: string;
  /** Name of the department as people know it, for messages; `name` by default. */
  readonly displayName?: string;
  /** `_service.sdl` is exactly this text. */
  readonly sdl: string;
  /** Executable, with `_entities` and `_service` where the subgraph has entities. */
  readonly schema: GraphQLSchema;
  /** What resolvers get as their context: data loaders of this call, the caller's audience. */
  readonly context: (call: SubgraphCall, document: DocumentNode) => unknown;
  readonly health: (signal?: AbortSignal) => Promise<Health>;
  readonly close: () => Promise<void>;
  /** Told the code or the class of an error that clients see only as an internal one. */
  readonly log?: (event: string, details: Readonly<Record<string, string>>) => void;
}

/**
 * A subgraph in this process. A document is parsed, validated and compiled once: by the identity of its object where
 * the caller keeps one, by its text otherwise.
 */
export function createInProcessSubgraph(options: InProcessSubgraphOptions): Subgraph {
  const department = options.displayName ?? options.name;
  const operations = createOperations(options.schema);
  const failed = { subgraph: options.name, log: options.log };
  // Text made from the schema would lose its comments, or show what was added to it for other purposes.
  const service = options.schema.getQueryType()?.getFields()._service;
  if (service) service.resolve = () => ({ sdl: options.sdl });

  return {
    name: options.name,
    sdl: options.sdl,
    health: options.health,
    close: options.close,
    async execute(call) {
      const { context } = call;
      if (context.signal?.aborted) return timedOut(department);
      try {
        const answer = operations.run(call, options.context);
        const waits = answer instanceof Promise && context.signal;
        const result = await (waits ? unlessAborted(answer, context, department) : answer);
        return result.errors ? { ...result, errors: safeErrors(result.errors, context, failed) } : result;
      } catch (error) {
        return { data: null, errors: safeErrors([error], context, failed) };
      }
    },
  };
}

type Run = (context: unknown, variables: SubgraphCall["variables"]) => ExecutionResult | Promise<ExecutionResult>;

/** Documents that are kept per subgraph: a few times what the planner makes for a front end's operations. */
const keptDocuments = 1_000;

function createOperations(schema: GraphQLSchema) {
  const byDocument = new WeakMap<DocumentNode, Map<string, Run>>();
  const byText = new LRUCache<string, DocumentNode>({ max: keptDocuments });

  function documentOf(call: SubgraphCall): DocumentNode {
    if (call.document) return call.document;
    let document = byText.get(call.query);
    if (!document) {
      document = parse(call.query);
      byText.set(call.query, document);
    }
    return document;
  }

  return {
    run(call: SubgraphCall, contextOf: InProcessSubgraphOptions["context"]) {
      const document = documentOf(call);
      let runs = byDocument.get(document);
      if (!runs) {
        const faults = validate(schema, document);
        if (faults.length > 0) return { errors: faults };
        runs = new Map();
        byDocument.set(document, runs);
      }
      const key = call.operationName ?? "";
      let run = runs.get(key);
      if (!run) {
        run = compile(schema, document, call.operationName);
        runs.set(key, run);
      }
      return run(contextOf(call, document), call.variables);
    },
  };
}

/** An `_entities` answer of 50 costs graphql-js 27 times what compiled code costs. */
function compile(schema: GraphQLSchema, document: DocumentNode, operationName?: string): Run {
  const interpret: Run = (contextValue, variableValues) =>
    execute({ schema, document, contextValue, variableValues, operationName });
  if (conditionsInFragments(document)) return interpret;
  const compiled = compileQuery(schema, document, operationName, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(compiled)) return interpret;
  return (context, variables) => compiled.query({}, context, variables ?? {});
}

/** Compiled code keeps conditions per field, not per place where a named fragment is spread. */
function conditionsInFragments(document: DocumentNode): boolean {
  let conditions = false;
  let spreads = false;
  visit(document, {
    Directive(node) {
      conditions ||= node.name.value === "skip" || node.name.value === "include";
    },
    [Kind.FRAGMENT_SPREAD]() {
      spreads = true;
    },
  });
  return conditions && spreads;
}

function timedOut(department: string): ExecutionResult {
  return { data: null, errors: [new CivigraphError("SUBGRAPH_TIMEOUT", { department }).toGraphQLError()] };
}

function unlessAborted(
  answer: Promise<ExecutionResult>,
  { signal }: CallContext,
  department: string,
): Promise<ExecutionResult> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(timedOut(department));
    signal?.addEventListener("abort", abort, { once: true });
    answer.then(
      (result) => {
        signal?.removeEventListener("abort", abort);
        resolve(result);
      },
      (error: unknown) => {
        signal?.removeEventListener("abort", abort);
        reject(error);
      },
    );
  });
}
