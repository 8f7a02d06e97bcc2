import { Supergraph } from "@apollo/federation-internals";
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import type { CallContext, Subgraph } from "../../shared/transport/subgraph.ts";
import { type ComposedSupergraph, withoutRights } from "../supergraph/index.ts";
import type { Authority } from "./authority.ts";
import { type CompiledOperation, compileOperation, type Planning } from "./operation.ts";
import { readPlanNames } from "./planned-names.ts";
import { createPlanner } from "./planner.ts";
import { readVariants } from "./required-variants.ts";
import { resolvableKeysFirst } from "./resolvable-keys.ts";
import { createTypeNames } from "./type-names.ts";

export interface GatewayRequest {
  readonly query: string;
  /** Parsed and validated, kept by the caller: plans and shapes are cached by the identity of this object. */
  readonly document: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly context: CallContext;
}

export interface GatewayExecutor {
  /** The API schema: what clients see, without anything inaccessible. */
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** Never rejects: what fails is an error of the result. */
  execute(request: GatewayRequest): Promise<ExecutionResult>;
  /** Ends the executor, not its subgraphs: who made them closes them. */
  close(): Promise<void>;
}

export interface GatewayExecutorOptions {
  /** What `composeSupergraph` made, or the SDL of any Federation 2 supergraph. */
  readonly supergraph: ComposedSupergraph | string;
  /** By the subgraph names of the supergraph. */
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  /** Who decides whether a reference is to anybody. Without it, references are what federation makes of them. */
  readonly authority?: Authority;
  /** Told about faults inside, by class name only. */
  readonly log?: (event: string, details: Readonly<Record<string, string>>) => void;
}

/**
 * Plans operations with Apollo's planner and executes the plans over subgraphs, each part compiled once per document.
 * Rejects when the supergraph cannot be used.
 */
export async function createGatewayExecutor(options: GatewayExecutorOptions): Promise<GatewayExecutor> {
  const { subgraphs, authority, log } = options;
  const composed =
    typeof options.supergraph === "string"
      ? { supergraphSdl: options.supergraph, ...withoutRights(options.supergraph) }
      : options.supergraph;
  const supergraph = Supergraph.build(composed.planningSdl, { validateSupergraph: true });
  const plannedSchema = supergraph.apiSchema();
  const variants = readVariants(resolvableKeysFirst(composed.planningSdl));
  // Fields that were external for a `@requires` are not valid where variants took their place: nothing uses them.
  const planned =
    variants.planningSdl === composed.planningSdl
      ? supergraph
      : Supergraph.build(variants.planningSdl, { validateSupergraph: variants.byName.size === 0 });
  const planning: Planning = {
    planner: createPlanner(planned, variants.planningSdl),
    plannedSchema,
    schema: plannedSchema.toGraphQLJSSchema(),
    planNames: new Set([...readPlanNames(variants.planningSdl), ...(authority ? [authority.field] : [])]),
    subgraphs,
    typeNames: createTypeNames(supergraph.schema.toGraphQLJSSchema()),
    variants,
    authority,
  };
  const compiled = new WeakMap<DocumentNode, Map<string, CompiledOperation>>();

  function operationOf({ document, operationName }: GatewayRequest): CompiledOperation {
    let operations = compiled.get(document);
    if (!operations) {
      operations = new Map();
      compiled.set(document, operations);
    }
    const key = operationName ?? "";
    let operation = operations.get(key);
    if (!operation) {
      operation = compileOperation(planning, document, operationName);
      operations.set(key, operation);
    }
    return operation;
  }

  return {
    schema: planning.schema,
    supergraphSdl: composed.supergraphSdl,
    async execute(request) {
      try {
        return await operationOf(request)(request.variables ?? {}, request.context);
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        const { requestId } = request.context;
        log?.("gateway.failed", { requestId, error: error instanceof Error ? error.constructor.name : typeof error });
        return { data: null, errors: [new CivigraphError("INTERNAL_SERVER_ERROR", { requestId }).toGraphQLError()] };
      }
    },
    async close() {},
  };
}
